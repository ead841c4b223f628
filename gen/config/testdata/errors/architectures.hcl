environment "local" {
  stack "web" { architecture = "arm64" }
}
environment "live" {
  region  = "eu-central-1"
  account = "123456789012"

  backend "s3" {
    bucket = "shop-terraform"
  }

  stack "web" {
    architecture = "arm"
  }
}

environment "local" {}

environment "local" {}

environment "prod" {
  account = "123456789012"
  backend "s3" { bucket = "states" }
  stack "web" { memory = 256 }
  stack "web" { memory = 512 }
}

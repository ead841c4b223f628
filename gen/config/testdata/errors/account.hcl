environment "prod" {
  region  = "eu-west-1"
  account = "12345"
  backend "s3" { bucket = "states" }
}

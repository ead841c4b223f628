environment "sandbox" {
  region  = "eu-west-1"
  account = "123456789012"
  colour  = "blue"

  backend "s3" {
    bucket = "b"
  }
}

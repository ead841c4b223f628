# The environments of the reference monorepo; docs/configuration.md lists every
# setting. The environment "local" exists without being written here.
project = "seastack"

environment "sandbox" {
  region  = "eu-west-1"
  account = "123456789012" # replace with the account of your sandbox

  backend "s3" {
    bucket = "seastack-sandbox-terraform"
  }

  jwt {
    issuer   = "https://login.example.com/" # replace with the issuer of your tokens
    audience = ["seastack"]                 # replace with the aud of your tokens
  }
}

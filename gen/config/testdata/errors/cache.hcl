cache {
  region = "eu-west-1"
}

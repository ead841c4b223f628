environment "local" {
  profile_key = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="
}

environment "production" {
  account     = "123456789012"
  profile_key = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"

  backend "s3" {
    bucket = "states"
  }
}

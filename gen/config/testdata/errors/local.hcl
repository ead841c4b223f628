environment "local" {
  account = "123456789012"
}

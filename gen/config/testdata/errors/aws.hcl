environment "Prod" {
  region        = "Europe"
  account       = "1234"
  architecture  = "riscv"
  log_retention = 31
}

environment "test" {
  account = "123456789012"

  backend "gcs" {
    bucket = "b"
  }
}

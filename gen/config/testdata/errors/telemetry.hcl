environment "local" {
  telemetry {
    endpoint = "localhost:4318"
    sampling = 1.5
    headers  = 7
  }
}

environment "production" {
  account = "123456789012"

  backend "s3" {
    bucket = "states"
  }

  telemetry {
    sampling = 0.1
  }
}

environment "staging" {
  account = "123456789012"

  backend "s3" {
    bucket = "states"
  }

  telemetry {
    endpoint = "https://user:password@otel.example.com"
  }
}

cors {
  origins     = ["*", "app.example.com", "https://app.example.com/", "https://*.example.com"]
  credentials = true
}

environment "local" {
  public_routes = "GET /health"

  jwt {
    issuer   = "http://login.example.com"
    audience = []
  }

  cors {
    origins = []
    methods = ["get"]
    max_age = "25h"
  }
}

environment "production" {
  account       = "123456789012"
  public_routes = [1]

  backend "s3" {
    bucket = "states"
  }

  jwt {
    issuer   = "http://localhost:8080"
    audience = ["hiring", ""]
  }
}

environment "staging" {
  account       = "123456789012"
  public_routes = { health = "GET /health" }

  backend "s3" {
    bucket = "states"
  }

  jwt {
    issuer   = "login.example.com"
    audience = ["hiring"]
  }
}

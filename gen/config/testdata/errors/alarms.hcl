environment "local" {
  alarms {
    topic    = "alarms"
    duration = 101
    oldest   = "1500ms"
  }
}

environment "production" {
  account = "123456789012"

  backend "s3" {
    bucket = "states"
  }

  alarms {
    errors = 0
  }

  canary {
  }

  stack "web" {
    function "get" {
      alarms = false
    }
  }
}

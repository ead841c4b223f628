provider {
  aws = "six"
}

environment "local" {
  stack "web" {
    function "interviews-create" {
      memory  = 64
      timeout = "20m"
    }
    function "interviews-create" {
      memory = 128
    }
    function "interviews-get" {
      storage     = 100
      log         = "loud"
      concurrency = 2
      provisioned = 3
    }
    function "interviews-list" {
      concurrency = 0
    }
    function "notes-get" {
      provisioned = 0
    }
  }
}

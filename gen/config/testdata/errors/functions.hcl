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
  }
}

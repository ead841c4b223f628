environment "local" {
  stack "web" {
    memory  = 64
    timeout = "20m"
  }

  stack "etl" {
    timeout = "soon"
  }
}

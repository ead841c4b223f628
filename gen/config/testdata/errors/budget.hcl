environment "local" {
  budget {
    package = "10 MB"
    init    = "fast"
  }

  stack "web" {
    budget {}
  }

  stack "etl" {
    budget {
      package = "0MB"
      init    = "0s"
    }
  }
}

environment "local" {
  env {
    A              = "too short"
    AWS_REGION     = "mars"
    SEASTACK_STACK = "mine"
    NUMBER         = 5
    MADE           = upper("x")
    EMPTY          = secret("")
    SPACE          = parameter("/a b")
    nested {}
  }

  stack "web" {
    env {
      _X = "underscore"
    }

    function "create" {
      env {
        TWO = secret("a", "b", "c")
      }
    }
  }
}

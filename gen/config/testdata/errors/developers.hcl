environment "local" {
  protected = true

  developers {
    principals = ["arn:aws:iam::123456789012:root"]
  }
}

environment "staging" {
  account = "123456789012"

  backend "s3" {
    bucket = "states"
  }

  developers {
    principals = ["arn:aws:iam::123456789012:role/*", "developers"]
  }
}

environment "production" {
  account = "123456789012"

  backend "s3" {
    bucket = "states"
  }

  developers {
    principals = []
  }
}

environment "preview" {
  account = "123456789012"
  preview {}
  backend "s3" {
    bucket = "states"
  }
}

environment "preview-7" {
  account = "123456789012"
  backend "s3" {
    bucket = "states"
  }
}

environment "other" {
  account = "123456789012"
  preview {}
  backend "s3" {
    bucket = "states"
  }
}

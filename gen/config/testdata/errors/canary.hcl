environment "live" {
  account = "123456789012"
  backend "s3" {
    bucket = "states"
  }
  canary {
    weight = 100
    watch  = "2h"
  }
  database {
    tunnel = ["ssh", "-N", "bastion"]
  }
}

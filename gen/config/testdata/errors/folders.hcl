folders {
  services   = "../stacks/"
  stacks     = "."
  terraform  = "infra\\tf"
  migrations = "/db"
}

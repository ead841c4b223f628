folders {
  services   = "core/services/"
  stacks     = "_stacks"
  terraform  = "C:/infra"
  migrations = ".seastack/migrations"
}

folders {
  services  = "Stacks/services"
  terraform = "core"
  migrations = "core"
}

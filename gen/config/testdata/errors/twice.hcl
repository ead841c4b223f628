environment "local" {}

environment "local" {}

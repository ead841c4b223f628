folders {
  stacks = "../stacks/"
}

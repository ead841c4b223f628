folders {
  services = ""
  stacks   = "a/testdata/b"
}

package main

// `go get -tool` writes the sums of the modules that the command links into a
// user's go.sum. Functions link these, too, and must build right after `generate`.
import _ "github.com/seastack/seastack/core/blob"

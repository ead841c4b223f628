// Package gocmd is what the builder knows of the go command: which toolchain a
// module selects, the settings under which it lists and builds the same way
// everywhere, what it prints, and what its errors mean. It knows nothing of
// functions, of zips or of the store.
package gocmd

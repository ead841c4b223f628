// Package seastack is the root of the reference monorepo. It has no code: the
// product is in core and stacks, the toolkit in gen and tools.
package seastack

//go:generate go tool seastack generate
//go:generate go tool seastack build

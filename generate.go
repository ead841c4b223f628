// Package seastack is the root of the reference monorepo. It has no code: the
// product is in core and stacks, the toolkit in gen and tools.
package seastack

// Not "go tool seastack": go tool exits with 0 when the tool is killed.
//go:generate go run ./tools/seastack generate
//go:generate go run ./tools/seastack build

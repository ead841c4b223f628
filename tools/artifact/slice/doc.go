// Package slice finds the part of a package that one program needs of it: the
// declarations that the program names, those that these name, and so on, and
// everything that does something by itself when the package is initialised. It
// knows Go's syntax and types; it knows nothing of functions, stacks or builds.
//
// A slice is a package as well: its files have the same names and its
// declarations stand on the same lines. What is left out is blank. So positions
// and names in a stack trace are the true ones, and a change of what is left out
// changes no byte of the program.
//
// # What is kept
//
//   - Everything that the program and kept declarations name: functions, methods,
//     types, variables, constants. A group of constants that count with iota is
//     kept as a whole.
//   - All methods of a type whose values can come into an interface, as a method
//     may be called through it, or found by reflection. A type whose values stay
//     what they are loses the methods that nothing names.
//   - What has an effect: init functions, variables whose initial values are more
//     than literals and addresses, imports for their effects (import _).
//
// A named import that no kept declaration uses is left out, and with it the
// effects of initialising that package. Go's convention for an import that is
// there for its effects is the blank name.
//
// # What is not sliced
//
// A package that does not type-check, that has assembly, cgo, a //go:linkname
// or an import with a dot, or that another package of the program imports. It
// is taken as a whole, which is never wrong.
package slice

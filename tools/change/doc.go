// Package change says what a change touches: the functions whose code or
// configuration it changes, the stacks that deploy again, the migrations that
// it brings, and the packages whose tests can come out differently. It compares
// two states of a module, a base and the present one, as plain data. It knows
// git, the go command's listings and the builder's closures; it knows nothing
// of Terraform beyond the folders in which its files are.
//
// # Two answers
//
// What is deployed follows from a function's input key, which package artifact
// computes for the target of the environment: equal keys are equal bytes. With
// Exact, functions whose keys differ are built on both sides, and equal bytes
// are no change.
//
// What is tested follows from `go list -test`: a package's tests can come out
// differently when one of their packages has another digest, or a file that
// they read. Which files tests read is not always known; where it is not, the
// tests count as affected. The rules are at reads.
//
// # When in doubt
//
// A base that cannot be loaded affects everything, and the answer says why.
// What cannot be read is an error: a failed look is never an answer.
package change

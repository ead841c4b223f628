// Package fault is how the builder reports what a user can mend: a diagnostic
// together with the error that it came from. Its codes stand here, for all of
// the builder's packages.
package fault

import (
	"errors"
	"syscall"

	"github.com/seastack/seastack/gen/diag"
)

// The codes of what a user can mend.
const (
	Compile  = "SEA4001" // the code cannot be loaded, compiled or linked
	NoGo     = "SEA4002" // there is no go command
	OldGo    = "SEA4003" // the go command is older than go.mod asks for
	Module   = "SEA4004" // go.mod, go.sum or vendor lacks a module
	Network  = "SEA4005" // a module cannot be fetched
	NoSpace  = "SEA4006" // the disk is full
	Unzipped = "SEA4007" // the binary is too large for Lambda
	Zipped   = "SEA4008" // the zip is too large for an upload
	NoMain   = "SEA4009" // there is no entrypoint where one should be
	Moving   = "SEA4010" // the sources change faster than they can be built
	Store    = "SEA4011" // the store cannot be read or written
	Go       = "SEA4012" // the go command failed in another way
)

// Fault is something that a user can mend, and the error that it came from.
type Fault struct {
	diag.Diagnostic
	Err error // nil where the builder itself found the fault
}

// Unwrap lets errors.As find the diagnostic, and errors.Is what led to it.
func (f *Fault) Unwrap() []error {
	if f.Err == nil {
		return []error{f.Diagnostic}
	}
	return []error{f.Diagnostic, f.Err}
}

// DiskFull reports whether an error is that of a full disk, of a quota, or of a
// limit on a file's size.
func DiskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

// Package fault is how the builder reports what a user can correct: a diagnostic
// together with the error that it came from.
package fault

import (
	"errors"
	"syscall"

	"github.com/seastack/seastack/gen/diag"
)

// Fault is something that a user can correct, and the error that it came from.
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

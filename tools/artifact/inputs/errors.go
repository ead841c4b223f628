package inputs

import (
	"fmt"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/artifact/fault"
)

func noEntrypoint(f Function, why string) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.NoEntrypoint, File: f.Dir, Message: fmt.Sprintf("the entrypoint of %s %s", f.ID(), why),
		Next: "run `seastack generate`, then build again",
	}
}

// incomplete is a listing that left packages out and reported no error.
func incomplete(missing []string) error {
	return &fault.Fault{Diagnostic: diag.Diagnostic{
		Code: diag.GoFailed, Message: "the go command did not list all packages that were asked for", Details: missing,
		Next: "build again; if it fails again, see what `go list -deps` prints for these packages",
	}}
}

// StillMoving returns the error of sources that change every time while they
// are listed or built.
func StillMoving() error {
	return &fault.Fault{Diagnostic: diag.Diagnostic{
		Code: diag.SourcesChange, Message: "the sources changed every time while they were built; no artifact was stored",
		Next: "wait until whatever writes them is done, then build again",
	}}
}

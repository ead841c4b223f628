package store

import (
	"errors"
	"io/fs"
	"syscall"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/artifact/fault"
)

// Explain explains why something could not be written to an artifacts' folder,
// as a fault.Fault where a user can correct it. What was there before is
// untouched, as every file is written aside first.
func Explain(err error, folder string) error {
	switch {
	case err == nil:
		return nil
	case fault.DiskFull(err):
		return &fault.Fault{Err: err, Diagnostic: diag.Diagnostic{
			Code: diag.BuildNoSpace, Message: "no space is left for artifacts in " + folder, Details: []string{err.Error()},
			Next: "free some space on that file system and build again; the artifacts of earlier builds are kept",
		}}
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), errors.Is(err, syscall.ENOTDIR):
		return &fault.Fault{Err: err, Diagnostic: diag.Diagnostic{
			Code: diag.StoreUnusable, Message: "the artifacts' folder cannot be used: " + folder, Details: []string{err.Error()},
			Next: "see to it that you may write there, then build again",
		}}
	}
	return err
}

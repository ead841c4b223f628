// Package emit turns a model into files: one package per output, in one list.
// It is pure, and equal models give equal bytes. It knows no file system; gen/commit
// writes what it gives.
package emit

import (
	"fmt"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit/entrypoint"
	"github.com/seastack/seastack/gen/emit/names"
	"github.com/seastack/seastack/gen/emit/output"
	"github.com/seastack/seastack/gen/emit/platform"
	"github.com/seastack/seastack/gen/emit/root"
	"github.com/seastack/seastack/gen/emit/stackmodule"
	"github.com/seastack/seastack/gen/model"
)

// File is one generated file: its path from the module's root, and its bytes.
type File = output.File

// emitters are all outputs. To add one: a package, a line here, a case in testdata.
var emitters = []struct {
	name  string
	files func(model.Model, config.Config) ([]File, error)
}{
	{"entrypoints", entrypoint.Files},
	{"platform", platform.Files},
	{"stack modules", stackmodule.Files},
	{"roots", root.Files},
}

// Files gives all generated files of a module, sorted by path. What a user can
// mend comes as a diag.List.
func Files(m model.Model, c config.Config) ([]File, error) {
	if err := names.Check(m); err != nil {
		return nil, err
	}
	var files []File
	for _, e := range emitters {
		some, err := e.files(m, c)
		if err != nil {
			return nil, fmt.Errorf("emit %s: %w", e.name, err)
		}
		files = append(files, some...)
	}
	output.Sort(files)
	return files, nil
}

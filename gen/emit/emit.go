// Package emit turns a model into files: one package per output, in one list.
// It is pure, and equal models give equal bytes. It knows no file system; gen/commit
// writes what it returns.
package emit

import (
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit/entrypoint"
	"github.com/seastack/seastack/gen/emit/functionmodule"
	"github.com/seastack/seastack/gen/emit/output"
	"github.com/seastack/seastack/gen/emit/platform"
	"github.com/seastack/seastack/gen/emit/root"
	"github.com/seastack/seastack/gen/emit/stackmodule"
	"github.com/seastack/seastack/gen/model"
)

// File is one generated file: its path from the module's root, and its bytes.
type File = output.File

// emitters are all outputs. To add one: a package, a line here, a case in testdata.
var emitters = []func(model.Model, config.Config) ([]File, error){
	entrypoint.Files,
	always(platform.Files),
	always(functionmodule.Files),
	always(stackmodule.Files),
	always(root.Files),
}

// always is an emitter that cannot fail.
func always(files func(model.Model, config.Config) []File) func(model.Model, config.Config) ([]File, error) {
	return func(m model.Model, c config.Config) ([]File, error) { return files(m, c), nil }
}

// Files returns all generated files of a module, sorted by path. What a user can
// correct comes as a diag.List.
func Files(m model.Model, c config.Config) ([]File, error) {
	var files []File
	for _, emitter := range emitters {
		some, err := emitter(m, c)
		if err != nil {
			return nil, err
		}
		files = append(files, some...)
	}
	output.Sort(files)
	return files, nil
}

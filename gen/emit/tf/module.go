package tf

import (
	"maps"
	"path"
	"slices"

	"github.com/seastack/seastack/gen/emit/output"
)

// Files returns the files of a module's folder: name without ending -> content.
func Files(dir string, parts map[string]*File) []output.File {
	var files []output.File
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		files = append(files, output.File{Path: path.Join(dir, name+".gen.tf"), Content: parts[name].Bytes()})
	}
	return files
}

// Variable is a variable of a module or root.
type Variable struct {
	Name, Description string
	Type              string // a type expression
	Default           string // an expression; empty: the caller must give a value
	Condition         string // an expression; empty: any value of the type
	Message           string // an expression: what to say when the condition fails
}

// Add adds the variable to a file.
func (v Variable) Add(f *File) {
	b := f.Block("variable", v.Name)
	b.Set("description", v.Description)
	b.Expr("type", "%s", v.Type)
	if v.Default != "" {
		b.Expr("default", "%s", v.Default)
	}
	if v.Default != "null" {
		b.Set("nullable", false)
	}
	if v.Condition != "" {
		c := b.Block("validation")
		c.Expr("condition", "%s", v.Condition)
		c.Expr("error_message", "%s", v.Message)
	}
}

// Output adds an output to a file.
func Output(f *File, name, description, value string) {
	b := f.Block("output", name)
	b.Set("description", description)
	b.Expr("value", "%s", value)
}

package front

import (
	"cmp"
	"go/ast"
	"path"

	"github.com/seastack/seastack/gen/annotation"
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/load"
)

// Architectures returns the architectures that annotations set, by
// STACK/FUNCTION: the function's own, else its stack's. It asks nobody but the disk
// and the parser, so that it can look at a tree of the past. A file that cannot be
// parsed has none.
func Architectures(root string, folders config.Folders) (map[string]string, error) {
	dirs, err := load.Packages(root, folders)
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for _, dir := range dirs {
		if path.Dir(dir) != folders.Stacks {
			continue
		}
		files, err := scanned(root, dir)
		if err != nil {
			return nil, err
		}
		addArchitectures(all, path.Base(dir), files)
	}
	return all, nil
}

// addArchitectures adds those of a stack's files.
func addArchitectures(all map[string]string, stack string, files []sourceFile) {
	var declarations []annotation.Declaration
	for _, f := range files {
		declarations = append(declarations, f.declarations...)
	}
	of := ""
	for _, d := range declarations {
		if s, ok := d.Annotations[0].Value.(*annotation.Stack); ok {
			of = s.Architecture
		}
	}
	for _, d := range declarations {
		if d.Place != annotation.OnFunc {
			continue
		}
		name, own := settingsOf(d)
		if architecture := cmp.Or(own, of); architecture != "" {
			all[stack+"/"+name] = architecture
		}
	}
}

// settingsOf returns the name of a handler's function, and the architecture of its
// own.
func settingsOf(d annotation.Declaration) (name, architecture string) {
	settings := &annotation.Function{}
	for _, a := range d.Annotations {
		if f, ok := a.Value.(*annotation.Function); ok {
			settings = f
		}
	}
	receiver := ""
	if d.Func.Recv != nil && len(d.Func.Recv.List) == 1 {
		receiver = typeName(d.Func.Recv.List[0].Type)
	}
	return functionName(settings, receiver, d.Func.Name.Name), settings.Architecture
}

// typeName returns the name of the type T or *T.
func typeName(e ast.Expr) string {
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	if id, ok := e.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

package front

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/seastack/seastack/gen/annotation"
	"github.com/seastack/seastack/gen/load"
)

// sourceFile is a Go file with annotations, as it is on disk: whether or not
// Go would compile it.
type sourceFile struct {
	dir, name string // the folder from the module's root, with slashes
	syntax    *ast.File
	subjects  []subject
	err       error // it cannot be parsed

	declarations []annotation.Declaration
}

// subject is a function or message type that is annotated.
type subject struct {
	name string
	at   token.Position
}

// annotatedFiles returns the files of a folder that have annotations of
// handlers or queues, tests apart; none where there is no folder.
func annotatedFiles(root, dir string) ([]sourceFile, error) {
	files, err := scanned(root, dir)
	return slices.DeleteFunc(files, func(f sourceFile) bool { return len(f.subjects) == 0 && f.err == nil }), err
}

// scanned returns all files of a folder, tests apart; none where there is no
// folder.
func scanned(root, dir string) ([]sourceFile, error) {
	folder := filepath.Join(root, filepath.FromSlash(dir))
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var files []sourceFile
	for _, e := range entries {
		if !load.IsSource(e) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			return nil, err
		}
		files = append(files, scan(dir, e.Name(), text))
	}
	return files, nil
}

func scan(dir, name string, text []byte) sourceFile {
	f := sourceFile{dir: dir, name: name}
	if !annotation.Mentioned(text) {
		return f
	}
	fset := token.NewFileSet()
	f.syntax, f.err = parser.ParseFile(fset, path.Join(dir, name), text, parser.ParseComments|parser.SkipObjectResolution)
	if f.err != nil {
		return f
	}
	position := func(pos token.Pos) token.Position { return fset.PositionFor(pos, false) }
	f.declarations, _ = annotation.Scan(f.syntax, position) // what is wrong with them is found elsewhere
	for _, d := range f.declarations {
		if id := subjectOf(d); id != nil {
			f.subjects = append(f.subjects, subject{id.Name, position(id.Pos())})
		}
	}
	return f
}

func subjectOf(d annotation.Declaration) *ast.Ident {
	switch {
	case d.Place == annotation.OnFunc:
		return d.Func.Name
	case d.Place == annotation.OnType:
		return d.Type.Name
	}
	return nil
}

package etl_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// TestWhatDoesNotCompile: a job reads from a replica and writes to the analytics
// store, and nothing else is Go. The programs differ in one line.
func TestWhatDoesNotCompile(t *testing.T) {
	program := `package p

import (
	"context"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/etl"
)

func f(ctx context.Context, job etl.Job[int], primary *db.Primary, replica *db.Replica, store *db.Analytics) {
	%s
}
`
	known := imported(t)
	for line, want := range map[string]string{
		`job.Run(ctx, replica, store)`:           "",
		`store.Exec(ctx, "DELETE FROM facts")`:   "",
		`replica.Exec(ctx, "DELETE FROM facts")`: "replica.Exec undefined (type *db.Replica has no field or method Exec)",
		`replica.Tx(ctx, nil)`:                   "replica.Tx undefined (type *db.Replica has no field or method Tx)",
		`job.Run(ctx, primary, store)`:           "cannot use primary (variable of type *db.Primary) as *db.Replica value",
		`job.Run(ctx, replica, primary)`:         "cannot use primary (variable of type *db.Primary) as *db.Analytics value",
		`job.Run(ctx, store, store)`:             "cannot use store (variable of type *db.Analytics) as *db.Replica value",
		`job.Run(ctx, replica, replica)`:         "cannot use replica (variable of type *db.Replica) as *db.Analytics value",
	} {
		err := check(t, known, fmt.Sprintf(program, line))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), "github.com/seastack/seastack/core/", ""), want)) {
			t.Errorf("%s: %v; want %q", line, err, want)
		}
	}
}

// known are packages by their paths.
type known map[string]*types.Package

func (k known) Import(path string) (*types.Package, error) {
	if p := k[path]; p != nil {
		return p, nil
	}
	return importer.Default().Import(path)
}

func imported(t *testing.T) known {
	t.Helper()
	mode := packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps
	loaded, err := packages.Load(&packages.Config{Mode: mode}, "context", "../db", "../etl")
	if err != nil || len(loaded) != 3 {
		t.Fatalf("%d packages, %v", len(loaded), err)
	}
	all := known{}
	for _, p := range loaded {
		for _, e := range p.Errors {
			t.Fatal(e)
		}
		all[p.PkgPath] = p.Types
	}
	return all
}

// check returns the compiler's first error about a program.
func check(t *testing.T, k known, program string) error {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "p.go", program, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = (&types.Config{Importer: k}).Check("p", files, []*ast.File{file}, nil)
	return err
}

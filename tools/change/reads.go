package change

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// The files that tests read beside those of their own folder are found in the
// code, by these rules:
//
//   - A string literal, or a call of filepath.Join or path.Join whose arguments
//     are literals, that leads from the package's folder to something else in
//     the repository: that file, or everything in that folder. So "../.." is the
//     whole repository. In a Join, what is no literal ends the path, as does a
//     pattern such as *.sql: all that is below counts.
//   - A literal that leads somewhere from the module's root and has a slash, such
//     as "core/db/migrations", in a test.
//   - A test that runs the go command, or looks for go.mod: the whole repository,
//     as it can build or read anything.
//
// Literals of the tests count, and those with ".." of all packages that they
// import from the repository: a helper of tests may read a file for them. What
// texts are compared with is no path.

// readsOf returns what the tests of the package in dir may read: paths from the
// repository's top that are there, sorted.
func (t *testLister) readsOf(dir string, packages []string) []string {
	own := t.scan(dir)
	reads := append(slices.Clone(own.tests), t.climb(own, dir)...)
	for _, p := range t.list {
		other := t.fromTop(p.Dir)
		if _, found := slices.BinarySearch(packages, p.ImportPath); !found || other == dir {
			continue
		}
		if _, ours := t.folders[other]; ours {
			helper := t.scan(other)
			reads = append(append(reads, t.climb(helper, other)...), t.climb(helper, dir)...)
		}
	}
	slices.Sort(reads)
	return slices.Compact(reads)
}

// climb returns what the literals of a package lead to from a folder: its own,
// or that in which the test runs.
func (t *testLister) climb(f folder, dir string) (found []string) {
	for _, text := range f.climbs {
		found = append(found, t.leadsTo(text, dir, false)...)
	}
	return found
}

// scan returns what the code of the package in dir may read.
func (t *testLister) scan(dir string) folder {
	f := t.folders[dir]
	if f.scanned {
		return f
	}
	f.scanned = true
	entries, err := os.ReadDir(filepath.Join(t.top, filepath.FromSlash(dir)))
	if err != nil {
		f.tests = []string{everything}
	}
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		file := filepath.Join(t.top, filepath.FromSlash(dir), e.Name())
		if strings.HasSuffix(e.Name(), "_test.go") {
			f.tests = append(f.tests, t.scanTest(file, dir)...)
		} else {
			f.climbs = append(f.climbs, climbs(file)...)
		}
	}
	t.folders[dir] = f
	return f
}

// everything is the path of the whole repository.
const everything = "."

// scanTest returns what a test file's literals lead to.
func (t *testLister) scanTest(file, dir string) (found []string) {
	unknown := inspect(file, func(text string) { found = append(found, t.leadsTo(text, dir, true)...) })
	if unknown {
		return []string{everything}
	}
	return found
}

// climbs returns the paths of a file's literals that start with "..".
func climbs(file string) (all []string) {
	inspect(file, func(text string) {
		if text == ".." || strings.HasPrefix(text, "../") {
			all = append(all, text)
		}
	})
	return all
}

// inspect calls found with each path that a file's code may mean. unknown is
// true for code that can read anything.
func inspect(file string, found func(string)) (unknown bool) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		return true
	}
	noPaths := map[ast.Expr]bool{}
	ast.Inspect(parsed, func(n ast.Node) bool {
		for _, e := range compared(n) {
			noPaths[e] = true
		}
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.CallExpr:
			unknown = unknown || runsGo(n)
			if text, ok := joined(n); ok {
				found(text)
			}
		case *ast.BasicLit:
			if text, ok := literal(n); ok && !noPaths[n] {
				found(filepath.ToSlash(text))
			}
		}
		return true
	})
	return unknown
}

// compared returns the operands of a node that texts are compared with or cut
// by: what stands there opens no file.
func compared(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		if n.Op != token.ADD {
			return []ast.Expr{n.X, n.Y}
		}
	case *ast.CaseClause:
		return n.List
	case *ast.CallExpr:
		f, ok := n.Fun.(*ast.SelectorExpr)
		if !ok {
			return nil
		}
		if pkg, ok := f.X.(*ast.Ident); ok && pkg.Name == "strings" && f.Sel.Name != "Join" {
			return n.Args
		}
	}
	return nil
}

// leadsTo returns what a path in the code of a package leads to.
func (t *testLister) leadsTo(text, dir string, isTest bool) (found []string) {
	if isTest && (text == "go.mod" || strings.HasSuffix(text, "/go.mod")) {
		return []string{everything}
	}
	text = fixed(text)
	if text == "" || len(text) > 300 || strings.ContainsAny(text, "\n\x00") || path.IsAbs(text) {
		return nil
	}
	if text == ".." || strings.HasPrefix(text, "../") {
		if at := path.Join(dir, text); at != dir && !strings.HasPrefix(at, "..") && t.exists(at) {
			found = append(found, at)
		}
		return found
	}
	if root := strings.TrimSuffix(t.prefix, "/"); isTest && strings.Contains(text, "/") && dir != root {
		if at := path.Join(root, text); !strings.HasPrefix(at, "..") && t.exists(at) {
			found = append(found, at)
		}
	}
	return found
}

// fixed returns a path up to its first element that is a pattern: of Glob, or of
// Sprintf.
func fixed(text string) string {
	elements := strings.Split(text, "/")
	if i := slices.IndexFunc(elements, func(e string) bool { return strings.ContainsAny(e, `*?[%`) }); i >= 0 {
		elements = elements[:i]
	}
	return strings.Join(elements, "/")
}

// exists reports whether the tree has a file or a folder.
func (t *testLister) exists(at string) bool {
	if at == everything {
		return true
	}
	if _, ok := t.tree.Files[at]; ok {
		return true
	}
	info, err := os.Stat(filepath.Join(t.top, filepath.FromSlash(at)))
	return err == nil && info.IsDir()
}

// joined returns the path that a call of Join makes of its literals.
func joined(call *ast.CallExpr) (string, bool) {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || f.Sel.Name != "Join" {
		return "", false
	}
	var parts []string
	for _, arg := range call.Args {
		lit, ok := arg.(*ast.BasicLit)
		if !ok && len(parts) == 0 {
			continue // a folder that is known only when it runs
		}
		text, isText := "", false
		if ok {
			text, isText = literal(lit)
		}
		if !isText {
			break
		}
		parts = append(parts, text)
	}
	return path.Join(parts...), len(parts) > 0
}

func literal(lit *ast.BasicLit) (string, bool) {
	if lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// runsGo reports whether a call runs the go command.
func runsGo(call *ast.CallExpr) bool {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || f.Sel.Name != "Command" && f.Sel.Name != "CommandContext" {
		return false
	}
	return slices.ContainsFunc(call.Args, func(arg ast.Expr) bool {
		lit, ok := arg.(*ast.BasicLit)
		if !ok {
			return false
		}
		text, _ := literal(lit)
		return text == "go"
	})
}

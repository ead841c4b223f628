// Package tables finds which tables the services of a module use: those that its
// migrations create and that a service's SQL names. It reads sources, and asks no
// database.
package tables

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	created = regexp.MustCompile(`(?i)\bcreate\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?"?([a-z_][a-z0-9_.]*)"?`)
	named   = regexp.MustCompile(`(?i)\b(?:from|join|into|update|table|using)\s+(?:only\s+)?"?([a-z_][a-z0-9_.]*)"?`)
)

// Find returns the tables by service, which is the path of its package below the
// services' folder; tables are sorted. Folders that do not exist have nothing.
func Find(services string, migrations ...string) (map[string][]string, error) {
	known := map[string]bool{}
	for _, dir := range migrations {
		files, err := filepath.Glob(filepath.Join(dir, "*.sql"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			for _, m := range created.FindAllStringSubmatch(string(text), -1) {
				known[strings.ToLower(m[1])] = true
			}
		}
	}
	all := map[string][]string{}
	if len(known) == 0 {
		return all, nil
	}
	err := filepath.WalkDir(services, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && path == services:
			return nil
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "testdata":
			return filepath.SkipDir
		case entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		dir, err := filepath.Rel(services, filepath.Dir(path))
		if err != nil {
			return err
		}
		service := filepath.ToSlash(dir)
		all[service] = append(all[service], inFile(path, known)...)
		return nil
	})
	for service, tables := range all {
		slices.Sort(tables)
		all[service] = slices.Compact(tables)
	}
	return all, err
}

// inFile returns the known tables that the texts in a Go file name. A file that does
// not parse names none: the go command tells of it.
func inFile(path string, known map[string]bool) (tables []string) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	ast.Inspect(file, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(literal.Value)
		if err != nil {
			return true
		}
		for _, m := range named.FindAllStringSubmatch(text, -1) {
			if name := strings.ToLower(m[1]); known[name] {
				tables = append(tables, name)
			}
		}
		return true
	})
	return tables
}

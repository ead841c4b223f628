package front

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/build/constraint"
	"go/token"
	"io"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/load"
	"github.com/seastack/seastack/gen/model"
)

// leftOut returns a finding for each file with annotations that Go leaves out
// of the build for an environment: its handlers would be missing there without
// a word.
func (b *builder) leftOut() (diag.List, error) {
	var list diag.List
	all := targets(b.config, b.stacks)
	for _, dir := range b.module.Sources {
		files, err := annotatedFiles(b.module.Root, dir)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			list = append(list, b.leftOutOf(f, all)...)
		}
	}
	return list, nil
}

func (b *builder) leftOutOf(f sourceFile, all []target) diag.List {
	why, next := "", ""
	var where []string
	for _, t := range all {
		if reason, remedy := t.refuses(b.module.Root, f); reason != "" {
			why, next = reason, remedy
			where = append(where, t.String())
		}
	}
	if len(where) == 0 {
		return nil
	}
	builds := "every build"
	if len(where) < len(all) {
		builds = "the build for " + strings.Join(where, ", ")
	}
	s := f.first()
	return diag.List{diag.New(diag.LeftOut, s.at, fmt.Sprintf("%s is annotated, but Go leaves %s out of %s: %s", s.name, f.name, builds, why), next)}
}

// target is what an environment's functions are built for.
type target struct{ env, goos, goarch string }

func (t target) String() string { return t.env + " (" + t.goos + "/" + t.goarch + ")" }

// targets returns those of the environments, and that of the load itself. An
// environment has one for each architecture that one of its functions is built for.
func targets(c config.Config, stacks map[string]*model.Stack) []target {
	all := []target{{env: config.Local, goos: "linux", goarch: load.Architecture(runtime.GOARCH)}}
	for _, e := range c.Environments {
		for _, architecture := range architectures(e, stacks) {
			t := target{env: e.Name, goos: "linux", goarch: "arm64"}
			if architecture == "x86_64" {
				t.goarch = "amd64"
			}
			if e.IsLocal() {
				t.goos, t.goarch = runtime.GOOS, runtime.GOARCH
			}
			if !slices.Contains(all, t) {
				all = append(all, t)
			}
		}
	}
	return all
}

// architectures returns those that an environment's functions are built for, sorted.
func architectures(e config.Environment, stacks map[string]*model.Stack) []string {
	all := []string{e.Architecture}
	for _, s := range stacks {
		for _, f := range s.Functions {
			all = append(all, e.ArchitectureOf(s.Name, f.Name, f.Architecture))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// refuses returns why a file is left out of the build for a target, and what to
// do about it; nothing where it is in the build.
func (t target) refuses(root string, f sourceFile) (why, next string) {
	dir := filepath.Join(root, filepath.FromSlash(f.dir))
	c := build.Default
	c.GOOS, c.GOARCH, c.CgoEnabled, c.BuildTags, c.Compiler = t.goos, t.goarch, false, load.Tags, "gc"
	if ok, err := c.MatchFile(dir, f.name); ok && err == nil {
		if !importsC(f.syntax) {
			return "", ""
		}
		return `it imports "C", and functions are built with CGO_ENABLED=0`, "move the handler to a file without cgo; what it calls has to do without cgo as well"
	}
	c.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("package x\n")), nil }
	if ok, err := c.MatchFile(dir, f.name); !ok && err == nil {
		return "its name says that it is for another system", "rename the file, or move the handler to another one"
	}
	return "its constraint is " + constraintOf(f.syntax), "remove the constraint, or move the handler to a file without one; " +
		"functions are built with the tags " + strings.Join(load.Tags, ",") + " and no others: those in GOFLAGS are ignored"
}

// first returns the first subject of a file, or the file itself where it cannot
// be parsed.
func (f sourceFile) first() subject {
	if len(f.subjects) > 0 {
		return f.subjects[0]
	}
	return subject{name: "something", at: token.Position{Filename: path.Join(f.dir, f.name)}}
}

func importsC(file *ast.File) bool {
	return slices.ContainsFunc(file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"C"` })
}

// constraintOf returns the line that keeps a file out.
func constraintOf(file *ast.File) string {
	for _, group := range file.Comments {
		for _, c := range group.List {
			if c.Pos() < file.Package && (constraint.IsGoBuild(c.Text) || constraint.IsPlusBuild(c.Text)) {
				return c.Text
			}
		}
	}
	return "not met"
}

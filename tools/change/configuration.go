package change

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/names"
)

// configuration is what a change of files other than Go's touches.
type configuration struct {
	functions  []Function
	stacks     map[string]string // name, or that of the platform, to why
	migrations []Migration
}

// fileChange is a file that is different.
type fileChange struct{ file, change string }

func (f fileChange) String() string { return f.file + " " + f.change }

// differences returns the files that differ between two states, by name.
func differences(base, head map[string]string) (all []fileChange) {
	every := maps.Clone(base)
	if every == nil {
		every = map[string]string{}
	}
	maps.Copy(every, head)
	for _, file := range slices.Sorted(maps.Keys(every)) {
		if base[file] != head[file] {
			all = append(all, fileChange{file, changeOf(base[file], head[file])})
		}
	}
	return all
}

// configuration returns what changed files of Terraform and of migrations touch.
// seastack.hcl takes effect by what is generated from it.
func (s Sides) configuration() configuration {
	c := configuration{stacks: map[string]string{}}
	for _, f := range differences(s.Base.Files, s.Head.Files) {
		c.add(f, s)
	}
	return c
}

func (c *configuration) add(f fileChange, s Sides) {
	folders := s.Head.Folders
	if rest, ok := below(f.file, folders.Migrations); ok {
		if path.Ext(rest) == ".sql" {
			c.migrations = append(c.migrations, Migration{f.file, strings.TrimPrefix(f.change, "was ")})
		}
		return
	}
	rest, ok := below(f.file, folders.Terraform)
	if !ok {
		return
	}
	kind, rest, _ := strings.Cut(rest, "/")
	switch kind {
	case "stacks":
		c.addStack(f, rest, s)
	case "envs":
		c.addRoot(f, rest, s.comparer.Environments)
	case names.Platform:
		c.note(names.Platform, f.String())
	case "modules":
		c.addModule(f, rest, s)
	}
}

// below returns the rest of a path below a folder.
func below(file, folder string) (rest string, ok bool) {
	return strings.CutPrefix(file, folder+"/")
}

// note notes why a stack deploys again; the first reason stays.
func (c *configuration) note(stack, why string) {
	if c.stacks[stack] == "" {
		c.stacks[stack] = why
	}
}

// addStack takes a file of a stack's module: a function's own, or one of all.
func (c *configuration) addStack(f fileChange, rest string, s Sides) {
	stack, file, ok := strings.Cut(rest, "/")
	if !ok {
		return
	}
	for id, in := range s.Head.Closure.Functions {
		_, before := s.Base.Closure.Functions[id]
		if in.Stack == stack && before && file == names.FunctionFile(in.Function)+".gen.tf" {
			c.functions = append(c.functions, Function{stack, in.Function, Configuration, f.String()})
			return
		}
	}
	c.note(stack, f.String())
}

// addRoot takes a file of a root: envs/ENVIRONMENT/ROOT/FILE.
func (c *configuration) addRoot(f fileChange, rest string, environments []string) {
	parts := strings.SplitN(rest, "/", 3)
	if len(parts) < 3 || len(environments) > 0 && !slices.Contains(environments, parts[0]) {
		return
	}
	c.note(parts[1], f.String())
}

// addModule takes a file of a module. All stacks call that of functions; which
// roots call another one is not looked for, so that all count.
func (c *configuration) addModule(f fileChange, rest string, s Sides) {
	for _, in := range s.Head.Closure.Functions {
		c.note(in.Stack, f.String())
	}
	if module, _, _ := strings.Cut(rest, "/"); module != path.Base(names.FunctionModuleDir(config.Folders{})) {
		c.note(names.Platform, f.String())
	}
}

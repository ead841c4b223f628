package dev

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/artifact/inputs"
	"github.com/seastack/seastack/tools/project"
)

// what is what a change is about.
type what struct {
	code     []string // Go files, and files that may be embedded: from the module's root, with slashes
	settings bool     // what else a deployment is made from
}

// classify returns what a change of files is about. Files that are generated, tests
// and what else no deployment is made from are about nothing.
func classify(p project.Project, paths []string) (w what) {
	for _, path := range paths {
		rel, err := filepath.Rel(p.Root, path)
		if err != nil {
			continue
		}
		rel = filepath.ToSlash(rel)
		switch {
		case rel == ".": // events were lost
			w.settings = true
		case isGenerated(p, rel), strings.HasSuffix(rel, "_test.go"):
		case isSetting(p, rel):
			w.settings = true
		default:
			w.code = append(w.code, rel)
		}
	}
	return w
}

// isGenerated reports whether a file is the generator's, the builder's or Terraform's.
func isGenerated(p project.Project, rel string) bool {
	name := rel[strings.LastIndex(rel, "/")+1:]
	if strings.HasSuffix(name, ".gen.tf") || strings.Contains(name, ".tfstate") || name == artifact.ManifestName {
		return true
	}
	inStack, ok := strings.CutPrefix(rel, p.Config.Folders.Stacks+"/")
	parts := strings.Split(inStack, "/")
	return ok && len(parts) == 4 && parts[1] == "lambda" && parts[3] == "main.go"
}

// isSetting reports whether a file is what a deployment is made from besides code.
func isSetting(p project.Project, rel string) bool {
	for _, suffix := range []string{".tf", ".tf.json", ".tfvars"} {
		if strings.HasSuffix(rel, suffix) {
			return true
		}
	}
	return rel == "seastack.hcl" || rel == "go.mod" || rel == "go.sum" || strings.HasPrefix(rel, p.Config.Folders.Migrations+"/") && strings.HasSuffix(rel, ".sql")
}

// reached returns the functions that are made of one of the files, sorted. near
// reports whether a file is new in a folder that functions are made of.
func reached(c inputs.Closure, files []string) (ids []string, near bool) {
	folders := map[string]bool{}
	for id := range c.Functions {
		made := c.Files(id)
		for file := range made {
			folders[file[:max(0, strings.LastIndex(file, "/"))]] = true
		}
		if slices.ContainsFunc(files, func(f string) bool { _, ok := made[f]; return ok }) {
			ids = append(ids, id)
		}
	}
	near = slices.ContainsFunc(files, func(f string) bool { return folders[f[:max(0, strings.LastIndex(f, "/"))]] })
	slices.Sort(ids)
	return ids, near
}

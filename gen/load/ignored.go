package load

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/seastack/seastack/gen/diag"
)

// Ignored returns warnings about settings that `go build` would follow here and
// Seastack does not: build tags in GOFLAGS, and a workspace that puts a folder
// in the place of a module which go.mod requires.
func Ignored(root string, getenv func(string) string) (list diag.List) {
	if tags := tagsIn(goflags(getenv)); tags != "" {
		list = append(list, diag.Diagnostic{
			Code: diag.IgnoredTags, Message: "the build tags " + tags + " of GOFLAGS are ignored: functions are built with " + strings.Join(Tags, ",") + " alone",
			Next: "choose at run time what the tags choose, or take them out of GOFLAGS (go env GOFLAGS)",
		})
	}
	w, found := findWorkspace(root, getenv("GOWORK"))
	if !found {
		return list
	}
	for _, module := range w.inPlaceOf(root) {
		list = append(list, diag.Diagnostic{
			Code: diag.IgnoredWorkspace, File: relative(root, w.file),
			Message: "workspaces are ignored, so that every machine builds the same: " + module + " comes from where go.mod says",
			Next:    "to build with the folder, " + w.require(root, module),
		})
	}
	return list
}

// goflags returns GOFLAGS as the go command has it: from the environment, or
// from what `go env -w` has written.
func goflags(getenv func(string) string) string {
	if flags := getenv("GOFLAGS"); flags != "" {
		return flags
	}
	file := getenv("GOENV")
	if file == "" {
		dir, err := os.UserConfigDir()
		if err != nil {
			return ""
		}
		file = filepath.Join(dir, "go", "env")
	}
	text, err := os.ReadFile(file) // "off", or none: nothing was written
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if flags, ok := strings.CutPrefix(strings.TrimSpace(line), "GOFLAGS="); ok {
			return flags
		}
	}
	return ""
}

// tagsIn returns the value of the last -tags among flags.
func tagsIn(flags string) (tags string) {
	for _, flag := range strings.Fields(flags) {
		flag = strings.TrimPrefix(strings.Trim(flag, `'"`), "-")
		if value, ok := strings.CutPrefix(strings.TrimPrefix(flag, "-"), "tags="); ok {
			tags = value
		}
	}
	return tags
}

// inPlaceOf returns the workspace's modules that go.mod requires from elsewhere.
func (w workspace) inPlaceOf(root string) (modules []string) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return nil
	}
	mod, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		return nil // the load says so
	}
	for _, required := range mod.Require {
		dir, used := w.modules[required.Mod.Path]
		here := func(r *modfile.Replace) bool {
			to := filepath.FromSlash(r.New.Path)
			if !filepath.IsAbs(to) {
				to = filepath.Join(root, to)
			}
			return r.Old.Path == required.Mod.Path && to == dir
		}
		if used && !slices.ContainsFunc(mod.Replace, here) {
			modules = append(modules, required.Mod.Path)
		}
	}
	return modules
}

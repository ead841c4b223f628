// Package hygiene holds the tree to its own rules. It has tests only.
package hygiene

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/seastack/seastack/"

// rule says what packages below a folder must not import, tests apart.
type rule struct {
	folder string   // below the module's root
	never  []string // folders below the module's root; "" is the whole module
	except []string // folders that may be imported after all
	why    string
}

var rules = []rule{
	{"core", []string{""}, []string{"core"}, "core goes into every function"},
	{"gen/model", []string{""}, nil, "the narrow waist imports nothing of ours"},
	{"gen/diag", []string{""}, nil, "everything reports with it"},
	{"gen", []string{"tools", "core", "stacks"}, nil, "the generator is a library over other people's code"},
	{"gen/names", []string{""}, []string{"gen/config", "gen/model"}, "everything is named with it"},
	{"gen/front", []string{"gen/check", "gen/emit"}, nil, "what the sources say comes before what is made of it"},
	{"gen/check", []string{"gen/emit", "gen/front"}, nil, "a model is checked before files are made of it"},
	{"gen/use", []string{""}, []string{"gen/model"}, "check and emit both ask it"},
	{"gen/pattern", []string{""}, nil, "the local cloud reads event patterns with it"},
	{"gen/schedule", []string{""}, nil, "the local cloud reads schedules with it"},
	{"tools/localcloud", []string{""}, []string{"gen/pattern", "gen/schedule"}, "the local cloud is AWS, whoever runs on it"},
	{"tools/artifact", []string{"gen"}, []string{"gen/diag"}, "the builder works on plain data"},
	{"tools/artifact/gocmd", []string{"tools"}, []string{"tools/artifact/fault", "tools/process"}, "it knows the go command alone"},
	{"tools/artifact/slice", []string{""}, nil, "it knows Go's syntax and types alone"},
	{"tools/objects", []string{""}, nil, "it knows nothing of what it keeps"},
	{"tools/artifact/store", []string{"tools"}, []string{"tools/artifact/fault", "tools/artifact/digest", "tools/artifact/stat"}, "it knows nothing of builds"},
	{"tools/deploy", []string{"core", "stacks", "gen"}, []string{"gen/diag"}, "it knows Terraform, and no Go code"},
	{"tools", []string{"stacks"}, nil, "the toolkit works on any module"},
	{"stacks", []string{"gen", "tools"}, nil, "what is deployed does not know how"},
}

func TestImports(t *testing.T) {
	for pkg, imports := range packages(t) {
		for _, r := range rules {
			if !within(pkg, r.folder) {
				continue
			}
			for _, imported := range imports {
				if anyWithin(imported, r.never) && !anyWithin(imported, r.except) && !within(imported, r.folder) {
					t.Errorf("%s imports %s: %s", pkg, imported, r.why)
				}
			}
		}
	}
}

// TestCoreStandsWithoutServices: what users import from core does not bring this
// repository's business logic along.
func TestCoreStandsWithoutServices(t *testing.T) {
	const services = "core/services"
	for pkg, imports := range packages(t) {
		if !within(pkg, "core") || within(pkg, services) {
			continue
		}
		for _, imported := range imports {
			if within(imported, services) {
				t.Errorf("%s imports %s", pkg, imported)
			}
		}
	}
}

// TestRulesCanFail holds the rules to a package that breaks one.
func TestRulesCanFail(t *testing.T) {
	if !within("gen/emit/tf", "gen") || within("generate", "gen") || !anyWithin("tools/mirror", []string{""}) {
		t.Error("folders are compared by their letters and not by their elements")
	}
}

// packages returns the imports within this module of each of its packages.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = "../.."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	all := map[string][]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(p.ImportPath, module)
		all[name] = nil
		for _, i := range p.Imports {
			if ours, ok := strings.CutPrefix(i, module); ok {
				all[name] = append(all[name], ours)
			}
		}
	}
	if len(all) < 50 {
		t.Fatalf("%d packages; is this the module's root?", len(all))
	}
	return all
}

func anyWithin(pkg string, folders []string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return within(pkg, f) })
}

func within(pkg, folder string) bool {
	return folder == "" || pkg == folder || strings.HasPrefix(pkg, folder+"/")
}

// TestModuleIsTidy keeps go.mod and go.sum what `go mod tidy` makes of them.
func TestModuleIsTidy(t *testing.T) {
	cmd := exec.Command("go", "mod", "tidy", "-diff")
	cmd.Dir = "../.."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s\nrun: go mod tidy", err, out)
	}
}

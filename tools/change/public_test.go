package change

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/config"
)

// TestPublicModules: modules of other people's, which have no functions. After
// an edit in one package, those tests are listed whose binaries the go command
// links the package into, and no others but those that can read anything.
func TestPublicModules(t *testing.T) {
	for _, c := range []struct{ module, edit string }{
		{"github.com/google/go-cmp", "cmp/internal/flags/flags.go"},
		{"golang.org/x/mod", "internal/lazyregexp/lazyre.go"},
		{"github.com/hashicorp/hcl/v2", "hclsyntax/keywords.go"},
	} {
		t.Run(c.module, func(t *testing.T) {
			root := copyOf(t, c.module)
			r := shopRequest(t, root)
			folders, err := config.Parse(nil, c.module)
			if err != nil {
				t.Fatal(err)
			}
			r.Module, r.Folders = c.module, folders.Folders
			edited := filepath.Join(root, filepath.FromSlash(c.edit))
			text, err := os.ReadFile(edited)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(edited, append(text, "\nvar _ = 1\n"...), 0o644); err != nil {
				t.Fatal(err)
			}
			s, err := Since(t.Context(), r, "HEAD")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, test := range s.Affected().Tests {
				if !strings.Contains(test.Why, "can read all of the repository") {
					got = append(got, test.Package)
				}
			}
			want := linkedInto(t, r, c.module+"/"+filepath.ToSlash(filepath.Dir(c.edit)))
			want = slices.DeleteFunc(want, func(p string) bool {
				return s.Head.Tests.Suites[p].Reads[everything] != ""
			})
			if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// copyOf copies a module from the module cache into a repository of its own.
func copyOf(t *testing.T, module string) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	from := os.DirFS(strings.TrimSpace(string(out)))
	err = fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		return os.WriteFile(file, text, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	git(t, root, "init", "-q")
	git(t, root, "add", "-A", "-f")
	git(t, root, "commit", "-qm", "First")
	return root
}

// linkedInto returns the packages whose test binaries have a package, as the go
// command says.
func linkedInto(t *testing.T, r Request, pkg string) (all []string) {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-test", "-f",
		`{{if and .ForTest (eq .Name "main")}}{{.ForTest}}{{else if eq .Name "main"}}{{.ImportPath}}{{end}} {{join .Deps " "}}`, "./...")
	cmd.Dir, cmd.Env = r.Root, r.Env
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		tested, isTest := strings.CutSuffix(fields[0], ".test")
		has := slices.ContainsFunc(fields[1:], func(dep string) bool { return dep == pkg })
		if isTest && (has || tested == pkg) {
			all = append(all, tested)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

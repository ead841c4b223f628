package load

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/seastack/seastack/gen/diag"
)

// TestUnanswered: every folder that was asked for has its package, and every
// import its types.
func TestUnanswered(t *testing.T) {
	root := "/m"
	pkg := func(path string, imports ...*packages.Package) *packages.Package {
		p := &packages.Package{PkgPath: path, Dir: filepath.Join(root, path), Imports: map[string]*packages.Package{}}
		for _, i := range imports {
			p.Imports[i.PkgPath] = i
		}
		return p
	}
	refused := pkg("refused")
	refused.Errors = []packages.Error{{Msg: "no Go files"}}
	typed := pkg("typed")
	typed.ExportFile = "x"
	behind := pkg("behind", refused) // was not built, because refused was not
	for _, c := range []struct {
		folders []string
		roots   []*packages.Package
		want    string
	}{
		{[]string{"a", "b"}, nil, "./a ./b"},
		{[]string{"refused"}, []*packages.Package{refused}, ""},
		{[]string{"a", "refused"}, []*packages.Package{pkg("a"), refused}, "./a"}, // no syntax, and no reason
		{[]string{"refused"}, []*packages.Package{refused, pkg("b", typed)}, ""},
		{[]string{"refused"}, []*packages.Package{refused, pkg("b", pkg("untyped"))}, "untyped"},
		{[]string{"refused"}, []*packages.Package{refused, pkg("b", behind)}, ""},
	} {
		if got := strings.Join(unanswered(root, c.folders, c.roots), " "); got != c.want {
			t.Errorf("%v: got %q, want %q", c.folders, got, c.want)
		}
	}
}

// TestRefusalSaysWhatIsNext has the go command's words for what goes wrong.
func TestRefusalSaysWhatIsNext(t *testing.T) {
	for _, c := range []struct{ said, file, next string }{
		{"go: updates to go.mod needed; to update it:\n\tgo mod tidy", "go.mod", "go mod tidy"},
		{"malformed go.sum:\n/m/go.sum:12: wrong number of fields 2", "go.sum", "resolve the conflict"},
		{"go: errors parsing go.mod:\ngo.mod:9: unknown directive: <<<<<<<", "go.mod", "correct go.mod"},
		{"go: inconsistent vendoring in /m:", "vendor/modules.txt", "go mod vendor"},
		{"build cache is disabled by GOCACHE=off, but required as of Go 1.12", "", "unset GOCACHE"},
		{"go: module cache not found: neither GOMODCACHE nor GOPATH is set", "", "set HOME"},
		{"go: writing x: no space left on device", "", "free some space"},
		{"err: signal: killed: stderr: ", "", "run the command again"},
		{"go: go.mod requires go >= 1.99 (running go 1.26; GOTOOLCHAIN=local)", "go.mod", "install the version"},
		{"something new", "", "go build ./..."},
	} {
		d := refusal("/m", c.said)
		if d.Code != diag.CannotLoad || d.File != c.file || !strings.Contains(d.Next, c.next) || len(d.Details) == 0 {
			t.Errorf("%q: got %v", c.said, d)
		}
	}
}

// TestLinkedFolders: Go does not look behind links, so that a stack which
// becomes one must not pass for removed.
func TestLinkedFolders(t *testing.T) {
	root := module(t, "stacks/web/web.go", "elsewhere/e.go", "docs/d.txt")
	write(t, filepath.Join(root, "go.mod"), "module example.com/m\n\ngo 1.26\n")
	for link, to := range map[string]string{
		"stacks/linked": "../elsewhere", "stacks/loop": "loop", "stacks/dangling": "nowhere", // findings
		"stacks/docs": "../docs", "stacks/.#web": "me@host.1", "stacks/web/README.md": "nowhere", // nobody's business
	} {
		if err := os.Symlink(to, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	_, list, err := Load(t.Context(), root, folders)
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, d := range list {
		files = append(files, d.File)
		if d.Code != diag.LinkedFolder || d.Next == "" {
			t.Errorf("%v", d)
		}
	}
	if got, want := strings.Join(files, " "), "stacks/dangling stacks/linked stacks/loop"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

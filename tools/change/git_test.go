package change

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seastack/seastack/gen/diag"
)

func TestWorktreeSeesAllFilesAndLeavesTheIndexAlone(t *testing.T) {
	root := shop(t)
	m := &mutated{t: t, root: root}
	m.write(".gitignore", "ignored.txt\n")
	git(t, root, "add", ".gitignore")
	git(t, root, "commit", "-qm", "Ignore")
	m.write("ignored.txt", "x")
	m.write("untracked ü.txt", "x")
	m.write("staged.txt", "x")
	git(t, root, "add", "staged.txt")
	m.remove("seastack.hcl")
	status := git(t, root, "status", "--porcelain")
	objects := git(t, root, "count-objects")
	repo, err := openRepository(t.Context(), root, os.Environ())
	if err != nil {
		t.Fatal(err)
	}
	tree, err := repo.worktree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"ignored.txt": false, "untracked ü.txt": true, "staged.txt": true, "seastack.hcl": false, "go.mod": true,
	} {
		if _, got := tree.Files[name]; got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
	if got := git(t, root, "status", "--porcelain"); got != status {
		t.Errorf("status is %q, was %q", got, status)
	}
	if got := git(t, root, "count-objects"); got != objects {
		t.Errorf("objects: %s, were %s", got, objects)
	}
}

func TestSinceRefuses(t *testing.T) {
	origin := shop(t)
	m := &mutated{t: t, root: origin}
	m.write("docs/a.md", "a")
	git(t, origin, "add", "-A")
	git(t, origin, "commit", "-qm", "Second")
	git(t, origin, "checkout", "-q", "--orphan", "other")
	git(t, origin, "commit", "-qm", "Of another history")
	git(t, origin, "checkout", "-q", "main")
	shallow := filepath.Join(t.TempDir(), "shallow")
	git(t, origin, "clone", "-q", "--depth", "1", "file://"+origin, shallow)
	empty := t.TempDir()
	for name, c := range map[string]struct{ root, rev, path, code string }{
		"unknown revision": {origin, "nonsense", "", diag.UnknownRevision},
		"an option":        {origin, "--help", "", diag.UnknownRevision},
		"shallow clone":    {shallow, "HEAD~1", "", diag.ShallowClone},
		"no merge base":    {origin, "other", "", diag.NoMergeBase},
		"no repository":    {empty, "HEAD", "", diag.NoRepository},
		"no git":           {origin, "HEAD", empty, diag.NoGit},
	} {
		t.Run(name, func(t *testing.T) {
			if c.path != "" {
				t.Setenv("PATH", c.path)
			}
			_, err := Since(t.Context(), shopRequest(t, c.root), c.rev)
			var d diag.Diagnostic
			if !errors.As(err, &d) || d.Code != c.code || d.Next == "" {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestMergeBase(t *testing.T) {
	root := shop(t)
	m := &mutated{t: t, root: root}
	git(t, root, "checkout", "-q", "-b", "feature")
	m.replace("core/services/sums/extra.h", "1", "2")
	git(t, root, "commit", "-qam", "Ours")
	git(t, root, "checkout", "-q", "main")
	m.replace("core/services/prices/tax.go", "19", "20")
	git(t, root, "commit", "-qam", "Theirs")
	git(t, root, "checkout", "-q", "feature")
	r := shopRequest(t, root)
	for _, c := range []struct {
		mergeBase bool
		want      string
	}{{true, "jobs/sum"}, {false, "jobs/sum web/show"}} {
		r.MergeBase = c.mergeBase
		s, err := Since(t.Context(), r, "main")
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(ids(s.Affected()), " "); got != c.want {
			t.Errorf("merge base %t: %s", c.mergeBase, got)
		}
	}
}

// sinceBroken compares the module with a commit in which a text of tax.go is
// another.
func sinceBroken(t *testing.T, text, with string) Sides {
	t.Helper()
	root := shop(t)
	m := &mutated{t: t, root: root}
	m.replace("core/services/prices/tax.go", text, with)
	git(t, root, "commit", "-qam", "Break")
	git(t, root, "revert", "--no-edit", "-n", "HEAD")
	return since(t, root)
}

func TestBaseThatDoesNotLoad(t *testing.T) {
	a := sinceBroken(t, "package prices", "package prices\n\nimport _ \"example.com/shop/absent\"").Affected()
	if !strings.Contains(a.Everything, "absent") || len(a.Functions) != 3 || a.Untouched != (Count{}) || len(a.Tests) != 5 {
		t.Errorf("got %+v", a)
	}
}

// TestBaseThatDoesNotCompile: what is not reached by the broken package is still
// known not to have changed.
func TestBaseThatDoesNotCompile(t *testing.T) {
	s := sinceBroken(t, "return 19", "return nonsense")
	a := s.Affected()
	if err := s.Exactly(t.Context(), &a, nil); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(ids(a), " "); got != "web/read web/show" || !strings.Contains(a.Inexact, "nonsense") {
		t.Errorf("got %s; %q", got, a.Inexact)
	}
}

func TestWorktreeThatDoesNotLoad(t *testing.T) {
	root := shop(t)
	m := &mutated{t: t, root: root}
	m.replace("core/services/prices/tax.go", "package prices", "package prices\n\nimport _ \"example.com/shop/absent\"")
	_, err := Since(t.Context(), shopRequest(t, root), "HEAD")
	var list diag.List
	if !errors.As(err, &list) || !strings.Contains(list[0].File, "tax.go") {
		t.Errorf("got %v", err)
	}
}

func ids(a Affected) (all []string) {
	for _, f := range a.Functions {
		all = append(all, f.ID())
	}
	return all
}

// TestBaseWithoutModule: the module is younger than the base.
func TestBaseWithoutModule(t *testing.T) {
	root := shop(t)
	m := &mutated{t: t, root: root}
	mod, _ := m.read("go.mod")
	m.remove("go.mod")
	git(t, root, "commit", "-qam", "Without a module")
	m.write("go.mod", mod)
	a := since(t, root).Affected()
	if !strings.Contains(a.Everything, "no go.mod") || len(a.Functions) != 3 {
		t.Errorf("got %+v", a)
	}
	s := since(t, root)
	if s.Base.Broken[0].Code != diag.BaseDoesNotLoad {
		t.Errorf("got %v", s.Base.Broken)
	}
}

// TestBrokenRepository: an object that git has lost.
func TestBrokenRepository(t *testing.T) {
	root := shop(t)
	blob := git(t, root, "rev-parse", "HEAD:seastack.hcl")
	if err := os.Remove(filepath.Join(root, ".git", "objects", blob[:2], blob[2:])); err != nil {
		t.Fatal(err)
	}
	_, err := Since(t.Context(), shopRequest(t, root), "HEAD")
	var d diag.Diagnostic
	if !errors.As(err, &d) || d.Code != diag.GitFailed || d.Next == "" {
		t.Errorf("got %v", err)
	}
}

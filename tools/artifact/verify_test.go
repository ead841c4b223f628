package artifact

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/artifact/gocmd"
	"github.com/seastack/seastack/tools/artifact/inputs"
)

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@localhost"}, args...)...)
	cmd.Dir, cmd.Env = dir, gocmd.InheritedEnv(os.Environ())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// The module is a checkout with an ignored, generated package, and replaces a
// module by its neighbour.
func neighbour(t *testing.T) Request {
	t.Helper()
	root := filepath.Join(unpack(t, "neighbour.txtar"), "shop")
	git(t, root, "init", "--quiet")
	git(t, root, "add", "--all")
	git(t, root, "commit", "--quiet", "--message", "First")
	return Request{
		Root: root, Env: environment(),
		Functions: []Function{{Stack: "web", Name: "v2", Dir: "stacks/web/lambda/v2"}},
	}
}

func TestVerifyBuildsTheSameElsewhere(t *testing.T) {
	r := neighbour(t)
	want := mustBuild(t, r)
	temporary := t.TempDir()
	got, err := Verify(context.Background(), VerifyRequest{Request: r, Dir: temporary})
	if err != nil {
		t.Fatal(err)
	}
	comparison := Comparison{Stack: "web", Function: "v2", Want: want[0].Digest, Got: want[0].Digest, OK: true}
	unset, set := comparison, comparison
	unset.Variant, set.Variant = "GOFLAGS unset", "GOFLAGS set"
	if diff := cmp.Diff([]Comparison{unset, set}, got); diff != "" {
		t.Error(diff)
	}
	if left, err := os.ReadDir(temporary); len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestComparisonsFindDifferences(t *testing.T) {
	want := []Result{{Stack: "web", Function: "a", Digest: "1"}, {Stack: "web", Function: "b", Digest: "2"}, {Stack: "web", Function: "c", Digest: "3"}}
	got := []Result{{Stack: "web", Function: "b", Digest: "2"}, {Stack: "web", Function: "a", Digest: "other"}}
	diff := cmp.Diff([]Comparison{
		{Stack: "web", Function: "a", Variant: "v", Want: "1", Got: "other"},
		{Stack: "web", Function: "b", Variant: "v", Want: "2", Got: "2", OK: true},
		{Stack: "web", Function: "c", Variant: "v", Want: "3"},
	}, compare("v", want, got))
	if diff != "" {
		t.Error(diff)
	}
}

func TestCopyHasTheSourceAndNoMore(t *testing.T) {
	r, err := neighbour(t).normal()
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(r.Root, "untracked.txt"), "new")
	write(t, filepath.Join(r.Root, ".seastack", "local", "state"), "state")
	to := t.TempDir()
	root, err := copyModule(context.Background(), r, surveyOf(t, r), to)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"lib/go.mod", "lib/lib.go", "shop/.gitignore", "shop/generated/generated.go", "shop/go.mod",
		"shop/stacks/web/lambda/v2/main.go", "shop/untracked.txt",
	}
	if diff := cmp.Diff(want, filesBelow(t, to)); diff != "" || root != filepath.Join(to, "shop") {
		t.Errorf("root %s\n%s", root, diff)
	}
}

func TestCopyOfWhatIsNoCheckout(t *testing.T) {
	r, err := shopRequest(t).normal()
	if err != nil {
		t.Fatal(err)
	}
	want := filesBelow(t, r.Root)
	write(t, filepath.Join(r.Root, ".seastack", "local", "state"), "state")
	to := t.TempDir()
	if _, err := copyModule(context.Background(), r, surveyOf(t, r), to); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, filesBelow(t, to)); diff != "" {
		t.Error(diff)
	}
}

func filesBelow(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && entry.Name() == ".git" {
			return fs.SkipDir
		}
		if err == nil && !entry.IsDir() {
			files = append(files, inputs.DirFrom(dir, path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestVendorFolderIsSource(t *testing.T) {
	r := neighbour(t)
	withModules := mustBuild(t, r)
	cmd := exec.Command("go", "mod", "vendor")
	cmd.Dir, cmd.Env = r.Root, environment()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	first := mustBuild(t, r)
	if len(built(first)) != 1 || first[0].InputKey == withModules[0].InputKey {
		t.Errorf("a vendor folder appeared, and built is %v", built(first))
	}
	quietly(edit("vendor/example.com/lib/lib.go", "hello", "howdy"))(t, r.Root)
	if second := mustBuild(t, r); len(built(second)) != 1 || second[0].Digest == first[0].Digest {
		t.Error("an edit below vendor was missed")
	}
	if err := os.RemoveAll(filepath.Join(r.Root, "vendor")); err != nil {
		t.Fatal(err)
	}
	if again := mustBuild(t, r); len(built(again)) != 0 || again[0].Digest != withModules[0].Digest {
		t.Error("without the vendor folder, the first artifact is not found")
	}
}

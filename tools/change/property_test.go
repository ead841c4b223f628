package change

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/tools/artifact"
)

var (
	changes = flag.Int("mutations", 12, "how many random changes TestMutations makes")
	seed    = flag.Uint64("seed", 1, "seed of the choices of TestMutations")
)

// TestMutations changes a module at random and compares what Affected says with
// a rebuild of all functions and a run of all tests on both sides: no function
// that has other bytes and no test that prints something else may be left out.
func TestMutations(t *testing.T) {
	m := &mutated{t: t, root: shop(t), rand: rand.New(rand.NewPCG(*seed, 0))}
	request := shopRequest(t, m.root)
	before := observe(t, request)
	var total tally
	for i := range *changes {
		name := m.change()
		sides, err := Since(t.Context(), request, "HEAD")
		if err != nil {
			t.Logf("%d: %s: does not compile: %v", i, name, err)
			git(t, m.root, "reset", "-q", "--hard")
			git(t, m.root, "clean", "-qfd")
			continue
		}
		after := observe(t, request)
		total.add(t, fmt.Sprintf("%d: %s", i, name), sides.Affected(), before, after)
		if m.rand.IntN(3) > 0 { // else the next change is on top of an uncommitted one
			git(t, m.root, "add", "-A")
			git(t, m.root, "commit", "-q", "--allow-empty", "-m", name)
			before = after
		}
	}
	t.Logf("%d changes (seed %d): %s", *changes, *seed, total)
	if total.functions.found == 0 || total.tests.found == 0 {
		t.Error("no change had an effect")
	}
}

// change makes one random change and returns its name.
func (m *mutated) change() string {
	for {
		if c := mutations[m.rand.IntN(len(mutations))]; c.do(m) {
			return c.name
		}
	}
}

// observation is what functions and tests are and do at one moment.
type observation struct {
	digests map[string]string // function to digest
	outputs map[string]string // package to what its tests print
}

func observe(t *testing.T, r Request) observation {
	t.Helper()
	o := observation{digests: map[string]string{}, outputs: map[string]string{}}
	files := map[string]string{}
	mains, err := filepath.Glob(filepath.Join(r.Root, "stacks/*/lambda/*/main.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, main := range mains {
		rel, _ := filepath.Rel(r.Root, main)
		files[filepath.ToSlash(rel)] = ""
	}
	// A store of its own, that is empty: nothing is taken from a key.
	built, err := artifact.Build(t.Context(), artifact.Request{
		Root: r.Root, Functions: functions(files, r.Folders), Target: r.Target, Store: t.TempDir(), Env: r.Env,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range built {
		o.digests[b.Stack+"/"+b.Function] = b.Digest
	}
	maps.Copy(o.outputs, testOutputs(t, r))
	return o
}

var (
	took   = regexp.MustCompile(`\(?[0-9.]+s\)?|\(cached\)`)
	result = regexp.MustCompile(`(?m)^(?:ok|FAIL)\s+(\S+)`)
)

// testOutputs runs all tests and returns what those of each package print, times
// apart.
func testOutputs(t *testing.T, r Request) map[string]string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-v", "-vet=off", "-ldflags=-s", "./...")
	cmd.Dir, cmd.Env = r.Root, r.Env
	out, _ := cmd.CombinedOutput() // a test that fails is an output, too
	outputs := map[string]string{}
	var lines []string
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "[no test files]") {
			continue
		}
		lines = append(lines, took.ReplaceAllString(line, ""))
		if m := result.FindStringSubmatch(line); m != nil {
			outputs[m[1]] = strings.Join(lines, "")
			lines = nil
		}
	}
	return outputs
}

// tally counts how right the answers were.
type tally struct{ functions, tests count }

type count struct{ listed, right, found int }

func (c count) String() string {
	ratio := func(a, b int) float64 { return float64(a) / float64(max(b, 1)) }
	return fmt.Sprintf("%d listed, %d changed, precision %.2f, recall %.2f", c.listed, c.found, ratio(c.right, c.listed), ratio(c.right, c.found))
}

func (s tally) String() string {
	return "functions: " + s.functions.String() + "; tests: " + s.tests.String()
}

func (s *tally) add(t *testing.T, name string, a Affected, before, after observation) {
	t.Helper()
	var functions, tests []string
	for _, f := range a.Functions {
		if f.Kind != Configuration && f.Kind != Removed {
			functions = append(functions, f.ID())
		}
	}
	for _, p := range a.Tests {
		tests = append(tests, p.Package)
	}
	s.functions.add(t, name+": function", functions, before.digests, after.digests)
	s.tests.add(t, name+": test", tests, before.outputs, after.outputs)
}

func (c *count) add(t *testing.T, what string, listed []string, before, after map[string]string) {
	t.Helper()
	found := different(before, after)
	c.listed += len(listed)
	c.found += len(found)
	for _, id := range found {
		if slices.Contains(listed, id) {
			c.right++
		} else {
			t.Errorf("%s %s is missed:\n%q\n%q", what, id, before[id], after[id])
		}
	}
}

func different(before, after map[string]string) (ids []string) {
	for id, now := range after {
		if before[id] != now {
			ids = append(ids, id)
		}
	}
	return ids
}

// shop writes the module of testdata into a repository of its own with one
// commit, and returns its root.
func shop(t testing.TB) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	shopIn(t, root)
	git(t, root, "init", "-q", "-b", "main")
	git(t, root, "add", "-A")
	git(t, root, "commit", "-qm", "First")
	return root
}

// shopIn writes the module of testdata into a folder.
func shopIn(t testing.TB, root string) {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/module.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		file := filepath.Join(root, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@localhost", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@localhost")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// shopRequest returns the request for a module, with caches of its own.
func shopRequest(t testing.TB, root string) Request {
	t.Helper()
	c, err := config.Parse(nil, "example.com/shop")
	if err != nil {
		t.Fatal(err)
	}
	env := slices.DeleteFunc(os.Environ(), func(e string) bool { return strings.HasPrefix(e, "GOFLAGS=") })
	dir := t.TempDir()
	return Request{
		Root: root, Module: "example.com/shop", Folders: c.Folders, Store: filepath.Join(dir, "artifacts"), Cache: filepath.Join(dir, "cache"),
		Target: artifact.Target{GOOS: "linux", GOARCH: runtime.GOARCH}, Env: append(env, "GOFLAGS="), MergeBase: true,
	}
}

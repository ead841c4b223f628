package test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/modfile"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/tools/local"
)

// Variables of TestEdits; docs/testing.md describes them.
const (
	stepsVariable = "SEASTACK_TEST_EDITS" // how many times to edit and bring up
	seedVariable  = "SEASTACK_TEST_SEED"  // of the choices
)

// defaultSteps and defaultSeed are for every run of the suite: each kind of edit
// that fits comes once.
const (
	defaultSteps = 5
	defaultSeed  = 1
	editsAtOnce  = 4 // in a step
)

// TestEdits edits the annotations of a small module at random, brings it up
// after each step and uses it all the while: no request to a route that stays
// may fail, no other may be answered with a 5xx, and every message must be done.
func TestEdits(t *testing.T) {
	if os.Getenv(envVariable) != "" && os.Getenv(envVariable) != config.Local {
		t.Skipf("it edits code, which needs the local cloud: unset %s to run it", envVariable)
	}
	steps, seed := number(t, stepsVariable, defaultSteps), number(t, seedVariable, defaultSeed)
	isolate()
	t.Logf("%d steps with %s=%d", steps, seedVariable, seed)
	random := rand.New(rand.NewPCG(uint64(seed), 0))

	done := receive(t)
	m := newModule(done.url)
	l := newForeignLocal(t)
	m.write(t, l.dir)
	l.up(t, firstLimit)
	d := newDeployment(t, l.dir, config.Local)
	d.local = l
	d.environ = map[string]string{"AWS_ENDPOINT_URL": l.status.Endpoint}
	d.aws = must(local.AWSConfig(t.Context(), l.status.Endpoint, d.env.Region))(t)
	d.api = l.status.API

	use := startTraffic(t, d, done, m.routes())
	deck := newDeck(random)
	for step := range steps {
		before := m.routes()
		var names []string
		for range editsAtOnce {
			names = append(names, deck.draw(m))
		}
		t.Logf("step %d: %s", step+1, strings.Join(names, ", "))
		m.write(t, l.dir)
		use.expect(before, m.routes())
		start := time.Now()
		l.up(t, commandLimit)
		t.Logf("step %d: up took %.1f s", step+1, time.Since(start).Seconds())
		use.settle(t, m.routes())
		if t.Failed() {
			t.Fatalf("step %d failed; the module is\n%s", step+1, m.source())
		}
	}
	use.end(t)
	d.wantClean(t, d.roots(t)...)
}

func number(t *testing.T, variable string, otherwise int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	return must(strconv.Atoi(text))(t)
}

// newForeignLocal makes an empty module that requires this one, and builds the
// command.
func newForeignLocal(t *testing.T) *localEnvironment {
	t.Helper()
	dir := must(os.MkdirTemp("", "seastack-test-"))(t)
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // the watchdog does it again
	l := &localEnvironment{dir: filepath.Join(dir, "module"), command: filepath.Join(dir, "seastack"), port: freePort(t)}
	root := must(filepath.Abs("../.."))(t)
	run(t, root, "go", "build", "-o", l.command, "./tools/seastack")
	write(t, filepath.Join(l.dir, "go.mod"), foreignModule(t, root))
	write(t, filepath.Join(l.dir, "go.sum"), must(os.ReadFile(filepath.Join(root, "go.sum")))(t))
	run(t, l.dir, "git", "init", "--quiet")
	l.startWatchdog(t, dir)
	return l
}

// foreignModule returns the go.mod of a module that requires the one at root.
func foreignModule(t *testing.T, root string) []byte {
	t.Helper()
	mod := must(modfile.Parse("go.mod", must(os.ReadFile(filepath.Join(root, "go.mod")))(t), nil))(t)
	ours := mod.Module.Mod.Path
	for _, err := range []error{
		mod.AddModuleStmt("example.com/edited"), mod.AddRequire(ours, "v0.0.0"),
		mod.AddReplace(ours, "", root, ""), mod.DropTool(ours + "/tools/seastack"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return must(mod.Format())(t)
}

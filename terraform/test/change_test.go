package test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/pipeline"
)

// reportsFile is code that four functions of two stacks reach, and no other.
const reportsFile = "core/services/reports/reports.go"

// testEditsThatChangeNothing edits files in ways that no function is made of:
// no zip may differ, and no plan may have a change.
func testEditsThatChangeNothing(t *testing.T, d *deployment) {
	l := d.requireLocal(t)
	before := l.build(t)
	l.edit(t, reportsFile, func(src []byte) []byte { return append(src, "\n// A remark behind all code.\n"...) })
	l.add(t, "core/services/reports/more_test.go", "package reports\n\nconst onlyInTests = 1\n")
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(l.path("core/services/interviews/service.go"), later, later); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, l.build(t)); diff != "" {
		t.Errorf("digests (-before +after):\n%s", diff)
	}
	d.wantClean(t, "reporting", "web")
}

// testChangeReachesItsFunctions changes one service's code, so that its weeks
// begin on another day, which both writing and reading figures ask for: exactly the
// functions that reach it change, and nothing of them but their code and what
// follows from a new version.
func testChangeReachesItsFunctions(t *testing.T, d *deployment) {
	l := d.requireLocal(t)
	before := l.build(t)
	t.Run("Changed", func(t *testing.T) {
		l.edit(t, reportsFile, func(src []byte) []byte {
			return replaceOnce(t, src, `-(int(day.Weekday())+6)%7`, `-(int(day.Weekday())+5)%7`)
		})
		after := l.build(t)
		maps.DeleteFunc(after, func(name, digest string) bool { return before[name] == digest })
		if diff := cmp.Diff([]string{"reporting/reports-record", "reporting/reports-refresh", "web/graphql", "web/reports-list"}, slices.Sorted(maps.Keys(after))); diff != "" {
			t.Errorf("functions with another digest (-want +got):\n%s", diff)
		}
		d.wantCodeChanges(t)
	})
	if diff := cmp.Diff(before, l.build(t)); diff != "" {
		t.Errorf("digests after the change was taken back (-before +after):\n%s", diff)
	}
	d.wantClean(t, d.roots(t)...)
}

// wantCodeChanges reads the same from the command's plan and from Terraform's.
func (d *deployment) wantCodeChanges(t *testing.T) {
	t.Helper()
	want := map[string]summary{
		pipeline.Platform: {Stack: pipeline.Platform}, "etl": {Stack: "etl"}, "integrations": {Stack: "integrations"},
		"processing": {Stack: "processing"}, "relay": {Stack: "relay"},
		"reporting": {Stack: "reporting", Change: 4, Functions: []functionChange{
			{d.prefix() + "reporting-reports-record", "update", true}, {d.prefix() + "reporting-reports-refresh", "update", true},
		}},
		"web": {Stack: "web", Change: 4, Functions: []functionChange{
			{d.prefix() + "web-graphql", "update", true}, {d.prefix() + "web-reports-list", "update", true},
		}},
	}
	if diff := cmp.Diff(want, d.local.plan(t, 1)); diff != "" {
		t.Errorf("seastack plan (-want +got):\n%s", diff)
	}
	for root, functions := range map[string][]string{"reporting": {"reports_record", "reports_refresh"}, "web": {"graphql", "reports_list"}} {
		_, plan := d.plan(t, root)
		var want []string
		for _, name := range functions {
			want = append(want, "update module.stack.module."+name+".aws_lambda_alias.this", "update module.stack.module."+name+".aws_lambda_function.this")
		}
		if diff := cmp.Diff(want, lines(changes(plan))); diff != "" {
			t.Errorf("terraform's plan of %s (-want +got):\n%s", root, diff)
		}
	}
}

// build builds and returns the digests by STACK/FUNCTION.
func (l *localEnvironment) build(t *testing.T) map[string]string {
	t.Helper()
	var out struct {
		Functions []struct{ Stack, Function, Digest string }
	}
	l.do(t, commandLimit, &out, "build", "--env", "local")
	digests := map[string]string{}
	for _, f := range out.Functions {
		digests[f.Stack+"/"+f.Function] = f.Digest
	}
	return digests
}

// plan returns what `seastack plan` says of each root; exit is the wanted exit code.
func (l *localEnvironment) plan(t *testing.T, exit int, args ...string) map[string]summary {
	t.Helper()
	var out struct{ Stacks []summary }
	if code := l.run(t, commandLimit, &out, append([]string{"plan"}, args...)...); code != exit {
		t.Errorf("seastack plan: exit code %d, want %d", code, exit)
	}
	byRoot := map[string]summary{}
	for _, s := range out.Stacks {
		if len(s.Functions) == 0 {
			s.Functions = nil
		}
		byRoot[s.Stack] = s
	}
	return byRoot
}

// path returns a file of the copy.
func (l *localEnvironment) path(name string) string {
	return filepath.Join(l.dir, filepath.FromSlash(name))
}

// edit changes a file of the copy until the test ends.
func (l *localEnvironment) edit(t *testing.T, name string, change func([]byte) []byte) {
	t.Helper()
	before := must(os.ReadFile(l.path(name)))(t)
	write(t, l.path(name), change(bytes.Clone(before)))
	t.Cleanup(func() { write(t, l.path(name), before) })
}

// add puts a file into the copy until the test ends.
func (l *localEnvironment) add(t *testing.T, name, content string) {
	t.Helper()
	write(t, l.path(name), []byte(content))
	t.Cleanup(func() { _ = os.Remove(l.path(name)) }) // the test may have removed it
}

func replaceOnce(t *testing.T, src []byte, old, replacement string) []byte {
	t.Helper()
	if n := bytes.Count(src, []byte(old)); n != 1 {
		t.Fatalf("the code to change stands %d times in the file: %s", n, old)
	}
	return bytes.Replace(src, []byte(old), []byte(replacement), 1)
}

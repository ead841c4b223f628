package test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// testReadme runs the README's commands as they stand there, one block after
// the other in one shell. The last block runs this suite and ends the deployment:
// its text is compared.
func testReadme(t *testing.T, d *deployment) {
	l := d.requireLocal(t)
	blocks := shellBlocks(t, l.path("README.md"))
	last := len(blocks) - 1
	if want := "make test\nmake down\n"; blocks[last] != want {
		t.Errorf("the README's last block is\n%s\nwant\n%s", blocks[last], want)
	}
	out := l.shell(t, strings.Join(blocks[:last], ""))
	for _, want := range []string{
		`"candidate":"Ada Lovelace"`, `"summary":`, `"actions":["Ada: I will send you the code sample by Friday."]`, "No changes.",
		`"interviewer":"grace"`, `"completed":1`, `"subject":"Next steps: Analyst"`,
		`"column": "name"`, `"rejected": 1`, `"text":"C++","match":true`,
		`"changed":true`, `The signature is not valid.`, `more than 5m0s from now`,
		`"review":{"score":`, `,Ada Lovelace,`, `"medianLeadSeconds":`, "60 candidates, 4 roles", "reporting/reports-refresh   1              1",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the README's commands do not print %s:\n%s", want, out)
		}
	}
}

// testDevelopment runs the commands of docs/development.md as they stand there, after
// the deployment was used.
func testDevelopment(t *testing.T, d *deployment) {
	l := d.requireLocal(t)
	d.get(t, "/interviews?limit=2").want(t, http.StatusOK)
	out := l.shell(t, strings.Join(shellBlocks(t, l.path("docs/development.md")), ""))
	for _, want := range []string{
		"web/interviews-list", "relay/outbox-relay", "TRACE ", "OWN CODE", `"trace_id":`, "handled the event 50 times", "interviews-list.cpu.pprof", "The slowest one",
		"/_localcloud/", "sql",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the commands of docs/development.md do not print %s:\n%s", want, out)
		}
	}
	if err := os.Remove(l.path("interviews-list.cpu.pprof")); err != nil {
		t.Error(err)
	}
}

// testReadmeTable compares the table with which the README says that the first
// `make up` ends with what it did.
func testReadmeTable(t *testing.T, d *deployment) {
	l := d.requireLocal(t)
	text := must(os.ReadFile(l.path("README.md")))(t)
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^ +(\w+) +(\d+) +(\d+) added `).FindAllSubmatch(text, -1) {
		got = append(got, fmt.Sprintf("%s: %s functions, %s added", m[1], m[2], m[3]))
	}
	var want []string
	for _, s := range l.status.Stacks {
		want = append(want, fmt.Sprintf("%s: %d functions, %d added", s.Stack, len(s.Functions), s.Changes.Add))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the README's table (-up +README):\n%s", diff)
	}
}

func shellBlocks(t *testing.T, file string) (blocks []string) {
	t.Helper()
	text := must(os.ReadFile(file))(t)
	for _, m := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```").FindAllSubmatch(text, -1) {
		blocks = append(blocks, string(m[1]))
	}
	if len(blocks) < 2 {
		t.Fatalf("%s has %d blocks of commands", filepath.Base(file), len(blocks))
	}
	return blocks
}

// shell runs a script in the copy. Terraform finds the local cloud by itself,
// whatever its port.
func (l *localEnvironment) shell(t *testing.T, script string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*commandLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-c", "set -euo pipefail\n"+script)
	cmd.Dir = l.dir
	cmd.Env = l.environ()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, script, out)
	}
	return string(out)
}

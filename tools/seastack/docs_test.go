package main

import (
	"bytes"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rhysd/actionlint"

	"github.com/seastack/seastack/gen/annotation"
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/mirror"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/project"
)

var update = flag.Bool("update", false, "write docs/annotations.md and docs/errors.md")

// TestDocsAnnotations keeps the page of annotations what the command prints.
func TestDocsAnnotations(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("# Annotations\n\nWhat `go tool seastack annotations` prints. " +
		"`go test ./tools/seastack -run Docs -update` writes this page from the comments in `gen/annotation`.\n\n")
	for _, v := range annotation.Verbs() {
		ref, _ := annotation.Help(v.Name)
		writeReference(&b, ref)
	}
	current(t, "../../docs/annotations.md", b.String())
}

// TestDocsErrors keeps the page of codes that of gen/diag.
func TestDocsErrors(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("# Errors\n\nEvery error that you can cause has a code, which never changes its meaning. " +
		"`go tool seastack help CODE` prints what\nthis page lists. `go test ./tools/seastack -run Docs -update` writes it " +
		"from the comments in `gen/diag`.\n")
	writeCodes(&b)
	for _, code := range diag.Codes() {
		if strings.Count(b.String(), code) != 1 {
			t.Errorf("%s is not in exactly one range of the page", code)
		}
	}
	current(t, "../../docs/errors.md", b.String())
}

// TestDocsPullRequests holds the examples of the page: Terraform takes the roles,
// and actionlint the workflows.
func TestDocsPullRequests(t *testing.T) {
	raw, err := os.ReadFile("../../docs/pull-requests.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string][]string{}
	for _, m := range regexp.MustCompile("(?ms)^```(hcl|yaml)\n(.*?)^```$").FindAllStringSubmatch(string(raw), -1) {
		blocks[m[1]] = append(blocks[m[1]], m[2])
	}
	if len(blocks["hcl"]) != 1 || len(blocks["yaml"]) != 2 {
		t.Fatalf("%d blocks of Terraform, %d of YAML", len(blocks["hcl"]), len(blocks["yaml"]))
	}
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, workflow := range blocks["yaml"] {
		found, err := linter.Lint("workflow.yml", []byte(workflow), nil)
		if err != nil || len(found) > 0 {
			t.Errorf("%v %v", found, err)
		}
	}
	dir := t.TempDir()
	writeTestFile(t, filepath.Join(dir, "roles.tf"), blocks["hcl"][0])
	install, err := mirror.Ensure(t.Context(), mirror.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"init", "-input=false"}, {"validate"}, {"fmt", "-check"}} {
		cmd := exec.Command("terraform", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+install.CLIConfig, "TF_PLUGIN_CACHE_DIR="+install.PluginCache)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("terraform %s: %v\n%s", args[0], err, out)
		}
	}
}

// current compares a page with what it should be, and writes it with -update.
func current(t *testing.T, file, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(have), want); diff != "" {
		t.Errorf("%s is not current (-file +want):\n%s", file, diff)
	}
}

// TestDocsConfiguration reads the example of the page on configuration.
func TestDocsConfiguration(t *testing.T) {
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```hcl\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) != 1 {
		t.Fatalf("%d examples; want 1", len(blocks))
	}
	c, err := config.Parse([]byte(blocks[0][1]), "example.com/hiring")
	if err != nil {
		t.Fatal(err)
	}
	production, err := c.Environment("production")
	if err != nil || production.Network == nil || production.Stacks["web"].Timeout != 20 {
		t.Errorf("production is %+v (%v)", production, err)
	}
}

// TestDocsPathsExist keeps the paths that the pages name true.
func TestDocsPathsExist(t *testing.T) {
	path := regexp.MustCompile("`((?:core|gen|stacks|terraform|tools|docs)/[A-Za-z0-9_./-]*)`")
	for _, page := range []string{"README.md", ".github/CONTRIBUTING.md", "docs/configuration.md", "docs/provider.md", "docs/testing.md", "docs/benchmarks.md"} {
		text, err := os.ReadFile("../../" + page)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, m := range path.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat("../../" + strings.TrimSuffix(m[1], "/")); err != nil {
				t.Errorf("%s names %s: %v", page, m[1], err)
			}
		}
	}
}

// TestExamplesNameFunctions keeps the functions that the commands' examples name
// true: they are those of this repository.
func TestExamplesNameFunctions(t *testing.T) {
	p, err := project.Find("../..")
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := pipeline.Model(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	function := regexp.MustCompile(`seastack (?:invoke|logs) ([a-z-]+/[a-z-]+)`)
	for _, command := range (&app{}).commands() {
		for _, match := range function.FindAllStringSubmatch(command.Example, -1) {
			named++
			if _, err := functionNamed(m, match[1]); err != nil {
				t.Errorf("%s: %v", command.Name(), err)
			}
		}
	}
	if named < 5 {
		t.Errorf("%d examples name a function", named)
	}
}

// TestCompleteFlags: every --env and --stack completes names of this repository.
func TestCompleteFlags(t *testing.T) {
	t.Chdir("../..")
	for _, command := range (&app{}).commands() {
		for flag, want := range map[string]string{"env": "sandbox", "stack": "reporting"} {
			if command.Flags().Lookup(flag) == nil {
				continue
			}
			var stdout, stderr bytes.Buffer
			if code := run([]string{"seastack", "__complete", command.Name(), "--" + flag, ""}, nil, &stdout, &stderr); code != 0 {
				t.Errorf("%s --%s: exit code %d\n%s", command.Name(), flag, code, stderr.String())
			}
			if !strings.Contains(stdout.String(), want+"\n") {
				t.Errorf("%s --%s completes\n%s", command.Name(), flag, stdout.String())
			}
		}
	}
}

// TestDocsAffected: the page's commands and their output are those of a script
// that runs.
func TestDocsAffected(t *testing.T) {
	page, err := os.ReadFile("../../docs/affected.md")
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("testdata/script/affected.txtar")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, block := range regexp.MustCompile("(?s)```(sh|text)\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		text := block[2]
		if block[1] == "sh" {
			command, ours := strings.CutPrefix(text, "go tool seastack ")
			if !ours {
				continue
			}
			text = "seastack -q " + command
		}
		if found++; !strings.Contains(string(script), text) {
			t.Errorf("no script has\n%s", text)
		}
	}
	if found != 4 {
		t.Errorf("%d examples; want 4", found)
	}
}

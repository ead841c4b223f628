package emit_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/seastack/seastack/tools/mirror"
)

// TestTerraformTakesAllCases asks terraform itself about every wanted tree: its
// format, and whether roots and the modules that they call are valid. All roots
// of all cases become modules of one root, without providers of their own, so
// that the provider starts once and not fifty times.
func TestTerraformTakesAllCases(t *testing.T) {
	tf := newTerraform(t)
	top := t.TempDir()
	var calls strings.Builder
	roots := copyCases(t, top)
	tf.run(t, top, "fmt", "-check", "-recursive", "-diff", "cases")
	for i, root := range roots {
		dropProvider(t, filepath.Join(top, root, "main.gen.tf"))
		fmt.Fprintf(&calls, "module \"root_%d\" {\n  source = \"./%s\"\n}\n\n", i, filepath.ToSlash(root))
	}
	if err := os.WriteFile(filepath.Join(top, "main.tf"), []byte(calls.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	tf.run(t, top, "init", "-backend=false", "-input=false", "-no-color")
	tf.run(t, top, "validate", "-no-color")
}

// TestModulesAndRootsAreValidOnTheirOwn does so as a user would.
func TestModulesAndRootsAreValidOnTheirOwn(t *testing.T) {
	tf := newTerraform(t)
	top := t.TempDir()
	copyCases(t, top)
	for _, dir := range []string{"queue/terraform/modules/function", "queue/terraform/stacks/processing", "network/terraform/envs/production/reporting", "schedule/terraform/envs/local/reporting"} {
		dir = filepath.Join(top, "cases", filepath.FromSlash(dir))
		tf.run(t, dir, "init", "-backend=false", "-input=false", "-no-color")
		tf.run(t, dir, "validate", "-no-color")
	}
}

// copyCases copies the wanted trees to top/cases and returns their roots, from top.
func copyCases(t *testing.T, top string) (roots []string) {
	t.Helper()
	for _, dir := range cases(t) {
		into := filepath.Join(top, "cases", filepath.Base(dir))
		if err := os.CopyFS(into, os.DirFS(filepath.Join(dir, "want"))); err != nil {
			t.Fatal(err)
		}
	}
	err := fs.WalkDir(os.DirFS(top), "cases", func(path string, d fs.DirEntry, err error) error {
		if ok, _ := filepath.Match("*/envs/*/*/main.gen.tf", lastFive(path)); ok {
			roots = append(roots, filepath.Dir(path))
		}
		return err
	})
	if err != nil || len(roots) == 0 {
		t.Fatal("no roots", err)
	}
	return roots
}

func dropProvider(t *testing.T, file string) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parsed, diags := hclwrite.ParseConfig(src, file, hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if !parsed.Body().RemoveBlock(parsed.Body().FirstMatchingBlock("provider", []string{"aws"})) {
		t.Fatalf("%s has no provider", file)
	}
	if err := os.WriteFile(file, parsed.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func lastFive(path string) string {
	words := strings.Split(path, "/")
	return strings.Join(words[max(0, len(words)-5):], "/")
}

// terraform runs the machine's terraform with the provider of the mirror.
type terraform struct {
	path string
	env  []string
}

func newTerraform(t *testing.T) terraform {
	t.Helper()
	// Enough for a first build of the provider, on a machine without registry.
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Minute)
	defer cancel()
	options := mirror.Options{Progress: func(line string) { t.Log(line) }}
	path, _, err := mirror.Terraform(ctx, options)
	if err != nil {
		t.Fatal(err)
	}
	installed, err := mirror.Ensure(ctx, options)
	if err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "CHECKPOINT_DISABLE=1")
	if installed.CLIConfig != "" {
		env = append(env, "TF_CLI_CONFIG_FILE="+installed.CLIConfig)
	}
	if installed.PluginCache != "" {
		env = append(env, "TF_PLUGIN_CACHE_DIR="+installed.PluginCache)
	}
	return terraform{path: path, env: env}
}

func (tf terraform) run(t *testing.T, dir string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, tf.path, args...)
	cmd.Dir, cmd.Env = dir, tf.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("terraform %s: %v\n%s", strings.Join(args, " "), errors.Join(err, ctx.Err()), out)
	}
}

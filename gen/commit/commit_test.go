package commit_test

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/seastack/seastack/gen/commit"
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/emit"
	"github.com/seastack/seastack/gen/emit/output"
)

var update = flag.Bool("update", false, "write the golden texts in testdata")

var conf = config.Config{Folders: config.Folders{Stacks: "stacks", Terraform: "terraform"}}

// TestPlanAndApply takes trees from testdata: "tree/..." is what there is,
// "generated/..." what was generated, "want/..." what must be there afterwards
// and "delete" what the plan must list.
func TestPlanAndApply(t *testing.T) {
	for _, file := range glob(t, "apply/*.txtar") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			parts := archive(t, file)
			root := plant(t, parts["tree"])
			changes, err := commit.Plan(root, conf, files(parts["generated"]))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Fields(parts["delete"]["delete"]), changes.Delete, cmp.Comparer(slices.Equal[[]string])); diff != "" {
				t.Errorf("delete (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(parts["tree"], harvest(t, root)); diff != "" {
				t.Errorf("Plan changed the tree:\n%s", diff)
			}
			if err := commit.Apply(root, changes); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(parts["want"], harvest(t, root)); diff != "" {
				t.Errorf("tree (-want +got):\n%s", diff)
			}
			again, err := commit.Plan(root, conf, files(parts["generated"]))
			if err != nil || !again.Empty() || len(again.Unchanged) != len(parts["generated"]) {
				t.Errorf("a second plan gives %+v, %v", again, err)
			}
		})
	}
}

func TestUnchangedFilesAreNotWritten(t *testing.T) {
	generated := []emit.File{{Path: "terraform/platform/api.gen.tf", Content: []byte(output.TerraformHeader + "\n")}}
	root := t.TempDir()
	apply(t, root, generated)
	before := stat(t, filepath.Join(root, generated[0].Path))
	apply(t, root, generated)
	if after := stat(t, filepath.Join(root, generated[0].Path)); !os.SameFile(before, after) || !before.ModTime().Equal(after.ModTime()) {
		t.Error("the file was written again")
	}
}

// TestApplyWritesInTheFilesOwnFolder: any other folder may be on another file
// system, or not be usable at all.
func TestApplyWritesInTheFilesOwnFolder(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, ".seastack"), "not a folder")
	file := filepath.Join(root, "terraform", "platform", "api.gen.tf")
	write(t, file, output.TerraformHeader+"\nold\n")
	if err := os.Chmod(file, 0o600); err != nil {
		t.Fatal(err)
	}
	apply(t, root, []emit.File{{Path: "terraform/platform/api.gen.tf", Content: []byte(output.TerraformHeader + "\n")}})
	if got := stat(t, file).Mode().Perm(); got != 0o600 {
		t.Errorf("the mode became %v", got)
	}
	if found := harvest(t, root); len(found) != 2 {
		t.Errorf("left over: %v", found)
	}
}

// TestCheckoutsOfOtherSystems: line ends as git makes them on Windows, and names
// as the disks of macOS and Windows keep them, are no difference. A hard link
// stands for such a disk: one file, which answers to two names.
func TestCheckoutsOfOtherSystems(t *testing.T) {
	root := t.TempDir()
	generated := []emit.File{
		{Path: "stacks/web/lambda/ping/main.go", Content: []byte(output.GoHeader + "\n\npackage main\n")},
		{Path: "terraform/platform/é.gen.tf", Content: []byte(output.TerraformHeader + "\nlocals {}\n")},
	}
	for _, f := range generated {
		write(t, filepath.Join(root, f.Path), strings.ReplaceAll(string(f.Content), "\n", "\r\n"))
	}
	for _, name := range []string{"É.gen.tf", "e\u0301.gen.tf"} {
		err := os.Link(filepath.Join(root, generated[1].Path), filepath.Join(root, "terraform/platform", name))
		if err != nil && !errors.Is(err, fs.ErrExist) { // such a disk has it already
			t.Fatal(err)
		}
	}
	if changes := plan(t, root, generated); !changes.Empty() {
		t.Errorf("Plan = %v, delete %v", changes.Written(), changes.Deleted())
	}
	write(t, filepath.Join(root, "terraform/platform/É2.gen.tf"), output.TerraformHeader+"\n") // a file of its own
	if changes := plan(t, root, generated); len(changes.Deleted()) != 1 {
		t.Errorf("delete %v", changes.Deleted())
	}
}

func TestFoldersGoWhenTheyAreEmpty(t *testing.T) {
	file := func(p, header string) emit.File { return emit.File{Path: p, Content: []byte(header + "\n")} }
	root := t.TempDir()
	apply(t, root, []emit.File{
		file("stacks/web/lambda/ping/main.go", output.GoHeader),
		file("terraform/envs/local/web/main.gen.tf", output.TerraformHeader),
		file("terraform/platform/api.gen.tf", output.TerraformHeader),
	})
	write(t, filepath.Join(root, "terraform/envs/local/web/artifacts.json"), "{}")
	apply(t, root, []emit.File{file("terraform/platform/api.gen.tf", output.TerraformHeader)})
	for p, want := range map[string]bool{"stacks": false, "terraform/envs/local/web": true, "terraform/platform": true} {
		if _, err := os.Stat(filepath.Join(root, p)); (err == nil) != want {
			t.Errorf("%s exists: %v, want %v", p, err == nil, want)
		}
	}
}

// TestInTheWay plants what is in the way of a generated file. Nothing may be
// written then, and all of it must be reported.
func TestInTheWay(t *testing.T) {
	root, outside := t.TempDir(), t.TempDir()
	write(t, filepath.Join(outside, "theirs.tf"), "theirs")
	write(t, filepath.Join(root, "stacks/web/lambda/ping/main.go"), "package main\n")
	write(t, filepath.Join(root, "terraform/stacks/web"), "a file\n")
	for _, dir := range []string{"terraform/platform/api.gen.tf", "terraform/envs"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	symlink(t, filepath.Join(outside, "theirs.tf"), filepath.Join(root, "terraform/platform/queues.gen.tf"))
	symlink(t, outside, filepath.Join(root, "terraform/envs/local"))

	var generated []emit.File
	for _, p := range []string{
		"stacks/web/lambda/free/main.go", "stacks/web/lambda/ping/main.go", "terraform/envs/local/platform/main.gen.tf",
		"terraform/platform/api.gen.tf", "terraform/platform/queues.gen.tf", "terraform/stacks/web/ping.gen.tf",
	} {
		generated = append(generated, emit.File{Path: p, Content: []byte(output.TerraformHeader)})
	}
	_, err := commit.Plan(root, conf, generated)
	if !errors.As(err, new(diag.List)) {
		t.Fatalf("not a diag.List: %v", err)
	}
	golden(t, "testdata/in-the-way.txt", err.Error()+"\n")
	if _, err := os.Stat(filepath.Join(root, "stacks/web/lambda/free")); err == nil {
		t.Error("something was written")
	}
}

func TestWhatLinksLeadToIsNotStale(t *testing.T) {
	root, outside := t.TempDir(), t.TempDir()
	write(t, filepath.Join(outside, "old.gen.tf"), output.TerraformHeader+"\n")
	if err := os.Mkdir(filepath.Join(root, "terraform"), 0o755); err != nil {
		t.Fatal(err)
	}
	symlink(t, outside, filepath.Join(root, "terraform/theirs"))
	symlink(t, filepath.Join(outside, "old.gen.tf"), filepath.Join(root, "terraform/old.gen.tf"))
	changes, err := commit.Plan(root, conf, nil)
	if err != nil || !changes.Empty() {
		t.Errorf("Plan = %+v, %v", changes, err)
	}
}

// TestAnInterruptedRunCanBeRunAgain applies the first half of a plan only.
func TestAnInterruptedRunCanBeRunAgain(t *testing.T) {
	root := t.TempDir()
	old := emit.File{Path: "terraform/stacks/web/old.gen.tf", Content: []byte(output.TerraformHeader + "\n")}
	apply(t, root, []emit.File{old})
	generated := []emit.File{
		{Path: "terraform/stacks/web/a.gen.tf", Content: []byte(output.TerraformHeader + "\n")},
		{Path: "terraform/stacks/web/b.gen.tf", Content: []byte(output.TerraformHeader + "\n")},
	}
	changes := plan(t, root, generated)
	if err := commit.Apply(root, commit.Changes{Write: changes.Write[:1]}); err != nil {
		t.Fatal(err)
	}
	rest := plan(t, root, generated)
	if len(rest.Write) != 1 || rest.Write[0].Path != generated[1].Path || !slices.Equal(rest.Delete, []string{old.Path}) {
		t.Errorf("the rest is %+v", rest)
	}
	if err := commit.Apply(root, rest); err != nil {
		t.Fatal(err)
	}
	if left := plan(t, root, generated); !left.Empty() {
		t.Errorf("left over: %+v", left)
	}
}

func plan(t *testing.T, root string, generated []emit.File) commit.Changes {
	t.Helper()
	changes, err := commit.Plan(root, conf, generated)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func apply(t *testing.T, root string, generated []emit.File) {
	t.Helper()
	if err := commit.Apply(root, plan(t, root, generated)); err != nil {
		t.Fatal(err)
	}
}

// archive returns the files of a txtar by their first folder.
func archive(t *testing.T, file string) map[string]map[string]string {
	t.Helper()
	parsed, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]map[string]string{"tree": {}, "want": {}}
	for _, f := range parsed.Files {
		part, name, nested := strings.Cut(f.Name, "/")
		if !nested {
			name = part
		}
		if parts[part] == nil {
			parts[part] = map[string]string{}
		}
		parts[part][name] = string(f.Data)
	}
	return parts
}

func files(contents map[string]string) (generated []emit.File) {
	for p, content := range contents {
		generated = append(generated, emit.File{Path: p, Content: []byte(content)})
	}
	return generated
}

func plant(t *testing.T, contents map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for p, content := range contents {
		write(t, filepath.Join(root, p), content)
	}
	return root
}

// harvest returns the tree's files, without Apply's scratch folder, which is empty.
func harvest(t *testing.T, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := fs.WalkDir(os.DirFS(root), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(root, p))
		found[p] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(found) == 0 {
		t.Fatal("no cases", err)
	}
	return found
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		write(t, file, got)
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func symlink(t *testing.T, target, at string) {
	t.Helper()
	if err := os.Symlink(target, at); err != nil {
		t.Fatal(err)
	}
}

func stat(t *testing.T, file string) fs.FileInfo {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

package artifact

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestManifestIsWrittenOnce(t *testing.T) {
	root := t.TempDir()
	stack := filepath.Join(root, "terraform", "envs", "local", "web")
	if err := os.MkdirAll(stack, 0o755); err != nil {
		t.Fatal(err)
	}
	digest := "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // of "abc"
	results := []Result{
		{Stack: "web", Function: "notes-read", Digest: digest, Size: 7},
		{Stack: "web", Function: "interviews-create", Digest: digest, Size: 7, Built: true},
	}
	if changed, err := WriteManifest(stack, Lambda("arm64"), results); !changed || err != nil {
		t.Fatal(changed, err)
	}
	got, err := os.ReadFile(filepath.Join(stack, ManifestName))
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "artifacts.json")
	if *update {
		write(t, golden, string(got))
	}
	want, err := os.ReadFile(golden)
	if diff := cmp.Diff(string(want), string(got)); diff != "" || err != nil {
		t.Error(err, diff)
	}
	if changed, err := WriteManifest(stack, Lambda("arm64"), results); changed || err != nil {
		t.Error("the same was written again", err)
	}
	if changed, err := WriteManifest(stack, Lambda("x86_64"), results); !changed || err != nil {
		t.Error("another architecture was not written", err)
	}
	results[0].Target = Lambda("arm64") // its own
	if _, err := WriteManifest(stack, Lambda("x86_64"), results); err != nil {
		t.Fatal(err)
	}
	if zips, err := Zips(stack); err != nil || zips[results[0].Function].Architecture != "arm64" || zips[results[1].Function].Architecture != "x86_64" {
		t.Errorf("%v, %v", zips, err)
	}
	if files, err := os.ReadDir(stack); len(files) != 1 {
		t.Errorf("left beside it: %v, %v", files, err)
	}
}

func TestArchitecturesHaveTwoNames(t *testing.T) {
	for name, want := range map[string]Target{"x86_64": {"linux", "amd64"}, "arm64": {"linux", "arm64"}} {
		if got := Lambda(name); got != want || got.Architecture() != name {
			t.Errorf("%s is %v, and back %s", name, got, got.Architecture())
		}
	}
}

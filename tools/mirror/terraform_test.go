package mirror

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

func TestTerraformOnPath(t *testing.T) {
	for _, version := range []string{"1.11.0", "1.14.2", "1.12.0-beta1"} {
		s := newSandbox(t, "terraform")
		s.env = append(s.env, "FAKE_TERRAFORM="+version)
		path, got, err := Terraform(context.Background(), s.options(nil))
		if err != nil || path != filepath.Join(s.bin, "terraform") || got != version {
			t.Errorf("got %s %s, %v", path, got, err)
		}
	}
}

// One of our own is used, without a download, where that on PATH will not do.
func TestTerraformInCache(t *testing.T) {
	s := newSandbox(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(s.cache, "terraform", ownTerraform, "terraform")
	if err := os.MkdirAll(filepath.Dir(own), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, own); err != nil {
		t.Fatal(err)
	}
	s.env = append(s.env, "FAKE_TERRAFORM="+ownTerraform)
	path, version, err := Terraform(context.Background(), s.options(nil))
	if err != nil || path != own || version != ownTerraform {
		t.Errorf("got %s %s, %v", path, version, err)
	}
}

func TestRecent(t *testing.T) {
	for version, want := range map[string]bool{
		"1.10.5": false, "1.11.0": true, "1.11.0-rc1": true, "1.9.0": false, "2.0.0": true, "x": false, "": false,
	} {
		if recent(version) != want {
			t.Errorf("recent(%q) is %t", version, !want)
		}
	}
}

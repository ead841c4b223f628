package mirror

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestVersionIsKept asks the Terraform on PATH once.
func TestVersionIsKept(t *testing.T) {
	path, err := exec.LookPath("terraform")
	if err != nil {
		t.Fatal(err)
	}
	o := Options{CacheDir: t.TempDir(), Env: os.Environ()}
	version, err := o.terraformVersion(t.Context(), path)
	if err != nil || !recent(version) {
		t.Fatalf("%q, %v", version, err)
	}
	kept, err := filepath.Glob(filepath.Join(o.CacheDir, "terraform", "versions", "*"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept %v, %v", kept, err)
	}
	if err := os.WriteFile(kept[0], []byte("1.99.0"), 0o600); err != nil {
		t.Fatal(err)
	}
	if again, err := o.terraformVersion(t.Context(), path); err != nil || again != "1.99.0" {
		t.Errorf("it is asked again: %q, %v", again, err)
	}
}

// TestVersionManagersAreAsked runs a program that is not Terraform itself each time.
func TestVersionManagersAreAsked(t *testing.T) {
	s := newSandbox(t, "terraform")
	for _, version := range []string{"1.11.0", "1.12.0"} {
		o := s.options(nil)
		o.Env = append(s.env, "FAKE_TERRAFORM="+version)
		if got, err := o.terraformVersion(t.Context(), filepath.Join(s.bin, "terraform")); err != nil || got != version {
			t.Errorf("got %q, %v; want %s", got, err, version)
		}
	}
}

func TestProgramKeyChangesWithTheProgram(t *testing.T) {
	file := filepath.Join(t.TempDir(), "terraform")
	seen := map[string]bool{}
	for _, change := range []func() error{
		func() error { return os.WriteFile(file, []byte("one"), 0o755) },
		func() error { return os.WriteFile(file, []byte("three"), 0o755) },
		func() error { return os.Chtimes(file, time.Time{}, time.Unix(1, 0)) },
		func() error { return os.Rename(file, file+"2") },
	} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(file); err != nil {
			file += "2"
		}
		key, err := programKey(file)
		if err != nil || seen[key] {
			t.Errorf("key %s, %v, seen before: %t", key, err, seen[key])
		}
		seen[key] = true
	}
	if _, err := programKey(file + "3"); err == nil {
		t.Error("a program that is not there has a key")
	}
}

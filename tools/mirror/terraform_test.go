package mirror

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
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

// release serves a Terraform as HashiCorp's releases do, but for the signature.
func release(t *testing.T, version string) string {
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	w, err := z.Create("terraform")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(w, "#!/bin/sh\necho '{\"terraform_version\": %q}'\n", version)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return answering(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".zip") {
			w.Header().Set("Content-Type", "application/zip")
			_, _ = w.Write(archive.Bytes())
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"name":"terraform","version":%q,"builds":[{"os":%q,"arch":%q,"filename":"t.zip","url":"http://%s/t.zip"}]}`,
			version, runtime.GOOS, runtime.GOARCH, r.Host)
	})
}

// Where there is none that will do, one is installed, once, and what is broken in
// its place is replaced.
func TestTerraformInstalls(t *testing.T) {
	s := newSandbox(t)
	s.write(filepath.Join("cache", "terraform", ownTerraform, "terraform"), "half")
	s.write(filepath.Join("cache", "terraform", ownTerraform+".work-1", "terraform"), "less")
	o := s.options(nil)
	o.ReleasesURL, o.unsigned = release(t, ownTerraform), true
	for range 2 {
		path, version, err := Terraform(context.Background(), o)
		if err != nil || version != ownTerraform || !strings.HasPrefix(path, s.cache) {
			t.Fatalf("got %s %s, %v", path, version, err)
		}
		o.ReleasesURL = "http://127.0.0.1:1"
	}
	left, err := filepath.Glob(filepath.Join(s.cache, "terraform", "*.work-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// An installation that nobody signed is refused.
func TestTerraformChecksSignature(t *testing.T) {
	s := newSandbox(t)
	o := s.options(nil)
	o.ReleasesURL = release(t, ownTerraform)
	if path, _, err := Terraform(context.Background(), o); err == nil {
		t.Errorf("got %s", path)
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

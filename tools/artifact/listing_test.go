package artifact

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/seastack/seastack/tools/artifact/gocmd"
)

// TestListingThatIsCutOff: a go command that ends early, whatever its exit
// code, makes no artifact and no stamp.
func TestListingThatIsCutOff(t *testing.T) {
	for _, end := range []string{"exit 0", "exit 1", "kill -9 $$"} {
		r := shopRequest(t)
		r.Store = t.TempDir()
		good, err := gocmd.Find(t.Context(), gocmd.Options{Root: mustNormal(t, r).Root, Env: r.Env, GOOS: runtime.GOOS, GOARCH: runtime.GOARCH})
		if err != nil {
			t.Fatal(err)
		}
		goroot := t.TempDir() // the go command is looked for in GOROOT, which is not to be changed
		fake := filepath.Join(goroot, "bin", "go")
		write(t, fake, "#!/bin/sh\nif [ \"$1\" = list ]; then "+end+"; fi\nGOROOT="+good.GOROOT+" "+good.GoCommand+` "$@" | sed "s|\"GOROOT\": .*|\"GOROOT\": \"`+goroot+`\",|"`+"\n")
		if err := os.Chmod(fake, 0o755); err != nil {
			t.Fatal(err)
		}
		r.Env = environment("PATH=" + filepath.Dir(fake) + string(filepath.ListSeparator) + os.Getenv("PATH"))
		if results, err := Build(context.Background(), r); err == nil || !strings.Contains(err.Error(), "next: ") {
			t.Errorf("%s: %v, %v", end, results, err)
		}
		stamps, err := os.ReadDir(filepath.Join(r.Store, "stamps"))
		if err != nil || len(stamps) > 0 {
			t.Errorf("%s: %v, %v", end, stamps, err)
		}
		r.Env = environment()
		mustBuild(t, r)
	}
}

func mustNormal(t *testing.T, r Request) Request {
	t.Helper()
	r, err := r.normal()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestUnreadableManifestKeepsTheArtifacts: when it is not known what is in use,
// nothing is garbage.
func TestUnreadableManifestKeepsTheArtifacts(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a", ManifestName), "{")
	if used, err := manifestDigests(dir); err == nil {
		t.Errorf("no error, but %v", used)
	}
}

package artifact

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestListingThatLeavesPackagesOut: a listing is believed when it has the
// package of every function and all that these import.
func TestListingThatLeavesPackagesOut(t *testing.T) {
	r := Request{Root: "/m", Functions: []Function{{Stack: "web", Name: "get", Dir: "stacks/web/lambda/get"}}}
	main := listed{ImportPath: "m/get", Dir: "/m/stacks/web/lambda/get", Name: "main", Deps: []string{"fmt", "m/core"}}
	for _, c := range []struct {
		packages []listed
		want     string
	}{
		{[]listed{{ImportPath: "fmt"}, {ImportPath: "m/core"}, main}, ""},
		{[]listed{{ImportPath: "fmt"}, main}, "m/core"},
		{[]listed{{ImportPath: "fmt"}, {ImportPath: "m/core"}}, "./stacks/web/lambda/get"},
		{nil, "./stacks/web/lambda/get"},
	} {
		err := unanswered(r, c.packages)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// TestListingThatIsCutOff: a go command that ends early, whatever its exit
// code, makes no artifact and no stamp.
func TestListingThatIsCutOff(t *testing.T) {
	for _, end := range []string{"exit 0", "exit 1", "kill -9 $$"} {
		r := shopRequest(t)
		r.Store = t.TempDir()
		good, err := findToolchain(t.Context(), mustNormal(t, r))
		if err != nil {
			t.Fatal(err)
		}
		goroot := t.TempDir() // the go command is looked for in GOROOT, which is not to be changed
		fake := filepath.Join(goroot, "bin", "go")
		write(t, fake, "#!/bin/sh\nif [ \"$1\" = list ]; then "+end+"; fi\nGOROOT="+good.goroot+" "+good.goCommand+` "$@" | sed "s|\"GOROOT\": .*|\"GOROOT\": \"`+goroot+`\",|"`+"\n")
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

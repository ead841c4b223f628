package front

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/model"
)

// TestEachEnvironmentBuildsTheHandlers takes files that are for one
// architecture, while the environments have both.
func TestEachEnvironmentBuildsTheHandlers(t *testing.T) {
	arm, amd := target{"live", "linux", "arm64"}, target{"test", "linux", "amd64"}
	mac := target{"local", "darwin", "arm64"}
	for _, c := range []struct {
		name, constraint string
		target           target
		why              string
	}{
		{"a_amd64.go", "", arm, "its name"}, {"a_amd64.go", "", amd, ""},
		{"a_arm64.go", "", amd, "its name"}, {"a_arm64.go", "", arm, ""},
		{"a_linux.go", "", mac, "its name"}, {"a_linux.go", "", arm, ""},
		{"a.go", "//go:build arm64\n\n", amd, "its constraint is //go:build arm64"},
		{"a.go", "//go:build lambda.norpc\n\n", amd, ""},
		{"a.go", "//go:build cgo\n\n", amd, "its constraint is //go:build cgo"},
		{"a_unix.go", "", arm, ""},
	} {
		root := t.TempDir()
		text := c.constraint + "package a\n\n//seastack:function\nfunc F() {}\n"
		if err := os.WriteFile(filepath.Join(root, c.name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		files, err := annotatedFiles(root, ".")
		if err != nil || len(files) != 1 {
			t.Fatal(files, err)
		}
		why, next := c.target.refuses(root, files[0])
		if (why == "") != (c.why == "") || !strings.HasPrefix(why, c.why) || (why == "") != (next == "") {
			t.Errorf("%s %s for %v: %q, %q", c.name, c.constraint, c.target, why, next)
		}
	}
}

func TestTargetsAreThoseOfTheEnvironments(t *testing.T) {
	all := targets(config.Config{Environments: []config.Environment{
		{Name: "live", Architecture: "arm64"}, {Name: config.Local, Architecture: config.HostArchitecture()}, {Name: "test", Architecture: "x86_64"},
		{Name: "own", Architecture: "x86_64", Stacks: map[string]config.Settings{"web": {Functions: map[string]config.Override{"f": {Architecture: "arm64"}}}}},
	}}, map[string]*model.Stack{"web": {Name: "web", Functions: []model.Function{{Name: "f"}}}})
	for _, want := range []target{{"live", "linux", "arm64"}, {"test", "linux", "amd64"}, {"own", "linux", "amd64"}, {"own", "linux", "arm64"}} {
		found := false
		for _, got := range all {
			found = found || got == want
		}
		if !found {
			t.Errorf("no %v in %v", want, all)
		}
	}
}

package mirror

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/modfile"
)

// To move to another version of the provider: change the version in
// provider/go.mod.tmpl and the constants in recipe.go, run
//
//	go test ./tools/mirror -run TestProviderSum -update
//
// which takes the hashes from the published module without asking a checksum
// database for them, and compare the hash of the module with what others see.

// published is the module that stands in for the provider's.
type published struct{ Path, Version, Dir, Sum, GoModSum string }

// fetchPublished downloads the published module, or finds it in the module cache.
func fetchPublished(t *testing.T) (published, *modfile.File) {
	t.Helper()
	template, err := modfile.Parse("go.mod.tmpl", goModTemplate, nil)
	if err != nil {
		t.Fatal(err)
	}
	o, err := Options{}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	path, ok := o.lookPath("go")
	if !ok {
		t.Fatal(errNoGo())
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/m\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var p published
	for _, r := range template.Replace {
		if r.Old.Path == providerModule {
			g := goTool{path: path, dir: dir, tmp: dir, env: o.Env}
			out, err := run(untilDeadline(t), g.command("mod", "download", "-json", r.New.String()), func(string) {})
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(out, &p); err != nil {
				t.Fatal(err)
			}
		}
	}
	return p, template
}

// The committed go.sum is the provider's own, and the hash of the provider itself.
func TestProviderSum(t *testing.T) {
	p, _ := fetchPublished(t)
	own, err := os.ReadFile(filepath.Join(p.Dir, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.Collect(strings.Lines(string(own)))
	lines = append(lines, p.Path+" "+p.Version+" "+p.Sum+"\n", p.Path+" "+p.Version+"/go.mod "+p.GoModSum+"\n")
	want := strings.Join(sorted(lines), "")
	if *update {
		if err := os.WriteFile(filepath.Join("provider", "go.sum.tmpl"), []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(goSumTemplate)); diff != "" {
		t.Errorf("go.sum.tmpl (-want +got):\n%s", diff)
	}
}

// What only a main module decides is as the provider's own go.mod has it.
func TestTemplateFollowsProvider(t *testing.T) {
	p, template := fetchPublished(t)
	b, err := os.ReadFile(filepath.Join(p.Dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	own, err := modfile.Parse("go.mod", b, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(settings(own), settings(template)); diff != "" {
		t.Errorf("(-provider +template):\n%s", diff)
	}
	if own.Go.Version != minGo {
		t.Errorf("minGo is %s, the provider needs %s", minGo, own.Go.Version)
	}
	version, err := os.ReadFile(filepath.Join(p.Dir, "version", "VERSION"))
	if err != nil || strings.TrimSpace(string(version)) != ProviderVersion {
		t.Errorf("the source is of version %s, not %s: %v", version, ProviderVersion, err)
	}
}

// settings are a go.mod's Go version, GODEBUG and replacements, but for that of
// the provider itself.
func settings(f *modfile.File) []string {
	out := []string{"go " + f.Go.Version}
	for _, g := range f.Godebug {
		out = append(out, "godebug "+g.Key+"="+g.Value)
	}
	for _, r := range f.Replace {
		if r.Old.Path != providerModule {
			out = append(out, "replace "+r.Old.String()+" => "+r.New.String())
		}
	}
	return sorted(out)
}

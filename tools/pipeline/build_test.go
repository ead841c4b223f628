package pipeline

import (
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/change"
)

func TestTargetOf(t *testing.T) {
	for _, c := range []struct {
		env  config.Environment
		want artifact.Target
	}{
		{config.Environment{Name: "live", Architecture: "arm64"}, artifact.Target{GOOS: "linux", GOARCH: "arm64"}},
		{config.Environment{Name: "live", Architecture: "x86_64"}, artifact.Target{GOOS: "linux", GOARCH: "amd64"}},
		{config.Environment{Name: config.Local, Architecture: "x86_64"}, artifact.Target{GOOS: runtime.GOOS, GOARCH: runtime.GOARCH}},
	} {
		if got := TargetOf(c.env); got != c.want {
			t.Errorf("%+v: got %+v", c.env, got)
		}
	}
}

func TestFunctionsHaveTheirOwnArchitecture(t *testing.T) {
	stacks := []model.Stack{{Name: "web", Functions: []model.Function{{Name: "plain"}, {Name: "own", Architecture: "x86_64"}, {Name: "other"}}}}
	live := config.Environment{Name: "live", Architecture: "arm64", Stacks: map[string]config.Settings{
		"web": {Functions: map[string]config.Override{"other": {Architecture: "x86_64"}}},
	}}
	for env, want := range map[*config.Environment][]string{
		&live: {"arm64", "amd64", "amd64"},
		{Name: config.Local, Architecture: config.HostArchitecture()}: {runtime.GOARCH, runtime.GOARCH, runtime.GOARCH},
	} {
		for i, f := range functions(stacks, *env) {
			if f.GOARCH != want[i] {
				t.Errorf("%s in %s is for %s, want %s", f.Name, env.Name, f.GOARCH, want[i])
			}
		}
	}
	zips := zipsOf(stacks, live, "web", map[string]string{"own": "d1", "plain": "d2", "gone": "d3"})
	if diff := cmp.Diff(map[string]artifact.Zip{"own": {Digest: "d1", Architecture: "x86_64"}, "plain": {Digest: "d2", Architecture: "arm64"}}, zips); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	test := live
	test.Name, test.Stacks = "test", nil
	want := "SEA6018: web/other is built for arm64 in test, and for x86_64 in live\n    next: give both environments one architecture in seastack.hcl"
	if err := sameArchitectures(stacks, test, live); err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	if err := sameArchitectures(stacks[:0], test, live); err != nil {
		t.Error(err)
	}
}

func TestZipsThatWereDeployedHaveAnArchitecture(t *testing.T) {
	history := []change.Deploy{
		{Digests: map[string]string{"f": "new"}, Architectures: map[string]string{"f": "arm64"}},
		{Digests: map[string]string{"f": "old", "g": "g"}, Architectures: map[string]string{"f": "x86_64"}},
	}
	got := architectures(history, map[string]string{"f": "old", "g": "g"})
	if diff := cmp.Diff(map[string]string{"f": "x86_64"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSelectStacks(t *testing.T) {
	m := model.Model{Stacks: []model.Stack{{Name: "jobs"}, {Name: "web"}}}
	for _, c := range []struct{ names, want []string }{
		{nil, []string{"jobs", "web"}},
		{[]string{"web"}, []string{"web"}},
		{[]string{"web", "jobs", "web"}, []string{"jobs", "web"}},
	} {
		stacks, err := SelectStacks(m, c.names)
		var got []string
		for _, s := range stacks {
			got = append(got, s.Name)
		}
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%v: %v (-want +got):\n%s", c.names, err, diff)
		}
	}
	want := "SEA3011: there is no stack wbe\n    stacks: jobs, web\n    next: name one of these"
	if _, err := SelectStacks(m, []string{"web", "wbe"}); err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

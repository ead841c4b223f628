package pipeline

import (
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/artifact"
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

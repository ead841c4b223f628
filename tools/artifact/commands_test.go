package artifact

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/artifact/inputs"
)

func TestGitCommands(t *testing.T) {
	list := gitListCommand([]string{"GIT_DIR=/x", "HOME=/h"}, "/src")
	if diff := cmp.Diff([]string{"ls-files", "-z", "--cached", "--others", "--exclude-standard"}, list.Args); diff != "" {
		t.Error(diff)
	}
	commit := commitCommands([]string{"GIT_DIR=/x", "HOME=/h"}, "/copy")
	want := []string{
		"-c", "user.name=seastack", "-c", "user.email=verify@localhost",
		"commit", "--quiet", "--allow-empty", "--message", "Another commit",
	}
	if diff := cmp.Diff(want, commit[1].Args); diff != "" || slices.Contains(commit[0].Env, "GIT_DIR=/x") {
		t.Error(diff, commit[0].Env)
	}
}

func TestGroupsHaveNoNameTwice(t *testing.T) {
	closure := inputs.Closure{Functions: map[string]inputs.Inputs{
		"jobs/create": {Package: "example.com/shop/stacks/jobs/lambda/create"},
		"jobs/sweep":  {Package: "example.com/shop/stacks/jobs/lambda/sweep"},
		"web/create":  {Package: "example.com/shop/stacks/web/lambda/create"},
	}}
	want := []map[string]int{{"create": 0, "sweep": 1}, {"create": 2}}
	if diff := cmp.Diff(want, groups(shop, []int{0, 1, 2}, closure)); diff != "" {
		t.Error(diff)
	}
}

// The names are those of `go help build` for a binary.
func TestBinaryNames(t *testing.T) {
	cases := map[string]string{
		"example.com/a/create": "create", "example.com/a/v2": "a", "example.com/a/v1": "v1", "example.com/a/v0": "v0",
		"example.com/a/v12": "a", "example.com/a/v2x": "v2x", "example.com/a/v": "v", "single": "single", "v2": "v2",
	}
	for path, want := range cases {
		if got := binaryName(path); got != want {
			t.Errorf("%s is built as %s, want %s", path, got, want)
		}
	}
}

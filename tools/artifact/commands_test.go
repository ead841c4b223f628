package artifact

import (
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/artifact/inputs"
	"github.com/seastack/seastack/tools/artifact/slice"
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

func TestBatches(t *testing.T) {
	v := inputs.Survey{Slices: map[string]inputs.Sliced{}}
	v.Closure.Functions = map[string]inputs.Inputs{}
	var functions []Function
	add := func(stack, name, text string) {
		f := Function{Stack: stack, Name: name}
		functions = append(functions, f)
		v.Closure.Functions[f.ID()] = inputs.Inputs{Package: "example.com/shop/stacks/" + stack + "/lambda/" + name}
		if text != "" {
			v.Slices[f.ID()] = inputs.Sliced{Package: "example.com/shop/stacks/" + stack, Slice: slice.Slice{Files: map[string]string{"a.go": text}}}
		}
	}
	add("jobs", "create", "a")
	add("jobs", "sweep", "a")
	add("jobs", "tidy", "b")
	add("web", "create", "c")
	add("web", "list", "d")
	add("web", "read", "")
	b := builder{Request: Request{Functions: functions}}
	want := []batch{{"create": 0, "sweep": 1, "list": 4, "read": 5}, {"tidy": 2, "create": 3}}
	if diff := cmp.Diff(want, b.batches(v, []int{0, 1, 2, 3, 4, 5})); diff != "" {
		t.Error(diff)
	}
	var many []int
	for i := range 2 * batchSize {
		add("many", "f"+strconv.Itoa(i), "")
		many = append(many, 6+i)
	}
	b.Functions = functions
	if got := b.batches(v, many); len(got) != 2 || len(got[0]) != batchSize {
		t.Errorf("%d batches", len(got))
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

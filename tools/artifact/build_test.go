package artifact

import (
	"context"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/artifact/inputs"
	"github.com/seastack/seastack/tools/artifact/store"
)

func TestBuildGivesTheSameBytesEverywhere(t *testing.T) {
	first := mustBuild(t, shopRequest(t))
	settings := filepath.Join(t.TempDir(), "env")
	write(t, settings, "GOFLAGS=-tags=other -gcflags=-N\nGOAMD64=v2\n")
	variables := map[string][]string{
		"flags":       {"GOFLAGS=-buildvcs=true -trimpath=false -ldflags=-buildid=x"},
		"experiment":  {"GOEXPERIMENT=nogreenteagc"},
		"levels":      {"GOAMD64=v3", "GOARM64=v9.0", "GODEBUG=panicnil=1", "GOFIPS140=latest"},
		"cgo":         {"CGO_ENABLED=1", "CC=false"},
		"other goal":  {"GOOS=plan9", "GOARCH=386"},
		"git hook":    {"GIT_DIR=/nowhere", "GIT_INDEX_FILE=/nowhere"},
		"workspace":   {"GOWORK=/nowhere/go.work"},
		"module mode": {"GO111MODULE=off"},
	}
	check := func(t *testing.T, variables ...string) {
		r := shopRequest(t)
		r.Env = environment(variables...)
		got, err := Build(t.Context(), r)
		if diff := cmp.Diff(digests(first), digests(got)); err != nil || diff != "" {
			t.Errorf("%v\nother bytes (-first +%s):\n%s", err, t.Name(), diff)
		}
	}
	t.Run("elsewhere", func(t *testing.T) { check(t) })
	t.Run("go env -w", func(t *testing.T) { check(t, "GOENV="+settings) })
	// None of these takes back what another one does, so that one build will do.
	all := t.Run("all variables", func(t *testing.T) { check(t, slices.Concat(slices.Collect(maps.Values(variables))...)...) })
	for name, v := range variables {
		if !all { // tell which of them
			t.Run(name, func(t *testing.T) { check(t, v...) })
		}
	}
}

func TestBuiltBinariesRun(t *testing.T) {
	r := shopRequest(t)
	want := map[string]string{
		"web/create": "hello web first\n\n", "jobs/create": "hello jobs\n", "jobs/sweep": "sweep\n",
	}
	for _, result := range mustBuild(t, r) {
		out, err := exec.Command(unzip(t, result.Path)).CombinedOutput()
		if err != nil || string(out) != want[result.Stack+"/"+result.Function] {
			t.Errorf("%s/%s printed %q, %v", result.Stack, result.Function, out, err)
		}
	}
}

func TestNothingIsBuiltTwice(t *testing.T) {
	r := shopRequest(t)
	if got := built(mustBuild(t, r)); len(got) != len(shop) {
		t.Fatalf("first build built %v", got)
	}
	var events []EventKind
	r.Progress = func(e Event) { events = append(events, e.Kind) }
	if got := built(mustBuild(t, r)); got != nil {
		t.Errorf("second build built %v", got)
	}
	if diff := cmp.Diff([]EventKind{Reused, Reused, Reused}, events); diff != "" {
		t.Error(diff)
	}
	if v := surveyOf(t, r); !v.Known {
		t.Error("the go command was asked about a tree that did not change")
	}
}

func surveyOf(t *testing.T, r Request) inputs.Survey {
	t.Helper()
	r, err := r.normal()
	if err != nil {
		t.Fatal(err)
	}
	v, err := inputs.Take(context.Background(), r.survey(), store.Store{Dir: r.Store})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestArchitectures: the same function for another one is another artifact, and a
// function may have its own.
func TestArchitectures(t *testing.T) {
	r := shopRequest(t)
	r.Target = Lambda("x86_64")
	intel := mustBuild(t, r)
	r.Target = Lambda("arm64")
	arm := mustBuild(t, r)
	for i := range intel {
		if intel[i].Digest == arm[i].Digest || intel[i].InputKey == arm[i].InputKey {
			t.Errorf("%s is the same for both architectures", intel[i].Function)
		}
	}
	r.Functions = slices.Clone(r.Functions)
	r.Functions[1].GOARCH = "amd64" // of the first request's
	mixed := mustBuild(t, r)
	closure := inspect(t, r)
	for i, got := range mixed {
		want, goarch := arm[i], "arm64"
		if got.Function == r.Functions[1].Name && got.Stack == r.Functions[1].Stack {
			want, goarch = intel[i], "amd64"
		}
		in := closure.Functions[got.Stack+"/"+got.Function]
		if got.Digest != want.Digest || got.Built || got.Target.GOARCH != goarch || in.GOARCH != goarch || in.Key != want.InputKey {
			t.Errorf("%s/%s: %+v, %+v; want %+v", got.Stack, got.Function, got, in, want)
		}
	}
	r.Functions, r.Target = shop, Lambda("x86_64")
	if got := built(mustBuild(t, r)); got != nil {
		t.Errorf("built again: %v", got)
	}
}

func TestChangeDuringTheBuildIsFollowed(t *testing.T) {
	r := shopRequest(t)
	sweep := filepath.Join(r.Root, "stacks/jobs/lambda/sweep/main.go")
	edits := 0
	r.Progress = func(e Event) {
		if e.Kind == Started && e.Function == "sweep" && edits == 0 {
			edits++
			write(t, sweep, "package main\n\nfunc main() { println(\"other\") }\n")
		}
	}
	for _, result := range mustBuild(t, r) {
		if result.Function != "sweep" {
			continue
		}
		out, err := exec.Command(unzip(t, result.Path)).CombinedOutput()
		if string(out) != "other\n" || result.InputKey != surveyOf(t, r).Closure.Functions["jobs/sweep"].Key {
			t.Errorf("printed %q, %v with key %s", out, err, result.InputKey)
		}
	}
	if edits != 1 {
		t.Error("nothing was edited")
	}
}

func TestSourcesThatNeverRestAreAnError(t *testing.T) {
	r := shopRequest(t)
	sweep := filepath.Join(r.Root, "stacks/jobs/lambda/sweep/main.go")
	r.Progress = func(e Event) {
		if e.Kind == Started && e.Function == "sweep" {
			write(t, sweep, "package main\n\nfunc main() { println(\"sweep\") }\n")
		}
	}
	_, err := Build(context.Background(), r)
	golden(t, "moving", err, r.Root)
	entries, err := os.ReadDir(filepath.Join(r.Root, ".seastack/artifacts/index"))
	if err != nil || len(entries) != 0 {
		t.Errorf("stored %v, %v", entries, err)
	}
}

func TestCancelledBuildStops(t *testing.T) {
	r := shopRequest(t)
	ctx, cancel := context.WithCancel(context.Background())
	r.Progress = func(Event) { cancel() }
	if _, err := Build(ctx, r); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got := built(mustBuild(t, Request{Root: r.Root, Functions: shop, Env: r.Env})); len(got) != 3 {
		t.Errorf("after it, built %v", got)
	}
}

func TestNoFunctionsNeedNoGo(t *testing.T) {
	results, err := Build(context.Background(), Request{Root: t.TempDir(), Env: []string{"PATH="}})
	if results != nil || err != nil {
		t.Errorf("got %v, %v", results, err)
	}
}

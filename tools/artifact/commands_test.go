package artifact

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var someToolchain = toolchain{root: "/src", goCommand: "/go/bin/go", mod: "readonly", env: []string{"A=b"}}

func TestBuildCommand(t *testing.T) {
	got := someToolchain.buildCommand(shop[:2], "/out", 2)
	want := command{path: "/go/bin/go", dir: "/src", env: []string{"A=b"}, args: []string{
		"build", "-mod=readonly", "-buildmode=default", "-buildvcs=false", "-compiler=gc", "-trimpath",
		"-tags=lambda.norpc", "-ldflags=-s -w -buildid=", "-gcflags=", "-asmflags=", "-pgo=auto", "-p=2",
		"-o", "/out/", "--", "./stacks/jobs/lambda/create", "./stacks/jobs/lambda/sweep",
	}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(command{})); diff != "" {
		t.Error(diff)
	}
}

func TestListCommand(t *testing.T) {
	got := someToolchain.listCommand(shop[2:]).args
	want := []string{
		"list", "-e", "-deps", "-json=" + listFields, "-mod=readonly", "-buildmode=default", "-buildvcs=false",
		"-compiler=gc", "-trimpath", "-tags=lambda.norpc", "-ldflags=-s -w -buildid=", "-gcflags=", "-asmflags=",
		"-pgo=off", "--", "./stacks/web/lambda/create",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestBuildEnvironment(t *testing.T) {
	environ := []string{
		"HOME=/home/a", "PATH=/bin", "HTTPS_PROXY=http://proxy", "SSL_CERT_FILE=/cert", "GOOGLE_APPLICATION_CREDENTIALS=/key",
		"GOFLAGS=-x", "GOEXPERIMENT=x", "GOAMD64=v4", "CGO_CFLAGS=-O0", "CC=clang", "GIT_DIR=/x", "GIT_SSH_COMMAND=ssh",
		"GOMAXPROCS=2", "GOPROXY=ignored, as the settings have it", "PWD=/elsewhere", "GOFUTURE=1",
	}
	settings := map[string]string{"GOPROXY": "https://proxy", "GOCACHE": "/cache", "GOPRIVATE": ""}
	got := buildEnv(environ, settings, Target{"linux", "arm64"}, "/src")
	want := []string{
		"HOME=/home/a", "PATH=/bin", "HTTPS_PROXY=http://proxy", "SSL_CERT_FILE=/cert", "GOOGLE_APPLICATION_CREDENTIALS=/key",
		"GIT_SSH_COMMAND=ssh", "GOMAXPROCS=2", "GOCACHE=/cache", "GOPROXY=https://proxy",
		"CGO_ENABLED=0", "GO111MODULE=on", "GO386=sse2", "GOAMD64=v1", "GOARCH=arm64", "GOARM64=v8.0", "GODEBUG=",
		"GOENV=off", "GOEXPERIMENT=", "GOFIPS140=off", "GOFLAGS=", "GOOS=linux", "GOTOOLCHAIN=local", "GOWORK=off", "PWD=/src",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestQueryEnvironmentHearsTheUser(t *testing.T) {
	got := queryEnv([]string{"GOENV=/env", "GOFLAGS=-x", "GOPROXY=p", "GOTOOLCHAIN=auto", "GOEXPERIMENT=x"}, "/src")
	want := []string{
		"GOENV=/env", "GOPROXY=p", "GOTOOLCHAIN=auto", "GOFLAGS=-buildvcs=false", "GO111MODULE=on", "GOWORK=off", "PWD=/src",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestGitCommands(t *testing.T) {
	list := gitListCommand([]string{"GIT_DIR=/x", "HOME=/h"}, "/src")
	if diff := cmp.Diff([]string{"ls-files", "-z", "--cached", "--others", "--exclude-standard"}, list.args); diff != "" {
		t.Error(diff)
	}
	commit := commitCommands([]string{"GIT_DIR=/x", "HOME=/h"}, "/copy")
	want := []string{
		"-c", "user.name=seastack", "-c", "user.email=verify@localhost",
		"commit", "--quiet", "--allow-empty", "--message", "Another commit",
	}
	if diff := cmp.Diff(want, commit[1].args); diff != "" || slices.Contains(commit[0].env, "GIT_DIR=/x") {
		t.Error(diff, commit[0].env)
	}
}

func TestGroupsHaveNoNameTwice(t *testing.T) {
	closure := Closure{Functions: map[string]Inputs{
		"jobs/create": {Package: "example.com/shop/stacks/jobs/lambda/create"},
		"jobs/sweep":  {Package: "example.com/shop/stacks/jobs/lambda/sweep"},
		"web/create":  {Package: "example.com/shop/stacks/web/lambda/create"},
	}}
	want := []map[string]int{{"create": 0, "sweep": 1}, {"create": 2}}
	if diff := cmp.Diff(want, groups(shop, []int{0, 1, 2}, closure)); diff != "" {
		t.Error(diff)
	}
}

// The names are those that `go help build` gives a binary.
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

func TestEmbedPrefix(t *testing.T) {
	cases := map[string]string{
		"files/*": "files", "all:web/dist": "web/dist", "*.txt": "", "a/b?/c": "a", "page.html": "page.html", `a\[b/c`: "",
	}
	for pattern, want := range cases {
		if got := embedPrefix(pattern); got != want {
			t.Errorf("%q has prefix %q, want %q", pattern, got, want)
		}
	}
}

func TestPinnedToolchain(t *testing.T) {
	dir := t.TempDir()
	for source, want := range map[string]string{
		"module m\n\ngo 1.26.0\n":                         "",
		"module m\n\ngo 1.26.0\n\ntoolchain go1.26.8\n":   "GOTOOLCHAIN=go1.26.8",
		"module m\n\ngo 1.26.0\n\ntoolchain default\n":    "",
		"module m\n\ngo 1.26.0\n\ntoolchain go1.26.8 x\n": "",
	} {
		if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(source), 0o644); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(pinned(dir), " "); got != want {
			t.Errorf("pinned with %q = %q; want %q", source, got, want)
		}
	}
}

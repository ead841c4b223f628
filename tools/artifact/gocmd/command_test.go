package gocmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var someToolchain = Toolchain{Root: "/src", GoCommand: "/go/bin/go", mod: "readonly", env: []string{"A=b"}}

func TestBuildCommand(t *testing.T) {
	got := someToolchain.buildCommand([]string{"stacks/jobs/lambda/create", "stacks/jobs/lambda/sweep"}, "/out", "", 2)
	want := Command{Path: "/go/bin/go", Dir: "/src", Env: []string{"A=b"}, Args: []string{
		"build", "-mod=readonly", "-buildmode=default", "-buildvcs=false", "-compiler=gc", "-trimpath",
		"-tags=lambda.norpc", "-ldflags=-s -w -buildid=", "-gcflags=", "-asmflags=", "-pgo=auto", "-p=2",
		"-o", "/out/", "--", "./stacks/jobs/lambda/create", "./stacks/jobs/lambda/sweep",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDebugCommand(t *testing.T) {
	got := someToolchain.debugCommand("stacks/jobs/lambda/create", "/out/create")
	want := Command{Path: "/go/bin/go", Dir: "/src", Env: []string{"A=b"}, Args: []string{
		"build", "-mod=readonly", "-buildmode=default", "-buildvcs=false", "-tags=lambda.norpc", "-gcflags=all=-N -l",
		"-o", "/out/create", "--", "./stacks/jobs/lambda/create",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestListCommand(t *testing.T) {
	got := someToolchain.listCommand([]string{"stacks/web/lambda/create"}).Args
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
	got := buildEnv(environ, settings, Options{Root: "/src", GOOS: "linux", GOARCH: "arm64"})
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

func TestRequiredToolchain(t *testing.T) {
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
		if got := strings.Join(requiredToolchain(dir), " "); got != want {
			t.Errorf("required with %q = %q; want %q", source, got, want)
		}
	}
}

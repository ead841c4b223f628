package mirror

import (
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCommands(t *testing.T) {
	g := goTool{path: "/go/bin/go", dir: "/build/module", tmp: "/build/tmp"}
	var b strings.Builder
	for _, c := range []command{g.envQuery(), g.download(), g.list(), g.build("/out/provider"), versionCommand("/bin/terraform", nil)} {
		b.WriteString("cd " + c.dir + " && " + c.path + "\n")
		for _, arg := range c.args {
			b.WriteString("    " + arg + "\n")
		}
	}
	golden(t, "commands.txt", stable(b.String(), exeSuffix(), "", os.DevNull, "$NULL"))
}

// What could change the result is set or gone; where modules come from is not
// ours to change.
func TestGoEnv(t *testing.T) {
	got := goEnv([]string{
		"GOFLAGS=-mod=vendor -race", "GOOS=plan9", "GOARCH=386", "CGO_ENABLED=1", "GOSUMDB=sum.example",
		"GOWORK=/x/go.work", "GOTOOLCHAIN=auto", "GOEXPERIMENT=x", "GODEBUG=x=1", "GOAMD64=v3", "GOTMPDIR=/x",
		"GOPROXY=https://proxy.example", "GOCACHE=/c", "HTTPS_PROXY=http://p", "PATH=/bin",
	}, "/tmp/here")
	want := []string{
		"GOPROXY=https://proxy.example", "GOCACHE=/c", "HTTPS_PROXY=http://p", "PATH=/bin",
		"CGO_ENABLED=0", "GO111MODULE=on", "GOARCH=" + runtime.GOARCH, "GOFLAGS=-mod=readonly", "GOOS=" + runtime.GOOS, "GOSUMDB=off", "GOTMPDIR=/tmp/here", "GOTOOLCHAIN=local", "GOWORK=off",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

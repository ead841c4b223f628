package mirror

import (
	"runtime"
	"slices"
	"strings"
)

// command is a program to run, as plain data.
type command struct {
	path string
	args []string
	dir  string
	env  []string
}

// String is the command as the log has it.
func (c command) String() string { return c.path + " " + strings.Join(c.args, " ") }

// goTool builds the go commands of a build. All run in the build's module.
type goTool struct {
	path string   // the go command
	dir  string   // the directory of the module
	tmp  string   // for the go command's temporary files
	env  []string // the environment to start from
}

func (g goTool) command(args ...string) command {
	return command{path: g.path, args: args, dir: g.dir, env: goEnv(g.env, g.tmp)}
}

// envQuery prints the settings that the build depends on, as JSON.
func (g goTool) envQuery() command {
	return g.command("env", "-json", "GOVERSION", "GOCACHE", "GOMODCACHE")
}

// download fetches the provider's source, checks it against go.sum and prints
// where it is, as JSON.
func (g goTool) download() command {
	return g.command("mod", "download", "-json", providerModule)
}

// list prints the packages of the build, a line each, and fetches the modules
// that have them.
func (g goTool) list() command {
	return g.command("list", "-deps", providerModule)
}

// build compiles and links the provider. With -v it names each package that it
// compiles; those that Go's build cache has are not named.
func (g goTool) build(output string) command {
	return g.command("build", "-v", "-trimpath", "-buildvcs=false",
		"-ldflags=-s -w -X "+providerModule+"/version.ProviderVersion="+ProviderVersion,
		"-o", output, providerModule)
}

// goEnv is the environment of the go commands. What could change a byte of the
// result is set, whatever was inherited; where modules come from (GOPROXY and the
// like) and where Go's caches are stays the user's choice. No checksum database
// is asked: go.sum is complete, and with -mod=readonly what it lacks is an error.
func goEnv(base []string, tmp string) []string {
	set := []string{
		"CGO_ENABLED=0",
		"GO111MODULE=on",
		"GOARCH=" + runtime.GOARCH,
		"GOFLAGS=-mod=readonly",
		"GOOS=" + runtime.GOOS,
		"GOSUMDB=off",
		"GOTMPDIR=" + tmp,
		"GOTOOLCHAIN=local",
		"GOWORK=off",
	}
	var out []string
	for _, kv := range base {
		name, _, _ := strings.Cut(kv, "=")
		if !slices.Contains(variants, name) && !slices.ContainsFunc(set, func(s string) bool { return strings.HasPrefix(s, name+"=") }) {
			out = append(out, kv)
		}
	}
	return append(out, set...)
}

// variants are variables that pick another variant of the compiler's output.
// Unset, they have Go's default.
var variants = []string{"GOAMD64", "GOARM64", "GODEBUG", "GOEXPERIMENT", "GOFIPS140"}

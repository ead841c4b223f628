package gocmd

import (
	"slices"
	"strings"
)

// userSettings are the go command's settings that say where things are found
// and who is trusted. None of them changes a byte of a binary, so the user's
// values hold, whether they come from the environment or from `go env -w`.
var userSettings = []string{
	"GOAUTH", "GOCACHE", "GOCACHEPROG", "GOINSECURE", "GOMODCACHE", "GONOPROXY", "GONOSUMDB",
	"GOPATH", "GOPRIVATE", "GOPROXY", "GOSUMDB", "GOTMPDIR", "GOVCS",
}

// harmless are variables with a name like a build setting's that may stay.
var harmless = []string{"GOGC", "GOMAXPROCS", "GOMEMLIMIT"}

// compilers and repository are dropped: the first choose tools that cgo would
// use, the second are set by git in its hooks and would mislead the go command
// when it fetches a module.
var (
	compilers  = []string{"AR", "CC", "CXX", "FC", "GCCGO", "PKG_CONFIG"}
	repository = []string{"GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_WORK_TREE"}
)

// InheritedEnv returns what a command inherits of a user's environment: all
// that cannot change a byte. The go command is told everything by variables
// that start with GO or CGO_.
func InheritedEnv(environ []string) []string {
	var kept []string
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		if inherited(strings.ToUpper(name)) {
			kept = append(kept, entry)
		}
	}
	return kept
}

// inherited reports whether a command inherits the variable of that name.
func inherited(name string) bool {
	switch {
	case name == "PWD", slices.Contains(compilers, name), slices.Contains(repository, name):
		return false
	case strings.HasPrefix(name, "GOOGLE_"), slices.Contains(harmless, name):
		return true
	}
	return !strings.HasPrefix(name, "GO") && !strings.HasPrefix(name, "CGO_")
}

// queryEnv returns the environment in which the go command is asked for the
// user's settings. GOFLAGS is set, as an empty one would let `go env -w` speak.
func queryEnv(environ []string, root string) []string {
	env := InheritedEnv(environ)
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		if slices.Contains(userSettings, name) || name == "GOENV" || name == "GOTOOLCHAIN" || name == "GOROOT" {
			env = append(env, entry)
		}
	}
	return append(env, "GOFLAGS=-buildvcs=false", "GO111MODULE=on", "GOWORK=off", "PWD="+root)
}

// buildEnv returns the environment of every other go command: nothing that can
// change a byte is inherited, and GOENV=off shuts out `go env -w`.
func buildEnv(environ []string, settings map[string]string, o Options) []string {
	env := InheritedEnv(environ)
	for _, name := range userSettings {
		if value := settings[name]; value != "" {
			env = append(env, name+"="+value)
		}
	}
	return append(append(env, fixedEnv(o.GOOS, o.GOARCH)...), "PWD="+o.Root)
}

// fixedEnv returns the settings that can change a byte. They are part of a
// function's key.
func fixedEnv(goos, goarch string) []string {
	return []string{
		"CGO_ENABLED=0",
		"GO111MODULE=on",
		"GO386=sse2",
		"GOAMD64=v1",
		"GOARCH=" + goarch,
		"GOARM64=v8.0",
		"GODEBUG=",
		"GOENV=off",
		"GOEXPERIMENT=",
		"GOFIPS140=off",
		"GOFLAGS=",
		"GOOS=" + goos,
		"GOTOOLCHAIN=local",
		"GOWORK=off",
	}
}

// Unhooked returns a user's environment without what git sets in its hooks: it
// would mislead commands that work on another repository.
func Unhooked(environ []string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return slices.Contains(repository, name)
	})
}

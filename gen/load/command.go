package load

import (
	"context"
	"go/token"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// mode asks for source only where annotations are read; of everything else it
// takes the compiler's export data, which the go command keeps in its cache.
const mode = packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedModule |
	packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedExportFile

// Tags are the build tags of every function, and the only ones.
var Tags = []string{"lambda.norpc"}

func configure(ctx context.Context, root string, fset *token.FileSet) *packages.Config {
	return &packages.Config{
		Mode:       mode,
		Context:    ctx,
		Dir:        root,
		Env:        environment(os.Environ(), runtime.GOARCH),
		BuildFlags: []string{"-trimpath", "-tags=" + strings.Join(Tags, ",")},
		Fset:       fset,
	}
}

// fixed are the builder's settings for a function on Lambda, so that the result
// does not depend on the machine and both share the compiler's cache.
var fixed = map[string]string{
	"CGO_ENABLED": "0", "GOOS": "linux", "GOAMD64": "v1", "GOARM64": "v8.0",
	"GOEXPERIMENT": "", "GOFIPS140": "off", "GOWORK": "off", "GOPACKAGESDRIVER": "off",
	// Empty would mean what go env -w has set; this flag changes nothing here.
	"GOFLAGS": "-buildvcs=false",
}

// environment is that of the go command. The architecture is the machine's own
// where Lambda has it, because that is what the environment local builds for.
func environment(inherited []string, arch string) []string {
	var env []string
	for _, setting := range inherited {
		name, _, _ := strings.Cut(setting, "=")
		if _, ours := fixed[name]; !ours && name != "GOARCH" {
			env = append(env, setting)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fixed)) {
		env = append(env, name+"="+fixed[name])
	}
	return append(env, "GOARCH="+Architecture(arch))
}

// Architecture returns the machine's architecture where Lambda has it.
func Architecture(machine string) string {
	if machine == "arm64" {
		return machine
	}
	return "amd64"
}

func patterns(folders []string) []string {
	var all []string
	for _, f := range folders {
		all = append(all, "./"+f)
	}
	return all
}

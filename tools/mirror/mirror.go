package mirror

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// The values of Installation.Source.
const (
	SourceRegistry = "registry" // Terraform installs from the registry
	SourceMirror   = "mirror"   // Terraform installs from our filesystem mirror
	SourceUser     = "user"     // the user's own provider_installation decides
)

// Installation says how `terraform init` gets the provider.
type Installation struct {
	// Source is SourceRegistry, SourceMirror or SourceUser.
	Source string
	// CLIConfig is the file to pass as TF_CLI_CONFIG_FILE, or "" to leave the
	// user's own configuration alone.
	CLIConfig string
	// PluginCache is the directory to pass as TF_PLUGIN_CACHE_DIR, or "".
	// Terraform does not lock it: run one `terraform init` at a time with it.
	PluginCache string
}

// Options are what Ensure and Terraform depend on. The zero value is usable.
type Options struct {
	// CacheDir is where everything is kept. Default: SEASTACK_CACHE_DIR, or
	// "seastack" in the user's cache directory.
	CacheDir string
	// Progress gets one line for people at a time, at least every few seconds
	// while something is being built. Calls never overlap.
	Progress func(string)
	// Env is the environment, in the form of os.Environ, which is the default.
	Env []string
	// RegistryURL replaces https://registry.terraform.io, in tests.
	RegistryURL string
	// ReleasesURL replaces https://releases.hashicorp.com, in tests.
	ReleasesURL string

	// freeSpace replaces the question to the file system, in tests.
	freeSpace func(dir string) (uint64, error)
	// unsigned takes a release of Terraform that nobody signed, in tests.
	unsigned bool
}

// Ensure makes the AWS provider available to `terraform init` and says how. It
// returns at once where the registry can be reached or the mirror is complete,
// and builds the mirror otherwise. Its errors are of type *Error, except for
// those of ctx.
func Ensure(ctx context.Context, o Options) (Installation, error) {
	o, err := o.withDefaults()
	if err != nil {
		return Installation{}, err
	}
	source, err := o.choose(ctx)
	if err != nil {
		return Installation{}, err
	}
	switch source {
	case SourceMirror:
		config, err := o.ensureMirror(ctx)
		return Installation{Source: source, CLIConfig: config}, err
	case SourceRegistry:
		dir, err := o.pluginCache()
		return Installation{Source: source, PluginCache: dir}, err
	default:
		return Installation{Source: source}, nil
	}
}

// choose decides where the provider comes from.
func (o Options) choose(ctx context.Context) (string, error) {
	switch forced := o.getenv("SEASTACK_PROVIDER"); forced {
	case SourceRegistry, SourceMirror:
		return forced, nil
	case "":
	default:
		return "", errBadChoice(forced)
	}
	if o.userInstalls() {
		return SourceUser, nil
	}
	err := probe(ctx, o.RegistryURL, probeLimit)
	if err == nil {
		return SourceRegistry, nil
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	o.Progress(fmt.Sprintf("the Terraform registry cannot be reached (%s): using a mirror with a trimmed build of the AWS provider", oneLine(err)))
	return SourceMirror, nil
}

// pluginCache returns a directory in which Terraform keeps providers between
// roots, unless the user already has one.
func (o Options) pluginCache() (string, error) {
	if o.getenv("TF_PLUGIN_CACHE_DIR") != "" || o.userSets("plugin_cache_dir") {
		return "", nil
	}
	dir := filepath.Join(o.CacheDir, "plugins")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", errCacheDir(dir, err)
	}
	return dir, nil
}

package mirror

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// withDefaults fills in what is not set.
func (o Options) withDefaults() (Options, error) {
	if o.Env == nil {
		o.Env = os.Environ()
	}
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	if o.RegistryURL == "" {
		o.RegistryURL = "https://registry.terraform.io"
	}
	if o.freeSpace == nil {
		o.freeSpace = freeSpace
	}
	if o.CacheDir == "" {
		o.CacheDir = o.getenv("SEASTACK_CACHE_DIR")
	}
	if o.CacheDir == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return o, errCacheDir("the user's cache directory", err)
		}
		o.CacheDir = filepath.Join(base, "seastack")
	}
	dir, err := filepath.Abs(o.CacheDir)
	if err != nil {
		return o, errCacheDir(o.CacheDir, err)
	}
	o.CacheDir = dir
	return o, nil
}

// getenv returns the variable's last value in the environment, as exec does.
func (o Options) getenv(name string) string {
	var value string
	for _, kv := range o.Env {
		if v, ok := strings.CutPrefix(kv, name+"="); ok {
			value = v
		}
	}
	return value
}

// lookPath finds a program on the PATH of the environment.
func (o Options) lookPath(name string) (string, bool) {
	for _, dir := range filepath.SplitList(o.getenv("PATH")) {
		if !filepath.IsAbs(dir) {
			continue
		}
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path, true
		}
	}
	return "", false
}

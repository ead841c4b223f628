package deploy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-exec/tfexec"
)

// Init runs `terraform init` where it is needed: the root has never been
// initialised, or what an init depends on has changed since. It says whether
// it ran. prepare is called before it does, to say where providers come from.
func (t *Terraform) Init(ctx context.Context, r Root, prepare func(context.Context) error) (bool, error) {
	want, err := initKey(r)
	if err != nil {
		return false, err
	}
	stamp := filepath.Join(r.Dir, ".terraform", "seastack-init")
	if have, err := os.ReadFile(stamp); err == nil && string(have) == want && providerPresent(r) {
		return false, nil
	}
	if err := prepare(ctx); err != nil {
		return false, err
	}
	tf, err := t.command(r)
	if err != nil {
		return false, err
	}
	var log tail
	tf.SetStdout(&log)
	if err := tf.Init(ctx, tfexec.Upgrade(false), tfexec.Reconfigure(true)); err != nil {
		return true, failure(r, "init", err, nil)
	}
	return true, os.WriteFile(stamp, []byte(want), 0o644)
}

// providerPresent says whether the providers' folder is there and its links,
// into a mirror that may have been removed, still lead somewhere.
func providerPresent(r Root) bool {
	dirs, _ := filepath.Glob(filepath.Join(r.Dir, ".terraform", "providers", "*", "*", "*", "*", "*"))
	return len(dirs) > 0 && !slices.ContainsFunc(dirs, func(d string) bool {
		_, err := os.Stat(d)
		return err != nil
	})
}

// initBlock matches the lines that an init depends on: backend, providers'
// versions and sources, and modules' sources.
var initBlock = regexp.MustCompile(`(?m)^\s*(backend|module|source|version|required_version|bucket|key|path|region)\b.*$`)

// initKey changes when an init is needed anew.
func initKey(r Root) (string, error) {
	files, err := filepath.Glob(filepath.Join(r.Dir, "*.tf"))
	if err != nil {
		return "", err
	}
	if len(files) == 0 {
		return "", fmt.Errorf("%s has no .tf file", r.Dir)
	}
	h := sha256.New()
	for _, f := range files { // Glob sorts
		src, err := os.ReadFile(f)
		if err != nil {
			return "", err
		}
		for _, line := range initBlock.FindAll(src, -1) {
			fmt.Fprintf(h, "%s\n", line)
		}
	}
	_, _ = io.WriteString(h, r.Dir) // links below .terraform are relative to the folder
	return hex.EncodeToString(h.Sum(nil)), nil
}

// tail swallows what terraform prints for people.
type tail struct{}

func (tail) Write(p []byte) (int, error) { return len(p), nil }

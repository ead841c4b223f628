package deploy

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-exec/tfexec"
)

// NeedsInit reports whether the root has never been initialised, or what an init
// depends on, or has made, has changed since. An init costs 0.2 s for each root
// even where it changes nothing, and needs the provider to be looked for first:
// an `up` without changes takes 3.4 s in all.
func NeedsInit(r Root) (bool, error) {
	key, err := initKey(r)
	if err != nil {
		return false, err
	}
	have, err := os.ReadFile(stampFile(r))
	if err != nil {
		return true, nil
	}
	stamped, made, _ := strings.Cut(string(have), "\n")
	return stamped != key || made != strings.Join(initFiles(r), "\n") || !providerPresent(r), nil
}

// initFiles returns those files that an init makes for this root and a plan needs:
// not every root has modules. Of a provider it tells size and time, too: another one
// is for an init to check against the lock file.
func initFiles(r Root) (made []string) {
	for _, f := range []string{".terraform.lock.hcl", ".terraform/modules/modules.json", ".terraform/terraform.tfstate"} {
		if _, err := os.Stat(filepath.Join(r.Dir, filepath.FromSlash(f))); err == nil {
			made = append(made, f)
		}
	}
	programs, _ := filepath.Glob(filepath.Join(r.Dir, ".terraform", "providers", "*", "*", "*", "*", "*", "terraform-provider-*"))
	for _, f := range programs {
		if info, err := os.Stat(f); err == nil {
			made = append(made, fmt.Sprintf("%s %d %d", filepath.Base(f), info.Size(), info.ModTime().UnixNano()))
		}
	}
	return made
}

// Init runs `terraform init`.
func (t *Terraform) Init(ctx context.Context, r Root) error {
	tf, err := t.command(r)
	if err != nil {
		return err
	}
	if err := tf.Init(ctx, tfexec.Upgrade(false), tfexec.Reconfigure(true)); err != nil {
		return failure(r, "init", err, nil)
	}
	return stampInit(r)
}

// stampInit notes what an init depended on and what it has made.
func stampInit(r Root) error {
	key, err := initKey(r)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(stampFile(r)), 0o755); err != nil { // not every root makes terraform write there
		return err
	}
	return os.WriteFile(stampFile(r), []byte(key+"\n"+strings.Join(initFiles(r), "\n")), 0o644)
}

func stampFile(r Root) string { return filepath.Join(r.Dir, ".terraform", "seastack-init") }

// providerPresent reports whether the providers' folder is there and its links,
// into a mirror that may have been removed, still lead somewhere.
func providerPresent(r Root) bool {
	dirs, _ := filepath.Glob(filepath.Join(r.Dir, ".terraform", "providers", "*", "*", "*", "*", "*"))
	return len(dirs) > 0 && !slices.ContainsFunc(dirs, func(d string) bool {
		_, err := os.Stat(d)
		return err != nil
	})
}

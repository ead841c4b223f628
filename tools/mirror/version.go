package mirror

import (
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"

	"github.com/seastack/seastack/tools/artifact/stat"
)

// terraformModule is the main package of HashiCorp's Terraform.
const terraformModule = "github.com/hashicorp/terraform"

// terraformVersion returns the version of a Terraform. Terraform takes 0.2 s of a
// processor to tell it, a fifth of what an `up` without changes does, so that it is
// kept for as long as the program stays the same. A program of another name or make,
// such as a version manager's in Terraform's place, is asked each time.
func (o Options) terraformVersion(ctx context.Context, path string) (string, error) {
	file, ok := o.versionFile(path)
	if ok {
		if version, err := os.ReadFile(file); err == nil && len(version) > 0 {
			return string(version), nil
		}
	}
	version, err := o.askVersion(ctx, path)
	if err == nil && ok && os.MkdirAll(filepath.Dir(file), 0o755) == nil {
		_ = renameio.WriteFile(file, []byte(version), 0o644, renameio.WithTempDir(filepath.Dir(file))) // it is asked again
	}
	return version, err
}

// versionFile returns where the version of a program is kept; ok is false where the
// program is not Terraform itself.
func (o Options) versionFile(path string) (file string, ok bool) {
	program, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", false
	}
	if info, err := buildinfo.ReadFile(program); err != nil || info.Path != terraformModule {
		return "", false
	}
	key, err := programKey(program)
	return filepath.Join(o.CacheDir, "terraform", "versions", key), err == nil
}

// programKey returns a name that changes with the program and with where it is.
func programKey(program string) (string, error) {
	info, err := os.Stat(program)
	if err != nil {
		return "", err
	}
	identity, changed := stat.Identity(info)
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s %s", program, identity, changed))
	return hex.EncodeToString(sum[:16]), nil
}

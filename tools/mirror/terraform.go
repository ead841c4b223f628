package mirror

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	goversion "github.com/hashicorp/go-version"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

const (
	// minTerraform is the first Terraform that locks S3 state without a table.
	minTerraform = "1.11"
	// ownTerraform is what is installed where there is none that will do.
	ownTerraform = "1.11.4"
	// installLimit bounds the download of Terraform.
	installLimit = 10 * time.Minute
)

// Terraform returns the path and the version of a Terraform that will do: the
// one on PATH, or else one of our own in the cache directory, which is downloaded
// from HashiCorp's releases when it is not there yet. Its errors are of type
// *Error, except for those of ctx.
func Terraform(ctx context.Context, o Options) (path, version string, err error) {
	o, err = o.withDefaults()
	if err != nil {
		return "", "", err
	}
	var found string
	if path, ok := o.lookPath("terraform"); ok {
		version, err := o.terraformVersion(ctx, path)
		if err == nil && recent(version) {
			return path, version, nil
		}
		found = tooOld(path, version, err)
	}
	path, version, err = o.ownTerraform(ctx)
	if ctx.Err() != nil {
		return "", "", ctx.Err()
	}
	if err != nil {
		return "", "", errNoTerraform(found+fmt.Sprintf("installing %s: %s", ownTerraform, oneLine(err)), err)
	}
	return path, version, nil
}

// FindTerraform returns what Terraform would, but installs nothing: ok is false
// where there is no Terraform that will do.
func FindTerraform(ctx context.Context, o Options) (path, version string, ok bool) {
	o, err := o.withDefaults()
	if err != nil {
		return "", "", false
	}
	if path, found := o.lookPath("terraform"); found {
		if version, err := o.terraformVersion(ctx, path); err == nil && recent(version) {
			return path, version, true
		}
	}
	path = o.ownPath()
	version, err = o.terraformVersion(ctx, path)
	return path, version, err == nil
}

// tooOld says why the Terraform on PATH will not do.
func tooOld(path, version string, err error) string {
	if err != nil {
		return fmt.Sprintf("%s does not tell its version: %s\n", path, oneLine(err))
	}
	return fmt.Sprintf("%s is %s\n", path, version)
}

func recent(version string) bool {
	v, err := goversion.NewVersion(version)
	return err == nil && v.Core().GreaterThanOrEqual(goversion.Must(goversion.NewVersion(minTerraform)))
}

// ownTerraform returns the Terraform in the cache directory, and installs it
// first if need be.
func (o Options) ownTerraform(ctx context.Context) (path, version string, err error) {
	ctx, cancel := context.WithTimeout(ctx, installLimit)
	defer cancel()
	path = o.ownPath()
	dir := filepath.Dir(path)
	if version, err = o.terraformVersion(ctx, path); err == nil {
		return path, version, nil
	}
	m := newMeter(o.Progress)
	defer m.close()
	waiting := func() { m.begin("Terraform: waiting for another process that installs it", "") }
	err = withLock(ctx, dir+".lock", waiting, func() error {
		if version, err = o.terraformVersion(ctx, path); err == nil {
			return nil
		}
		m.begin("Terraform: installing "+ownTerraform, "in "+dir)
		return o.installTerraform(ctx, dir)
	})
	if err == nil {
		version, err = o.terraformVersion(ctx, path)
	}
	return path, version, err
}

// ownPath is where our own Terraform is, or would be.
func (o Options) ownPath() string {
	return filepath.Join(o.CacheDir, "terraform", ownTerraform, "terraform"+exeSuffix())
}

// installTerraform downloads Terraform, has its signature checked, and moves it
// into place. What is in its place is broken.
func (o Options) installTerraform(ctx context.Context, dir string) error {
	work, err := workDir(dir)
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	install := &releases.ExactVersion{
		Product:    product.Terraform,
		Version:    goversion.Must(goversion.NewVersion(ownTerraform)),
		InstallDir: work,
		Timeout:    installLimit,
		ApiBaseURL: o.ReleasesURL,
		// The default client tries for 15 seconds where there is no network.
		HTTPClient:               http.DefaultClient,
		SkipChecksumVerification: o.unsigned,
	}
	if _, err := install.Install(ctx); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(work, dir)
}

// askVersion asks a Terraform for its version.
func (o Options) askVersion(ctx context.Context, path string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	out, err := run(ctx, versionCommand(path, o.Env), func(string) {})
	if err != nil {
		return "", err
	}
	var v struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(out, &v); err != nil {
		return "", err
	}
	if v.Version == "" {
		return "", errors.New("it prints no terraform_version")
	}
	return v.Version, nil
}

// versionCommand asks for a version. The user's CLI configuration has no say in
// it, and may be a file that is not there.
func versionCommand(path string, env []string) command {
	return command{path: path, args: []string{"version", "-json"}, env: append(env[:len(env):len(env)],
		"CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull, "TF_CLI_ARGS=", "TF_CLI_ARGS_version=")}
}

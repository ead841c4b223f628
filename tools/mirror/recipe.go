package mirror

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/mod/modfile"
)

const (
	providerSource = "registry.terraform.io/hashicorp/aws"
	providerModule = "github.com/hashicorp/terraform-provider-aws"
	// ProviderVersion is the version of the provider that Ensure builds.
	ProviderVersion = "6.13.0"
	// minGo is the go line of the provider's go.mod.
	minGo = "1.24.6"
	// recipeVersion changes when the same inputs are made into another build.
	recipeVersion = "2"
)

// The module to build in. The names end in .tmpl because a directory with a
// go.mod is another module, from which nothing can be embedded.
var (
	//go:embed provider/go.mod.tmpl
	goModTemplate []byte
	//go:embed provider/go.sum.tmpl
	goSumTemplate []byte
)

// recipe is everything that decides what the build's result is.
type recipe struct {
	goVersion string // as in "go1.26.0"
	services  []string
	goMod     []byte
	goSum     []byte
}

func newRecipe(goVersion string) recipe {
	return recipe{goVersion: goVersion, services: sorted(services), goMod: goModTemplate, goSum: goSumTemplate}
}

// key names the recipe: another recipe has another key.
func (r recipe) key() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n%s/%s\n%s\n", recipeVersion, ProviderVersion, r.goVersion,
		runtime.GOOS, runtime.GOARCH, strings.Join(r.services, " "))
	fmt.Fprintf(h, "%d\n%s%s", len(r.goMod), r.goMod, r.goSum)
	return ProviderVersion + "-" + hex.EncodeToString(h.Sum(nil))[:12]
}

// binaryPath is where Terraform looks for the provider below the mirror's root.
func binaryPath() string {
	return filepath.Join(filepath.FromSlash(providerSource), ProviderVersion,
		runtime.GOOS+"_"+runtime.GOARCH, "terraform-provider-aws_v"+ProviderVersion+"_x5"+exeSuffix())
}

func exeSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}

// buildModule is the go.mod to build with: the template, with the requirements
// of the provider's own go.mod added and the provider's source taken from dir.
func buildModule(template, upstream []byte, dir string) ([]byte, error) {
	mod, err := modfile.Parse("go.mod.tmpl", template, nil)
	if err != nil {
		return nil, err
	}
	up, err := modfile.Parse("go.mod", upstream, nil)
	if err != nil {
		return nil, fmt.Errorf("the provider's %w", err)
	}
	for _, r := range up.Require {
		mod.AddNewRequire(r.Mod.Path, r.Mod.Version, true)
	}
	if err := mod.AddReplace(providerModule, "", dir, ""); err != nil {
		return nil, err
	}
	mod.Cleanup()
	return mod.Format()
}

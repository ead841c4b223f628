package mirror

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// userInstalls reports whether the user's Terraform CLI configuration says where
// providers come from.
func (o Options) userInstalls() bool { return o.userSets("provider_installation") }

// userSets reports whether the user's Terraform CLI configuration has an
// attribute or a block of this name at the start of a line.
func (o Options) userSets(name string) bool {
	setting := regexp.MustCompile(`(?m)^\s*"?` + regexp.QuoteMeta(name) + `"?\s*[={:]`)
	for _, file := range o.userConfigs() {
		if b, err := os.ReadFile(file); err == nil && setting.Match(b) {
			return true
		}
	}
	return false
}

// userConfigs returns the files that Terraform reads its CLI configuration from.
// A file that is named by the environment is the only one.
func (o Options) userConfigs() []string {
	for _, name := range []string{"TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG"} {
		if file := o.getenv(name); file != "" {
			return []string{file}
		}
	}
	home, file, dir := o.getenv("HOME"), ".terraformrc", ".terraform.d"
	if runtime.GOOS == "windows" {
		home, file, dir = o.getenv("APPDATA"), "terraform.rc", "terraform.d"
	}
	if home == "" {
		return nil
	}
	files := []string{filepath.Join(home, file)}
	for _, pattern := range []string{"*.tfrc", "*.tfrc.json"} {
		more, _ := filepath.Glob(filepath.Join(home, dir, pattern))
		files = append(files, more...)
	}
	return files
}

// cliConfig is the CLI configuration that has Terraform take the provider from
// the mirror in dir, and every other provider from where it always does.
func cliConfig(dir string) string {
	return fmt.Sprintf(`provider_installation {
  filesystem_mirror {
    path    = %s
    include = [%[2]q]
  }
  direct {
    exclude = [%[2]q]
  }
}
`, hclString(dir), providerSource)
}

// hclString quotes a path for the CLI configuration, whose language knows no
// escape for "${".
func hclString(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

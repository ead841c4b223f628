package deploy

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"
)

// launcher returns the program that terraform-exec runs for a root: terraform, or,
// where its version is known, a script that becomes terraform and tells the version
// itself. terraform-exec asks for it once in each root, and terraform takes as long
// to answer as a fifth of a plan.
func (t *Terraform) launcher(r Root) (string, error) {
	if t.Version == "" {
		return t.Path, nil
	}
	file := filepath.Join(r.Dir, ".terraform", "seastack-terraform")
	content := launcherScript(t.Path, t.Version)
	if have, err := os.ReadFile(file); err == nil && string(have) == content {
		return file, nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return "", err
	}
	return file, renameio.WriteFile(file, []byte(content), 0o755, renameio.WithTempDir(filepath.Dir(file)))
}

func launcherScript(path, version string) string {
	return fmt.Sprintf(`#!/bin/sh
# Written by seastack.
if [ "$1" = version ]; then
	echo '{"terraform_version":"%s"}'
else
	exec '%s' "$@"
fi
`, version, strings.ReplaceAll(path, "'", `'\''`))
}

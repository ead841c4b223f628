package debug

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"
)

// ours begins the configurations that Write may replace.
const ours = "Written by seastack dev --debug, which replaces it; remove this line to keep the file."

// Launch is the configuration of an editor.
type Launch struct {
	Editor  string
	File    string // from the module's root
	Content string
}

// Launches returns the configurations by which editors attach to delve.
func Launches(port int) []Launch {
	return []Launch{
		{"VS Code", ".vscode/launch.json", "// " + ours + "\n" + fmt.Sprintf(`{
  "version": "0.2.0",
  "configurations": [
    {
      "name": "seastack dev --debug",
      "type": "go",
      "request": "attach",
      "mode": "remote",
      "host": "127.0.0.1",
      "port": %d
    }
  ]
}
`, port)},
		{"GoLand", ".run/seastack-debug.run.xml", "<!-- " + ours + " -->\n" + fmt.Sprintf(`<component name="ProjectRunConfigurationManager">
  <configuration default="false" name="seastack dev --debug" type="GoRemoteDebugConfigurationType" factoryName="Go Remote" port="%d">
    <option name="disconnectOption" value="LEAVE" />
    <disconnect value="LEAVE" />
    <method v="2" />
  </configuration>
</component>
`, port)},
	}
}

// Write writes a configuration below root, unless somebody else has written the file;
// written reports whether it is there now.
func (l Launch) Write(root string) (written bool, err error) {
	path := filepath.Join(root, filepath.FromSlash(l.File))
	had, err := os.ReadFile(path)
	switch {
	case err == nil && string(had) == l.Content:
		return true, nil
	case err == nil && !strings.Contains(string(had), ours):
		return false, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return false, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return false, err
	}
	return true, renameio.WriteFile(path, []byte(l.Content), 0o644)
}

// Snippet returns the configuration without the line that lets it be replaced, for a
// file that somebody else has written.
func (l Launch) Snippet() string {
	_, after, _ := strings.Cut(l.Content, "\n")
	return after
}

package artifact

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// keepFor is how long an artifact that nothing refers to stays, for whoever
// goes back to an older commit.
const keepFor = 14 * 24 * time.Hour

// collect removes what is old and in no artifacts.json.
func (b *builder) collect(results []Result) error {
	used, err := manifestDigests(b.Root)
	if err != nil {
		return nil // what is in use is not known, so that nothing is garbage
	}
	for _, r := range slices.Concat(b.built, results) {
		used[r.Digest] = true
	}
	return b.store.Collect(used, b.began.Add(-keepFor))
}

// manifestDigests returns the digests of the artifacts that the module's roots
// refer to, wherever they are. The error is that of what cannot be read.
func manifestDigests(dir string) (map[string]bool, error) {
	used := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, file fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case file.IsDir() && path != dir && (strings.HasPrefix(file.Name(), ".") || file.Name() == "node_modules"):
			return fs.SkipDir
		case file.Name() != ManifestName:
			return nil
		}
		var m manifest
		data, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(data, &m)
		}
		for _, f := range m.Functions {
			used[f.Digest] = true
		}
		return err
	})
	return used, err
}

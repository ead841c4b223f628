package artifact

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// keepFor is how long an artifact that nothing refers to stays, for whoever goes
// back to an older commit.
const keepFor = 14 * 24 * time.Hour

// collect removes what is old and in no artifacts.json. An artifact that is
// missed later is built again, so erring here costs time and nothing else.
func (b *builder) collect(results []Result) error {
	used, err := manifestDigests(b.Root)
	if err != nil {
		return nil // what is in use is not known, so that nothing is garbage
	}
	for _, r := range results {
		used[r.Digest] = true
	}
	before := b.began.Add(-keepFor)
	return errors.Join(
		b.store.collectIndex(used, before),
		removeOld(filepath.Join(b.store.dir, "stamps"), before, func(string) bool { return true }),
		removeOld(b.store.dir, before, func(name string) bool {
			digest, isZip := strings.CutSuffix(name, ".zip")
			return isZip && !used[digest]
		}),
	)
}

// collectIndex drops old lines whose artifact is not used; the artifacts of the
// others count as used.
func (s store) collectIndex(used map[string]bool, before time.Time) error {
	dir := filepath.Join(s.dir, "index")
	err := removeOld(dir, before, func(name string) bool {
		var e entry
		return readJSON(filepath.Join(dir, name), &e) != nil || !used[e.Digest]
	})
	entries, listErr := os.ReadDir(dir)
	for _, file := range entries {
		var e entry
		if readJSON(filepath.Join(dir, file.Name()), &e) == nil {
			used[e.Digest] = true
		}
	}
	return errors.Join(err, listErr)
}

func removeOld(dir string, before time.Time, unused func(name string) bool) error {
	entries, err := os.ReadDir(dir)
	for _, file := range entries {
		info, statErr := file.Info()
		if statErr != nil || !info.Mode().IsRegular() || info.ModTime().After(before) || !unused(file.Name()) {
			continue
		}
		err = errors.Join(err, ignoreMissing(os.Remove(filepath.Join(dir, file.Name()))))
	}
	return err
}

// manifestDigests are the artifacts that the module's roots refer to, wherever
// they are. The error is that of what cannot be read.
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

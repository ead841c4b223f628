package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Collect removes what is older than before and not used: used has the digests
// of the artifacts that somebody refers to. An artifact that is missed later is
// built again, so erring here costs time and nothing else.
func (s Store) Collect(used map[string]bool, before time.Time) error {
	return errors.Join(
		s.collectIndex(used, before),
		removeOld(filepath.Join(s.Dir, "stamps"), before, func(string) bool { return true }),
		removeOld(s.Dir, before, func(name string) bool {
			digest, isZip := strings.CutSuffix(name, ".zip")
			return isZip && !used[digest]
		}),
	)
}

// collectIndex drops old lines whose artifact is not used; the artifacts of the
// others count as used.
func (s Store) collectIndex(used map[string]bool, before time.Time) error {
	dir := filepath.Join(s.Dir, "index")
	err := removeOld(dir, before, func(name string) bool {
		var e Entry
		return readJSON(filepath.Join(dir, name), &e) != nil || !used[e.Digest]
	})
	entries, listErr := os.ReadDir(dir)
	for _, file := range entries {
		var e Entry
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

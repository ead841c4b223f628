package mirror

import (
	"os"
	"path/filepath"
)

// spaceNeeded is what a first build writes, measured on linux/amd64 with empty
// caches: 0.8 GiB of modules, 1.2 GiB of compiled packages, these once more in
// temporary files, 0.2 GiB of source and provider; and some room on top.
const spaceNeeded = 4 << 30

// checkSpace refuses to start what would fill the disk of one of the
// directories, which may be on several.
func (o Options) checkSpace(dirs ...string) error {
	for _, dir := range dirs {
		free, err := o.freeSpace(existing(dir))
		if err != nil {
			continue // unknown is no reason to refuse
		}
		if free < spaceNeeded {
			return errNoSpace(dir, free)
		}
	}
	return nil
}

// existing returns the directory or the nearest one above it that exists.
func existing(dir string) string {
	for {
		if _, err := os.Stat(dir); err == nil || filepath.Dir(dir) == dir {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

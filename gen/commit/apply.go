package commit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"

	"github.com/google/renameio/v2"

	"github.com/seastack/seastack/gen/emit"
)

// Apply makes the changes of a plan. Each file is replaced as a whole, so that a
// run that is interrupted leaves old and new files but no half ones, and can be
// run again. Files are written before any is deleted.
func Apply(root string, c Changes) error {
	if c.Empty() {
		return nil
	}
	r, err := os.OpenRoot(root)
	if err != nil {
		return err
	}
	defer r.Close()
	for _, f := range c.Write {
		if err := write(r, f); err != nil {
			return fmt.Errorf("write %s: %w", f.Path, err)
		}
	}
	for _, p := range c.Delete {
		if err := remove(r, p); err != nil {
			return fmt.Errorf("delete %s: %w", p, err)
		}
	}
	return nil
}

// write replaces a file by way of a hidden one in the same folder: any other
// folder may be on another file system, where nothing can be renamed from.
func write(r *os.Root, f emit.File) error {
	if err := r.MkdirAll(path.Dir(f.Path), 0o755); err != nil {
		return err
	}
	dir, err := r.OpenRoot(path.Dir(f.Path))
	if err != nil {
		return err
	}
	defer dir.Close()
	return renameio.WriteFile(path.Base(f.Path), f.Content, 0o644, renameio.WithRoot(dir))
}

// remove deletes a file, and the folders that are empty without it.
func remove(r *os.Root, p string) error {
	if err := r.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
		if r.Remove(dir) != nil {
			break // it has other files, or is gone already
		}
	}
	return nil
}

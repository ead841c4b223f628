package mirror

import (
	"os"
	"path/filepath"
)

// copyTo writes the trimmed source under dst.
func (t trimmed) copyTo(dst string) error {
	for _, rel := range t.files {
		b, err := t.tree.read(rel)
		if err != nil {
			return err
		}
		to := filepath.Join(dst, filepath.FromSlash(rel))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

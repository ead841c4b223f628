package dbtest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
)

// digest returns a short name for the content of all SQL files.
func digest(files fs.FS) string {
	hash := sha256.New()
	names, _ := fs.Glob(files, "*.sql") // sorted; the pattern is well formed
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		fmt.Fprintf(hash, "%s %d %v\n%s", name, len(raw), err, raw)
	}
	return hex.EncodeToString(hash.Sum(nil)[:8])
}

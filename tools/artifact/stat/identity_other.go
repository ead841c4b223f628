//go:build !linux && !darwin

package stat

import (
	"fmt"
	"io/fs"
	"time"
)

// Identity tells two states of a file apart without reading it. Where the
// system keeps no change time, every file counts as just changed, which costs a
// second listing and misses nothing.
func Identity(info fs.FileInfo) (string, time.Time) {
	return fmt.Sprintf("%d %d", info.Size(), info.ModTime().UnixNano()), time.Now()
}

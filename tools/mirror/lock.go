package mirror

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// withLock runs f while no other process holds the lock file. The lock goes with
// the process, so one that is killed leaves none behind.
func withLock(ctx context.Context, path string, waiting func(), f func() error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return errCacheDir(filepath.Dir(path), err)
	}
	lock := flock.New(path)
	ok, err := lock.TryLock()
	if err == nil && !ok {
		waiting()
		_, err = lock.TryLockContext(ctx, 200*time.Millisecond)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return errCacheDir(filepath.Dir(path), err)
	}
	defer lock.Unlock()
	return f()
}

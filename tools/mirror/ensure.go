package mirror

import (
	"context"
	"os"
	"path/filepath"
	"time"
)

// buildLimit bounds a build, and the wait for somebody else's. The untrimmed
// provider builds in 21 minutes on 2 cores; a slow network comes on top.
const buildLimit = time.Hour

const waitingForOther = "AWS provider: waiting for another process that builds it"

// ensureMirror returns the CLI configuration of a mirror that is complete, and
// builds it first if need be.
func (o Options) ensureMirror(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, buildLimit)
	defer cancel()
	base := filepath.Join(o.CacheDir, "provider")
	if err := os.MkdirAll(base, 0o755); err != nil {
		return "", errCacheDir(o.CacheDir, err)
	}
	tc, err := o.findGo(ctx)
	if err != nil {
		return "", err
	}
	r := newRecipe(tc.Version)
	l := layout{base: base, key: r.key()}
	if l.intact() != nil {
		if err := o.buildOnce(ctx, tc, r, l); err != nil {
			return "", err
		}
	}
	if err := l.writeConfig(); err != nil {
		return "", errCacheDir(l.dir(), err)
	}
	return l.config(), nil
}

// buildOnce builds the mirror, unless another process just did.
func (o Options) buildOnce(ctx context.Context, tc toolchain, r recipe, l layout) error {
	m := newMeter(o.Progress)
	defer m.close()
	waiting := func() { m.begin(waitingForOther, "") }
	err := withLock(ctx, l.lock(), waiting, func() error {
		if l.intact() == nil {
			return nil
		}
		if err := o.checkSpace(tc.ModCache, tc.Cache, o.CacheDir); err != nil {
			return err
		}
		return buildMirror(ctx, job{toolchain: tc, recipe: r, layout: l, env: o.Env}, m)
	})
	if err != nil {
		return failure(waitingForOther, "", err)
	}
	return nil
}

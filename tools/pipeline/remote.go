package pipeline

import (
	"context"
	"os"
	"path/filepath"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/objects"
	"github.com/seastack/seastack/tools/project"
)

// CacheVariable says what a build may do with the artifact cache of
// seastack.hcl: off, read (the default), or write as well, on branches whose
// code is trusted.
const CacheVariable = "SEASTACK_CACHE"

// useCache adds the module's artifact cache to a request, where it has one.
func useCache(ctx context.Context, p project.Project, r *artifact.Request) error {
	mode := os.Getenv(CacheVariable)
	switch mode {
	case "", "off", "read", "write":
	default:
		return diag.Diagnostic{Code: diag.BadCacheMode, Message: CacheVariable + " is " + mode,
			Next: "set it to off, read or write"}
	}
	c := p.Config.Cache
	if c == nil || mode == "off" {
		return nil
	}
	r.Publish = mode == "write"
	if c.Bucket == "" {
		dir := filepath.FromSlash(c.Folder)
		if !filepath.IsAbs(dir) {
			dir = p.Path(c.Folder)
		}
		r.Remote = objects.Folder{Dir: dir}
		return nil
	}
	bucket, err := objects.OpenBucket(ctx, c.Region, c.Bucket, c.Prefix)
	r.Remote = bucket
	return err
}

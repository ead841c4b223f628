package change

import (
	"context"
	"path/filepath"
	"strings"
)

// comparer is a request in its repository.
type comparer struct {
	Request
	repo   repository
	prefix string // of the module's root, from the repository's, with a slash at its end or empty
	// goVersion is that of the worktree, with the settings; see goVersion.
	goVersion string
}

func newComparer(ctx context.Context, r Request) (comparer, error) {
	repo, err := openRepository(ctx, r.Root, r.Env)
	if err != nil {
		return comparer{}, err
	}
	rel, err := filepath.Rel(repo.top, r.Root)
	if err != nil {
		return comparer{}, err
	}
	version, err := goVersion(ctx, r.Root, r.Env)
	if err != nil {
		return comparer{}, err
	}
	c := comparer{Request: r, repo: repo, goVersion: version}
	if rel != "." {
		c.prefix = strings.TrimSuffix(filepath.ToSlash(rel), "/") + "/"
	}
	return c, nil
}

func (c comparer) source(t tree, top, store string) source {
	return source{
		repo: c.repo, prefix: c.prefix, tree: t, top: top, store: store, goVersion: c.goVersion, Request: c.Request,
	}
}

// Sides are two states to compare.
type Sides struct {
	Base, Head State
	Name       string // of the base, as the user named it
	comparer   comparer
}

// Since returns the states of a revision and of the worktree.
func Since(ctx context.Context, r Request, rev string) (Sides, error) {
	c, err := newComparer(ctx, r)
	if err != nil {
		return Sides{}, err
	}
	commit, err := c.repo.resolve(ctx, rev)
	if err != nil {
		return Sides{}, err
	}
	if c.MergeBase {
		if commit, err = c.repo.mergeBase(ctx, rev, commit); err != nil {
			return Sides{}, err
		}
	}
	base, err := c.past(ctx, commit)
	if err != nil {
		return Sides{}, err
	}
	head, err := c.present(ctx)
	if err == nil && head.Broken != nil {
		return Sides{}, head.Broken.Err() // what is there now has to be corrected first
	}
	return Sides{Base: base, Head: head, Name: rev, comparer: c}, err
}

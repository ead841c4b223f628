package change

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/artifact"
)

// Built is a function's artifact on both sides.
type Built struct{ Before, After artifact.Result }

// Same reports whether both sides have the same bytes.
func (b Built) Same() bool { return b.Before.Digest == b.After.Digest }

// Build builds functions on both sides and returns their artifacts by ID. Those
// that a side does not have are left out. Artifacts of the base are kept apart
// from those of the worktree.
func (s Sides) Build(ctx context.Context, ids []string, progress func(artifact.Event)) (map[string]Built, error) {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		_, was := s.Base.Closure.Functions[id]
		_, is := s.Head.Closure.Functions[id]
		return !was || !is
	})
	if len(ids) == 0 {
		return nil, nil
	}
	before, err := s.base(ctx, ids, progress)
	if err != nil {
		return nil, err
	}
	c := s.comparer
	after, err := artifact.Build(ctx, artifact.Request{
		Root: c.Root, Functions: chosen(s.Head, ids), Target: c.Target, Store: c.Store, Env: c.Env, Progress: progress,
	})
	if err != nil {
		return nil, err
	}
	return pair(before, after), nil
}

// fresh returns the sides with stores that are empty, so that everything is
// built, and a function that removes them.
func (s Sides) fresh() (Sides, func(), error) {
	dir, err := os.MkdirTemp("", "seastack-audit-*")
	s.comparer.Store, s.comparer.Cache = filepath.Join(dir, "head"), dir
	return s, func() { _ = os.RemoveAll(dir) }, err
}

// chosen returns the functions of a state with those IDs.
func chosen(s State, ids []string) (all []artifact.Function) {
	for _, id := range ids {
		in := s.Closure.Functions[id]
		all = append(all, artifact.Function{Stack: in.Stack, Name: in.Function, Dir: s.Closure.Packages[in.Package].Dir, GOARCH: in.GOARCH})
	}
	return all
}

// base returns the base's artifacts: of what is deployed they are known.
func (s Sides) base(ctx context.Context, ids []string, progress func(artifact.Event)) (all []artifact.Result, err error) {
	if s.Base.Digests == nil {
		return s.buildBase(ctx, ids, progress)
	}
	for _, id := range ids {
		in := s.Base.Closure.Functions[id]
		all = append(all, artifact.Result{Stack: in.Stack, Function: in.Function, Digest: s.Base.Digests[id]})
	}
	return all, nil
}

// buildBase builds functions of the base in a checkout.
func (s Sides) buildBase(ctx context.Context, ids []string, progress func(artifact.Event)) ([]artifact.Result, error) {
	dir, err := os.MkdirTemp("", "seastack-base-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, err
	}
	c := s.comparer
	top := filepath.Join(dir, "tree")
	if err := c.repo.checkout(ctx, s.Base.Commit, top); err != nil {
		return nil, err
	}
	return artifact.Build(ctx, artifact.Request{
		Root: filepath.Join(top, filepath.FromSlash(c.prefix)), Functions: chosen(s.Base, ids), Target: c.Target,
		Store: filepath.Join(c.Cache, "base"), Env: c.Env, Progress: progress,
	})
}

func pair(before, after []artifact.Result) map[string]Built {
	all := map[string]Built{}
	for _, b := range before {
		for _, a := range after {
			if a.Stack == b.Stack && a.Function == b.Function {
				all[a.Stack+"/"+a.Function] = Built{b, a}
			}
		}
	}
	return all
}

// Exactly builds the functions whose code differs, and takes those out whose
// bytes are the same all the same.
func (s Sides) Exactly(ctx context.Context, a *Affected, progress func(artifact.Event)) error {
	var ids []string
	for _, f := range a.Functions {
		if f.Kind == Code {
			ids = append(ids, f.ID())
		}
	}
	built, err := s.Build(ctx, ids, progress)
	var broken diag.List
	if errors.As(err, &broken) { // the listings say all that can be said
		a.Inexact = "a side does not compile: " + broken[0].Message
		return nil
	}
	if err != nil {
		return err
	}
	a.Functions = slices.DeleteFunc(a.Functions, func(f Function) bool {
		b, ok := built[f.ID()]
		return ok && f.Kind == Code && b.Same()
	})
	a.Stacks = stacks(a.Functions, s.configuration().stacks)
	a.count(s)
	return nil
}

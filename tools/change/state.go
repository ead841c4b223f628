package change

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/load"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/artifact/inputs"
)

// State is a module at one moment: what its functions are made of, what its
// tests are made of, and its files.
type State struct {
	Commit  string         // "" for a worktree, and for a deployment without git
	Folders config.Folders // where things are
	Files   map[string]string
	Closure inputs.Closure
	Tests   Tests
	// Digests are those of the zips, by function's ID, of what is deployed; nil for
	// a commit or a worktree.
	Digests map[string]string
	// Broken is why the state cannot be loaded; nil for one that can. It has no
	// closure and no tests then.
	Broken diag.List
}

// source is where a state's files are.
type source struct {
	repo   repository
	prefix string // of the module's root, from the repository's, with a slash at its end or empty
	tree   tree
	top    string // the folder that stands for the repository's
	store  string // of artifacts
	// goVersion is that of the worktree, with the settings; see goVersion.
	goVersion string
	Request
}

// root is the module's root.
func (s source) root() string { return filepath.Join(s.top, filepath.FromSlash(s.prefix)) }

// Request says what to compare, and how.
type Request struct {
	Root    string         // the module's root
	Module  string         // its path
	Folders config.Folders // as configured now
	// Target is what functions are built for, where the state does not say it: where
	// Environment is empty or local, or its configuration cannot be read.
	Target artifact.Target
	// Environment is the one for which functions are built.
	Environment string
	Store       string // of artifacts
	Cache       string // folder for states of the past
	Env         []string
	Program     string // identifies this program: another one may look at other things
	// MergeBase compares with the newest commit that the base and HEAD have in
	// common, so that what others did on the base's branch is no change.
	MergeBase bool
	// Environments are those whose configuration counts; none: all.
	Environments []string
	// WithoutTests leaves the tests out.
	WithoutTests bool
}

// functions returns the functions of a state, from its generated entrypoints.
func functions(files map[string]string, f config.Folders) (all []artifact.Function) {
	for file := range files {
		rest, ok := strings.CutPrefix(file, f.Stacks+"/")
		parts := strings.Split(rest, "/")
		if !ok || len(parts) != 4 || parts[1] != load.EntrypointFolder || parts[3] != "main.go" {
			continue
		}
		all = append(all, artifact.Function{Stack: parts[0], Name: parts[2], Dir: path.Dir(file)})
	}
	slices.SortFunc(all, func(a, b artifact.Function) int { return strings.Compare(a.Dir, b.Dir) })
	return all
}

// below returns the files of the module, by their paths from its root.
func (s source) below() map[string]string {
	if s.prefix == "" {
		return s.tree.Files
	}
	files := map[string]string{}
	for file, hash := range s.tree.Files {
		if rest, ok := strings.CutPrefix(file, s.prefix); ok {
			files[rest] = hash
		}
	}
	return files
}

// load reads the state of a source.
func (s source) load(ctx context.Context, commit string, f config.Folders) (State, error) {
	state := State{Commit: commit, Folders: f, Files: s.below()}
	r := artifact.Request{
		Root: s.root(), Functions: functions(state.Files, f), Target: s.Target, Store: s.store, Env: s.Env,
	}
	err := s.setArchitectures(s.root(), f, r.Functions)
	if err == nil && len(r.Functions) > 0 {
		state.Closure, err = artifact.Inspect(ctx, r)
	}
	if err == nil && !s.WithoutTests {
		state.Tests, err = s.tests(ctx)
	}
	return state.broken(err)
}

// broken turns findings in a state's code into a part of the state.
func (s State) broken(err error) (State, error) {
	var list diag.List
	var one diag.Diagnostic
	switch {
	case errors.As(err, &list):
	case errors.As(err, &one):
		list = diag.List{one}
	default:
		return s, err
	}
	for _, d := range list {
		if !strings.HasPrefix(d.Code, "SEA4") || d.Code == diag.NoGo || d.Code == diag.BuildNoSpace {
			return s, err
		}
	}
	s.Broken, s.Closure, s.Tests = list, inputs.Closure{}, Tests{}
	return s, nil
}

// present returns the state of the worktree. The files are looked at before and
// after the listings, which have to be of one state.
func (c comparer) present(ctx context.Context) (State, error) {
	for range attempts {
		before, err := c.repo.worktree(ctx)
		if err != nil {
			return State{}, err
		}
		state, err := c.source(before, c.repo.top, c.Store).load(ctx, "", c.Folders)
		if err != nil {
			return State{}, err
		}
		after, err := c.repo.worktree(ctx)
		if err != nil || after.ID == before.ID {
			return state, err
		}
	}
	return State{}, inputs.StillMoving()
}

// attempts bounds how often a state is read that moves.
const attempts = 3

// past returns the state of a commit: from the cache, or from a checkout in a
// temporary folder.
func (c comparer) past(ctx context.Context, commit string) (State, error) {
	t, err := c.repo.tree(ctx, commit)
	if err != nil {
		return State{}, err
	}
	folders, err := c.foldersAt(ctx, commit, t)
	if err != nil {
		return State{}, err
	}
	s := c.source(t, "", "")
	file := s.cacheFile("state")
	var state State
	if readCache(file, &state) {
		state.Commit = commit
		return state, nil
	}
	if state, err = s.elsewhere(ctx, commit, folders); err != nil || state.Broken != nil {
		return state, err
	}
	return state, writeCache(file, state)
}

// foldersAt returns the folders as seastack.hcl had them at a commit. Where it
// cannot be read, they are as now.
func (c comparer) foldersAt(ctx context.Context, commit string, t tree) (config.Folders, error) {
	var text []byte
	if t.Files[c.prefix+config.FileName] != "" {
		var err error
		if text, err = c.repo.content(ctx, commit, c.prefix+config.FileName); err != nil {
			return c.Folders, err
		}
	}
	parsed, err := config.Parse(text, c.Module)
	if err != nil {
		return c.Folders, nil // the file itself is a change
	}
	return parsed.Folders, nil
}

// elsewhere checks a commit out into a temporary folder, loads its state there
// and removes it.
func (s source) elsewhere(ctx context.Context, commit string, f config.Folders) (State, error) {
	dir, err := os.MkdirTemp("", "seastack-base-*")
	if err != nil {
		return State{}, err
	}
	defer os.RemoveAll(dir)
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return State{}, err
	}
	s.top, s.store = filepath.Join(dir, "tree"), filepath.Join(dir, "store")
	if err := s.repo.checkout(ctx, commit, s.top); err != nil {
		return State{}, err
	}
	if s.tree.Files[s.prefix+"go.mod"] == "" {
		return State{Commit: commit, Folders: f, Files: s.below(), Broken: diag.List{{
			Code: diag.BaseDoesNotLoad, Message: fmt.Sprintf("the commit %.12s has no go.mod in this folder", commit),
		}}}, nil
	}
	return s.load(ctx, commit, f)
}

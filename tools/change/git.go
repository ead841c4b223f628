package change

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/seastack/seastack/tools/artifact/gocmd"
)

// repository is a git repository with a worktree.
type repository struct {
	top     string   // absolute path of the worktree
	environ []string // of the git commands
}

// command returns a git command. Settings of the user that change what is
// printed are set to their defaults.
func (r repository) command(args ...string) gocmd.Command {
	return gocmd.Command{
		Path: "git", Dir: r.top, Env: append(gocmd.InheritedEnv(r.environ), "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C"),
		Args: append([]string{"-c", "core.quotePath=false", "-c", "core.fsmonitor=false"}, args...),
	}
}

// git runs a git command and returns its output without the last newline.
func (r repository) git(ctx context.Context, args ...string) (string, error) {
	return run(ctx, r.command(args...))
}

func run(ctx context.Context, c gocmd.Command) (string, error) {
	out, err := c.Run(ctx)
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", noGit()
	case ctx.Err() != nil:
		return "", ctx.Err()
	}
	return strings.TrimSuffix(string(out), "\n"), err
}

// openRepository returns the repository that a folder is in.
func openRepository(ctx context.Context, dir string, environ []string) (repository, error) {
	r := repository{top: dir, environ: environ}
	top, err := r.git(ctx, "rev-parse", "--show-toplevel")
	var refused *gocmd.CommandError
	if errors.As(err, &refused) {
		return r, noRepository(dir)
	}
	if err != nil {
		return r, err
	}
	r.top, err = filepath.EvalSymlinks(filepath.FromSlash(top))
	return r, err
}

// resolve returns the commit of a revision; "" for a revision without one.
func (r repository) resolve(ctx context.Context, rev string) (string, error) {
	commit, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	var refused *gocmd.CommandError
	if errors.As(err, &refused) {
		shallow, err := r.shallow(ctx)
		return "", errors.Join(err, unknownRevision(rev, shallow))
	}
	return commit, err
}

func (r repository) shallow(ctx context.Context) (bool, error) {
	out, err := r.git(ctx, "rev-parse", "--is-shallow-repository")
	return out == "true", err
}

// mergeBase returns the newest commit that HEAD and a commit have in common.
func (r repository) mergeBase(ctx context.Context, rev, commit string) (string, error) {
	base, err := r.git(ctx, "merge-base", commit, "HEAD")
	var refused *gocmd.CommandError
	if !errors.As(err, &refused) {
		return base, err
	}
	if shallow, err := r.shallow(ctx); err != nil || shallow {
		return "", errors.Join(err, shallowClone(rev))
	}
	return "", noMergeBase(rev)
}

// tree returns the tree of a commit.
func (r repository) tree(ctx context.Context, commit string) (tree, error) {
	id, err := r.git(ctx, "rev-parse", "--verify", commit+"^{tree}")
	if err != nil {
		return tree{}, err
	}
	files, err := r.files(ctx, r.command("ls-tree", "-r", "-z", id))
	return tree{ID: id, Files: files}, err
}

// tree is a state of a repository's files.
type tree struct {
	ID    string            // git's
	Files map[string]string // path from the top to git's hash of the content
}

func (r repository) files(ctx context.Context, c gocmd.Command) (map[string]string, error) {
	out, err := run(ctx, c)
	if err != nil {
		return nil, gitFailed(c, err)
	}
	files := map[string]string{}
	for entry := range strings.SplitSeq(out, "\x00") {
		about, name, ok := strings.Cut(entry, "\t")
		if fields := strings.Fields(about); ok && len(fields) == 3 {
			files[name] = fields[0] + " " + fields[2] // the mode as well: a link is no file
		}
	}
	return files, nil
}

// worktree returns the tree of the worktree as it is: staged or not, files that
// git does not know yet among them, and those that it ignores not. The user's
// index and objects are left alone.
func (r repository) worktree(ctx context.Context) (tree, error) {
	index, err := r.git(ctx, "rev-parse", "--path-format=absolute", "--git-path", "index")
	if err != nil {
		return tree{}, err
	}
	objects, err := r.git(ctx, "rev-parse", "--path-format=absolute", "--git-path", "objects")
	if err != nil {
		return tree{}, err
	}
	dir, err := os.MkdirTemp("", "seastack-worktree-*")
	if err != nil {
		return tree{}, err
	}
	defer os.RemoveAll(dir)
	if err := copyIndex(index, filepath.Join(dir, "index")); err != nil {
		return tree{}, err
	}
	if err := os.Mkdir(filepath.Join(dir, "objects"), 0o700); err != nil {
		return tree{}, err
	}
	aside := []string{
		"GIT_INDEX_FILE=" + filepath.Join(dir, "index"), "GIT_OBJECT_DIRECTORY=" + filepath.Join(dir, "objects"),
		"GIT_ALTERNATE_OBJECT_DIRECTORIES=" + objects,
	}
	return r.writeTree(ctx, aside)
}

// writeTree adds all files to an index and returns its tree.
func (r repository) writeTree(ctx context.Context, aside []string) (tree, error) {
	command := func(args ...string) gocmd.Command {
		c := r.command(args...)
		c.Env = append(c.Env, aside...)
		return c
	}
	add := command("-c", "advice.addEmbeddedRepo=false", "-c", "core.safecrlf=false", "add", "--all", "--", ".")
	if _, err := run(ctx, add); err != nil {
		return tree{}, gitFailed(add, err)
	}
	write := command("write-tree")
	id, err := run(ctx, write)
	if err != nil {
		return tree{}, gitFailed(write, err)
	}
	files, err := r.files(ctx, command("ls-tree", "-r", "-z", id))
	return tree{ID: id, Files: files}, err
}

// copyIndex copies git's index, with which git sees which files are unchanged
// without reading them. A repository without a commit may have none. The copy
// has the time of the original: a file that was written after the index, in the
// same tick of the clock, is read because of it.
// https://git-scm.com/docs/racy-git
func copyIndex(from, to string) error {
	source, err := os.Open(from)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	info, statErr := source.Stat()
	if err = errors.Join(err, statErr, target.Close()); err != nil {
		return err
	}
	return os.Chtimes(to, info.ModTime(), info.ModTime())
}

// checkout writes a commit's files below a folder that does not exist. The
// worktree, the index and the list of worktrees are left alone.
func (r repository) checkout(ctx context.Context, commit, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	index := dir + ".index"
	defer os.Remove(index)
	for _, args := range [][]string{
		{"read-tree", commit},
		{"checkout-index", "--all", "--quiet", "--prefix=" + filepath.ToSlash(dir) + "/"},
	} {
		c := r.command(args...)
		c.Env = append(c.Env, "GIT_INDEX_FILE="+index)
		if _, err := run(ctx, c); err != nil {
			return gitFailed(c, err)
		}
	}
	return nil
}

// content returns the content of a file of a commit.
func (r repository) content(ctx context.Context, commit, file string) ([]byte, error) {
	c := r.command("show", commit+":"+file)
	out, err := c.Run(ctx)
	if err != nil {
		return nil, gitFailed(c, err)
	}
	return out, nil
}

// Commit returns the commit of the worktree that a folder is in, and whether its
// files differ from it; "" where there is no git.
func Commit(ctx context.Context, dir string, environ []string) (commit string, dirty bool) {
	r, err := openRepository(ctx, dir, environ)
	if err != nil {
		return "", false
	}
	if commit, err = r.git(ctx, "rev-parse", "--verify", "--quiet", "HEAD"); err != nil {
		return "", false
	}
	status, err := r.git(ctx, "status", "--porcelain")
	return commit, err != nil || status != ""
}

// Tree returns the name of the tree of a repository's HEAD, by which git knows its
// files whatever commit they are in; "" where files differ from it, or there is no
// commit.
func Tree(ctx context.Context, dir string, environ []string) string {
	if commit, dirty := Commit(ctx, dir, environ); commit == "" || dirty {
		return ""
	}
	r, err := openRepository(ctx, dir, environ)
	if err != nil {
		return ""
	}
	tree, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "HEAD^{tree}")
	if err != nil {
		return ""
	}
	return tree
}

package artifact

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/artifact/gocmd"
	"github.com/seastack/seastack/tools/artifact/inputs"
)

// copyModule copies a module's source below a folder and returns the copy's
// root. Modules that go.mod replaces by a relative folder are copied to the
// same place from there, as the path that go.mod has is a part of the bytes. An
// absolute one keeps its meaning without being copied.
func copyModule(ctx context.Context, r Request, v inputs.Survey, to string) (string, error) {
	dirs, err := sourceRoots(r.Root)
	if err != nil {
		return "", err
	}
	base := commonParent(dirs)
	for _, dir := range dirs {
		files, err := sourceList(ctx, r, v, dir)
		if err != nil {
			return "", err
		}
		if err := copyFiles(ctx, files, base, to); err != nil {
			return "", err
		}
	}
	rel, err := filepath.Rel(base, r.Root)
	if err != nil {
		return "", err
	}
	root := filepath.Join(to, rel)
	return root, commitElsewhere(ctx, r.Env, root)
}

// sourceRoots are the module's root and the folders outside of it that it
// replaces modules by, where go.mod names them from the root.
func sourceRoots(root string) ([]string, error) {
	replaces, err := inputs.RelativeReplaces(root)
	if err != nil {
		return nil, err
	}
	dirs := []string{root}
	for _, dir := range replaces {
		if !gocmd.Within(root, dir) && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs, nil
}

// commonParent is the deepest folder that has all of these in or below it.
func commonParent(dirs []string) string {
	base := dirs[0]
	for _, dir := range dirs {
		for !gocmd.Within(base, dir) && base != filepath.Dir(base) {
			base = filepath.Dir(base)
		}
	}
	return base
}

// sourceList are the files of a folder that a clone would have, with those not
// yet committed, and all that the survey saw there, ignored by git or not.
func sourceList(ctx context.Context, r Request, v inputs.Survey, dir string) ([]string, error) {
	files, err := gitFiles(ctx, r.Env, dir)
	if err != nil {
		return nil, err
	}
	if files == nil {
		if files, err = treeFiles(dir); err != nil {
			return nil, err
		}
	}
	files = append(files, v.FilesBelow(dir)...)
	slices.Sort(files)
	return slices.Compact(files), nil
}

// gitListCommand prints what git tracks in a folder and what it would, if asked
// to.
func gitListCommand(environ []string, dir string) gocmd.Command {
	return gocmd.Command{
		Path: "git", Dir: dir, Env: gocmd.InheritedEnv(environ),
		Args: []string{"ls-files", "-z", "--cached", "--others", "--exclude-standard"},
	}
}

// gitFiles returns nil where there is no git or no repository.
func gitFiles(ctx context.Context, environ []string, dir string) ([]string, error) {
	out, err := gitListCommand(environ, dir).Run(ctx)
	var refused *gocmd.CommandError
	switch {
	case errors.Is(err, exec.ErrNotFound), errors.As(err, &refused):
		return nil, nil
	case err != nil:
		return nil, err
	}
	var files []string
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		if name != "" {
			files = append(files, filepath.Join(dir, filepath.FromSlash(name)))
		}
	}
	return files, nil
}

// passedOver are folders that hold no source, where git cannot say so.
var passedOver = append([]string{".seastack", ".terraform", "node_modules"}, inputs.VersionControl...)

func treeFiles(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains(passedOver, entry.Name()):
			return fs.SkipDir
		case !entry.IsDir():
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

func copyFiles(ctx context.Context, files []string, base, to string) error {
	for _, path := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		rel, err := filepath.Rel(base, path)
		if err != nil {
			return err
		}
		if err := copyFile(path, filepath.Join(to, rel)); err != nil {
			return err
		}
	}
	return nil
}

// copyFile copies what the compiler would read: a symbolic link's target. What
// is no file, or gone though git still tracks it, is passed over.
func copyFile(from, to string) error {
	info, err := os.Stat(from)
	if err != nil || !info.Mode().IsRegular() {
		return ignoreMissing(err)
	}
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	target, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}

// commitCommands make the copy a repository with a commit that the original
// does not have. It is empty: a stamp in the binary would change either way.
func commitCommands(environ []string, root string) []gocmd.Command {
	env := append(gocmd.InheritedEnv(environ), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull)
	git := func(args ...string) gocmd.Command { return gocmd.Command{Path: "git", Args: args, Dir: root, Env: env} }
	return []gocmd.Command{
		git("init", "--quiet"),
		git("-c", "user.name=seastack", "-c", "user.email=verify@localhost",
			"commit", "--quiet", "--allow-empty", "--message", "Another commit"),
	}
}

// commitElsewhere does without where there is no git: then the copy differs
// from the original by having no commit at all.
func commitElsewhere(ctx context.Context, environ []string, root string) error {
	for _, c := range commitCommands(environ, root) {
		if _, err := c.Run(ctx); errors.Is(err, exec.ErrNotFound) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/front"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/project"
)

// modelCache keeps the model of the last run with a hash of all that it was
// made from: the content of every file in the folders that the load read, the
// list of folders that a new package could appear in, seastack.hcl, and this
// program itself. No time stamp is trusted. Anything that differs, or cannot be
// read, means a load.
type modelCache struct{ project project.Project }

type cachedModel struct {
	Key    string       `json:"key"`
	Inputs front.Inputs `json:"inputs"`
	Model  model.Model  `json:"model"`
}

func (c modelCache) file() string { return filepath.Join(c.project.Cache(), "model.json") }

func (c modelCache) load() (model.Model, bool) {
	raw, err := os.ReadFile(c.file())
	if err != nil {
		return model.Model{}, false
	}
	var cached cachedModel
	if json.Unmarshal(raw, &cached) != nil {
		return model.Model{}, false
	}
	key, err := c.key(cached.Inputs)
	return cached.Model, err == nil && key == cached.Key
}

func (c modelCache) store(m model.Model, in front.Inputs) error {
	key, err := c.key(in)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(cachedModel{Key: key, Inputs: in, Model: m})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.project.Cache(), 0o755); err != nil {
		return err
	}
	return errors.Join(hideFromGit(c.project.Path(".seastack")), writeAtomic(c.file(), raw))
}

// hideFromGit keeps the folder of what is made on this machine out of commits,
// also in a module whose own .gitignore does not name it.
func hideFromGit(dir string) error {
	file := filepath.Join(dir, ".gitignore")
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	return writeAtomic(file, []byte("*\n"))
}

func (c modelCache) key(in front.Inputs) (string, error) {
	h := sha256.New()
	program, err := ProgramHash()
	if err != nil {
		return "", err
	}
	fmt.Fprintf(h, "%s\n%s\n", program, c.project.Module)
	for _, f := range append([]string{"go.mod", "go.sum", config.FileName}, in.Files...) {
		if err := hashFile(h, c.project.Path(f)); err != nil {
			return "", err
		}
	}
	for _, dir := range in.Dirs {
		if err := hashDir(h, c.project.Path(dir)); err != nil {
			return "", err
		}
	}
	folders := c.project.Config.Folders
	for _, dir := range []string{folders.Stacks, folders.Services} {
		if err := hashTree(h, c.project.Path(dir)); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// hashDir hashes the names and the contents of a folder's Go files, tests apart.
func hashDir(h hash.Hash, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		if err := hashFile(h, filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// hashTree hashes which Go files there are below dir, so that a new package is
// seen. Generated entrypoints are output, not input.
func hashTree(h hash.Hash, dir string) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil
		}
		if err == nil && e.IsDir() && e.Name() == "lambda" {
			return filepath.SkipDir
		}
		if err == nil && strings.HasSuffix(path, ".go") {
			fmt.Fprintf(h, "%s\n", path)
		}
		return err
	})
}

// hashFile hashes a file's name and content; one that is not there has its own hash.
func hashFile(h hash.Hash, path string) error {
	content, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	fmt.Fprintf(h, "%s %d %v\n", path, len(content), err == nil)
	_, err = h.Write(content)
	return err
}

// ProgramHash identifies this program by its content, in hexadecimal: another
// build may make other models.
var ProgramHash = sync.OnceValues(func() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
})

// writeAtomic writes a file that is either the old one or the new one.
func writeAtomic(path string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".tmp-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(content)
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

package pipeline

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/google/renameio/v2"

	"github.com/seastack/seastack/gen"
	"github.com/seastack/seastack/gen/load"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/project"
)

// modelCache keeps the model of the last run with a hash of all that it was
// made from: the content of every file in the folders that the load read, the
// list of the packages, seastack.hcl, and this program itself. No time stamp is
// trusted to say that nothing has changed. Anything that differs, or cannot be
// read, means a load. It saves type-checking: 0.2 s of the 0.28 s that a
// generate of this repository takes without it.
type modelCache struct{ project project.Project }

// clockGrain is by how much a file system's time stamps may be behind the clock.
const clockGrain = 20 * time.Millisecond

type cachedModel struct {
	Key    string      `json:"key"`
	Inputs gen.Inputs  `json:"inputs"`
	Model  model.Model `json:"model"`
}

func (c modelCache) file() string { return filepath.Join(c.project.Cache(), "model.json") }

// load returns the model and its key, where it is current.
func (c modelCache) load() (m model.Model, key string, ok bool) {
	raw, err := os.ReadFile(c.file())
	if err != nil {
		return model.Model{}, "", false
	}
	var cached cachedModel
	if json.Unmarshal(raw, &cached) != nil {
		return model.Model{}, "", false
	}
	key, _, err = c.key(cached.Inputs)
	return cached.Model, key, err == nil && key == cached.Key
}

// store keeps a model whose load began at that time. One whose files were written
// since is not kept: nobody knows which of their contents it was made from.
func (c modelCache) store(m model.Model, in gen.Inputs, began time.Time) error {
	key, youngest, err := c.key(in)
	if err != nil || !youngest.Before(began) {
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

// previews returns the names of the environments that seastack.hcl does not have.
func (c modelCache) previews() (names []string) {
	for _, e := range c.project.Config.Environments {
		if e.Preview != nil && !e.IsTemplate() {
			names = append(names, e.Name)
		}
	}
	return names
}

// key hashes all that the model is made from, and tells when the youngest of its
// files was written.
func (c modelCache) key(in gen.Inputs) (key string, youngest time.Time, err error) {
	program, err := ProgramHash()
	if err != nil {
		return "", time.Time{}, err
	}
	packages, err := load.Packages(c.project.Root, c.project.Config.Folders)
	if err != nil {
		return "", time.Time{}, err
	}
	h := &hasher{hash: sha256.New()}
	fmt.Fprintf(h.hash, "%s\n%s\n%q\n%q\n", program, c.project.Module, packages, c.previews())
	for _, f := range in.Files {
		h.file(c.project.Path(f))
	}
	for _, dir := range in.Dirs {
		h.dir(c.project.Path(dir))
	}
	return hex.EncodeToString(h.hash.Sum(nil)), h.youngest, h.err
}

// hasher hashes files and folders, and keeps the first error.
type hasher struct {
	hash     hash.Hash
	youngest time.Time
	err      error
}

// dir hashes the names and the contents of a folder's Go files, tests apart.
func (h *hasher) dir(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		h.err = cmp.Or(h.err, err)
		return
	}
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go") {
			h.file(filepath.Join(dir, e.Name()))
		}
	}
}

// file hashes a file's name and content; one that is not there has its own hash.
func (h *hasher) file(path string) {
	content, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		h.err = cmp.Or(h.err, err)
		return
	}
	fmt.Fprintf(h.hash, "%s %d %v\n", path, len(content), err == nil)
	_, _ = h.hash.Write(content) // a hash takes everything
	info, statErr := os.Stat(path)
	switch {
	case err != nil: // there is no such file
	case statErr != nil:
		h.err = cmp.Or(h.err, statErr)
	case info.ModTime().After(h.youngest):
		h.youngest = info.ModTime()
	}
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
	return renameio.WriteFile(path, content, 0o600, renameio.WithTempDir(filepath.Dir(path)))
}

package mirror

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/google/renameio/v2"
)

// layout is where the mirror of one recipe is:
//
//	<base>/<key>/registry.terraform.io/hashicorp/aws/...   what Terraform reads
//	<base>/<key>/terraform.rc                              the CLI configuration
//	<base>/<key>/complete.json                             the marker
//	<base>/<key>.lock, <base>/<key>.log, <base>/<key>.work-*
type layout struct{ base, key string }

func (l layout) dir() string    { return filepath.Join(l.base, l.key) }
func (l layout) config() string { return filepath.Join(l.dir(), "terraform.rc") }
func (l layout) lock() string   { return l.dir() + ".lock" }
func (l layout) log() string    { return l.dir() + ".log" }

const markerName = "complete.json"

// marker says what a complete mirror holds. It is written last.
type marker struct {
	SHA256  string    `json:"sha256"`
	Size    int64     `json:"size"`
	ModTime time.Time `json:"modTime"`
}

// mark describes the provider below root.
func mark(root string) (marker, error) {
	f, err := os.Open(filepath.Join(root, binaryPath()))
	if err != nil {
		return marker{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return marker{}, err
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return marker{}, err
	}
	return marker{SHA256: hex.EncodeToString(h.Sum(nil)), Size: info.Size(), ModTime: info.ModTime().UTC()}, nil
}

// intact returns nil when the provider is what its marker says. It is only read
// when its size or its time are not, since reading it takes as long as a plan.
func (l layout) intact() error {
	b, err := os.ReadFile(filepath.Join(l.dir(), markerName))
	if err != nil {
		return err
	}
	var want marker
	if err := json.Unmarshal(b, &want); err != nil {
		return err
	}
	info, err := os.Stat(filepath.Join(l.dir(), binaryPath()))
	if err != nil {
		return err
	}
	if info.Size() == want.Size && info.ModTime().Equal(want.ModTime) {
		return nil
	}
	got, err := mark(l.dir())
	if err != nil {
		return err
	}
	if got.SHA256 != want.SHA256 {
		return fmt.Errorf("the provider's checksum is %s, not %s", got.SHA256, want.SHA256)
	}
	return nil
}

// seal makes the staged mirror durable and writes its marker.
func seal(staged string) error {
	if err := syncFile(filepath.Join(staged, binaryPath())); err != nil {
		return err
	}
	m, err := mark(staged)
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(staged, markerName), append(b, '\n'), 0o644)
}

func syncFile(name string) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// install moves the sealed mirror into place. What was there is broken and goes
// to the work directory, which is removed.
func (l layout) install(staged, work string) error {
	if err := os.Rename(l.dir(), filepath.Join(work, "broken")); err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.Rename(staged, l.dir())
}

// workDir makes a directory beside dir for one attempt at it, and removes those
// of earlier attempts that were killed. The caller holds the lock on dir.
func workDir(dir string) (string, error) {
	stale, _ := filepath.Glob(dir + ".work-*")
	for _, d := range stale {
		os.RemoveAll(d)
	}
	return os.MkdirTemp(filepath.Dir(dir), filepath.Base(dir)+".work-")
}

// writeConfig writes the CLI configuration unless it is there already.
func (l layout) writeConfig() error {
	want := []byte(cliConfig(l.dir()))
	if have, err := os.ReadFile(l.config()); err == nil && bytes.Equal(have, want) {
		return nil
	}
	return renameio.WriteFile(l.config(), want, 0o644, renameio.WithTempDir(l.dir()), renameio.WithStaticPermissions(0o644))
}

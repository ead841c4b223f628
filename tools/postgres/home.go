package postgres

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/google/renameio/v2"
)

// home is the folder of who runs the server.
type home string

func (h home) data() string    { return filepath.Join(string(h), "data") }
func (h home) log() string     { return filepath.Join(string(h), "server.log") }
func (h home) pidFile() string { return filepath.Join(h.data(), "postmaster.pid") }

// newHome makes the server's folder: below dir, or, where the account cannot
// reach that, in the system's folder for what outlives a reboot, under a name
// that follows from dir.
func newHome(dir string, a *account, say func(string, ...any)) (home, error) {
	h := home(filepath.Join(dir, "home"))
	if !a.reaches(dir) {
		h = home(filepath.Join(sharedTemp(), "seastack-postgres-"+shortHash(dir)))
		say("the database's files are in %s: the account %s, which runs PostgreSQL since root may not, cannot reach %s", h, a.name, dir)
	}
	err := os.Mkdir(string(h), 0o700)
	if errors.Is(err, fs.ErrExist) {
		return h, checkOwner(string(h), a)
	}
	if err != nil {
		return "", err
	}
	return h, a.own(string(h))
}

// checkOwner refuses a folder that somebody else has put there: /var/tmp is
// open to all.
func checkOwner(dir string, a *account) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	want := os.Geteuid()
	if a != nil {
		want = a.uid
	}
	if owner := info.Sys().(*syscall.Stat_t); !info.IsDir() || int(owner.Uid) != want {
		return fmt.Errorf("%s is no folder of user %d, who is to run PostgreSQL; remove it", dir, want)
	}
	return nil
}

// sharedTemp is a folder that every account reaches; /var/tmp survives a reboot.
func sharedTemp() string {
	if info, err := os.Stat("/var/tmp"); err == nil && info.IsDir() {
		return "/var/tmp"
	}
	return os.TempDir()
}

func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// password returns the superuser's password, and makes one the first time.
func password(dir string) (string, error) {
	file := filepath.Join(dir, "password")
	raw, err := os.ReadFile(file)
	if err == nil && len(raw) > 0 {
		return string(raw), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	text := rand.Text()
	return text, renameio.WriteFile(file, []byte(text), 0o600, renameio.WithTempDir(dir))
}

// postmaster is what the server's own file says of it.
type postmaster struct {
	pid   int
	port  int
	ready bool
}

// readPostmaster reads postmaster.pid: one fact a line, of which the first is
// the process, the fourth the port and the eighth the status.
// https://www.postgresql.org/docs/current/storage-file-layout.html
func readPostmaster(file string) (postmaster, bool) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return postmaster{}, false
	}
	lines := strings.Split(string(raw), "\n")
	var p postmaster
	if p.pid, err = strconv.Atoi(strings.TrimSpace(lines[0])); err != nil || p.pid <= 0 {
		return postmaster{}, false
	}
	if len(lines) > 3 {
		p.port, _ = strconv.Atoi(strings.TrimSpace(lines[3])) // the file is still being written: 0
	}
	p.ready = len(lines) > 7 && strings.TrimSpace(lines[7]) == "ready"
	return p, true
}

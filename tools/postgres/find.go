package postgres

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"time"
)

// Binaries are the programs of one version of PostgreSQL.
type Binaries struct {
	Dir   string // holds initdb and postgres
	Major int    // 15 of 15.18
}

func (b Binaries) initdb() string   { return filepath.Join(b.Dir, "initdb") }
func (b Binaries) postgres() string { return filepath.Join(b.Dir, "postgres") }

// has reports whether the server can load a library: whether it is where packages put
// it. One that is elsewhere is not loaded.
func (b Binaries) has(library string) bool {
	for _, dir := range []string{"../lib", "../lib/postgresql", "../lib64"} {
		for _, ending := range []string{".so", ".dylib"} {
			if _, err := os.Stat(filepath.Join(b.Dir, dir, library+ending)); err == nil {
				return true
			}
		}
	}
	return false
}

// oldestMajor is the oldest version that upstream still supports.
// https://www.postgresql.org/support/versioning/
const oldestMajor = 14

// Find returns the machine's PostgreSQL: the one on PATH, else the newest of where
// packages put it. The error is diag.NoPostgres when there is none.
func Find(ctx context.Context) (Binaries, error) {
	return find(ctx, 0)
}

// find returns binaries of that major version; of any when it is 0.
func find(ctx context.Context, major int) (Binaries, error) {
	for _, dir := range candidates(os.Getenv("PATH")) {
		b, err := inspect(ctx, dir)
		if err == nil && b.Major >= oldestMajor && (major == 0 || b.Major == major) {
			return b, nil
		}
	}
	return Binaries{}, missing(runtime.GOOS)
}

// packageDirs are where packages put the binaries without putting them on PATH.
var packageDirs = []string{
	"/usr/lib/postgresql/*/bin",                               // Debian, Ubuntu
	"/usr/pgsql-*/bin",                                        // PGDG on Red Hat, Fedora
	"/usr/libexec/postgresql*",                                // Alpine
	"/opt/homebrew/opt/postgresql@*/bin",                      // Homebrew on Apple silicon
	"/usr/local/opt/postgresql@*/bin",                         // Homebrew on Intel
	"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",         // Homebrew on Linux
	"/Applications/Postgres.app/Contents/Versions/latest/bin", // Postgres.app
	"/Applications/Postgres.app/Contents/Versions/[1-9][0-9]/bin",
}

// candidates returns the folders that have both programs, in the order in which
// to try them.
func candidates(path string) []string {
	var dirs []string
	add := func(dir string) {
		initdb, err := filepath.EvalSymlinks(filepath.Join(dir, "initdb"))
		if err != nil {
			return
		}
		dir = filepath.Dir(initdb) // the program finds its files from its true place
		if _, err := os.Stat(filepath.Join(dir, "postgres")); err == nil && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	for _, dir := range filepath.SplitList(path) {
		add(dir)
	}
	for _, pattern := range packageDirs {
		found, _ := filepath.Glob(pattern) // the patterns are well formed
		slices.SortFunc(found, newestFirst)
		for _, dir := range found {
			add(dir)
		}
	}
	return dirs
}

var number = regexp.MustCompile(`\d+`)

// newestFirst sorts folders by the version in their names: 16 before 9.6.
func newestFirst(a, b string) int {
	x, _ := strconv.Atoi(number.FindString(a))
	y, _ := strconv.Atoi(number.FindString(b))
	return y - x
}

func versionCommand(ctx context.Context, dir string) *exec.Cmd {
	return exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version")
}

// inspect asks the programs in a folder for their version.
func inspect(ctx context.Context, dir string) (Binaries, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := versionCommand(ctx, dir).Output()
	if err != nil {
		return Binaries{}, err
	}
	major, err := strconv.Atoi(number.FindString(string(out))) // "postgres (PostgreSQL) 15.18 (...)"
	if err != nil {
		return Binaries{}, fmt.Errorf("%s: no version in %q", dir, out)
	}
	return Binaries{Dir: dir, Major: major}, nil
}

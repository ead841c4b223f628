package postgres

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestWhatIsSaidOfEachError(t *testing.T) {
	var report strings.Builder
	for _, err := range []error{
		missing("linux"), missing("darwin"), missing("plan9"),
		initFailed(errors.New("exit status 1"), "\ninitdb: error: could not create directory\n"),
		startFailed("it ended (exit status 1)", "DIR/server.log", "LOG:  starting\nFATAL:  out of memory\n"),
		startFailed("it is not ready: context deadline exceeded", "DIR/server.log", ""),
		otherVersion(17, 15, "DIR"), portTaken(5432), noAccount(), noAnswer(7, "DIR/server.log"),
	} {
		report.WriteString(err.Error() + "\n")
	}
	file := filepath.Join("testdata", "errors.txt")
	if *update {
		if err := os.WriteFile(file, []byte(report.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), report.String()); diff != "" {
		t.Errorf("%s (-want +got; -update rewrites it):\n%s", file, diff)
	}
}

func TestLastLines(t *testing.T) {
	if got := lastLines(strings.Repeat("line\n", 30)); len(got) != 10 {
		t.Errorf("%d lines", len(got))
	}
	if got := lastLines(" \n"); got != nil {
		t.Errorf("of nothing: %q", got)
	}
}

func TestCommands(t *testing.T) {
	b := Binaries{Dir: "/pg/bin", Major: 17}
	t.Setenv("PGPORT", "1")
	initdb := initCommand(t.Context(), b, "/h/data.new", "/h/password.init", false)
	server := serverCommand(b, "/h", 4711, false)
	watchdog := watchdogCommand("/h", 99, []string{"/h", "/d"})
	for name, c := range map[string]struct{ got, want []string }{
		"initdb": {initdb.Args, []string{
			"/pg/bin/initdb", "--pgdata=/h/data.new", "--username=seastack", "--pwfile=/h/password.init", "--auth=scram-sha-256",
			"--encoding=UTF8", "--locale=C", "--no-instructions",
		}},
		"server": {server.Args, []string{
			"/pg/bin/postgres", "-D", "/h/data", "-p", "4711", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
			"-c", "max_connections=200", "-c", "password_encryption=scram-sha-256", "-c", "logging_collector=off", "-c", "log_destination=stderr",
		}},
		"watchdog": {watchdog.Args, []string{"/bin/sh", "-c", watchdogScript, "watchdog", "/h/data/postmaster.pid", "99", "/h", "/d"}},
		"ps":       {argsCommand(99).Args, []string{"ps", "-ww", "-o", "args=", "-p", "99"}},
		"version":  {versionCommand(t.Context(), "/pg/bin").Args, []string{"/pg/bin/postgres", "--version"}},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if slices.ContainsFunc(append(initdb.Env, server.Env...), func(v string) bool { return strings.HasPrefix(v, "PG") }) {
		t.Error("the caller's PG variables reach the server")
	}
	fast := serverCommand(b, "/h", 1, true).Args
	if !slices.Contains(fast, "fsync=off") || slices.Contains(server.Args, "fsync=off") {
		t.Error("only a temporary server may lose what it was told")
	}
	if args := initCommand(t.Context(), b, "d", "p", true).Args; !slices.Contains(args, "--no-sync") {
		t.Errorf("initdb of a temporary server: %v", args)
	}
}

// TestServerMeasuresStatements: the library of statistics is loaded where it is, and
// not by a server that is temporary.
func TestServerMeasuresStatements(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"bin", "lib"} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	b := Binaries{Dir: filepath.Join(root, "bin"), Major: 17}
	const load = "shared_preload_libraries=pg_stat_statements"
	loads := func(temporary bool) bool { return slices.Contains(serverCommand(b, "/h", 1, temporary).Args, load) }
	if loads(false) {
		t.Error("a library that is not there is loaded")
	}
	if err := os.WriteFile(filepath.Join(root, "lib", statistics+".so"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if !loads(false) || loads(true) {
		t.Errorf("loaded %t; by a temporary server %t", loads(false), loads(true))
	}
}

func TestCandidatesFollowLinks(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	real, linked, half := filepath.Join(root, "real"), filepath.Join(root, "linked"), filepath.Join(root, "half")
	for _, dir := range []string{real, linked, half} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"real/initdb", "real/postgres", "half/initdb"} {
		if err := os.WriteFile(filepath.Join(root, file), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(real, "initdb"), filepath.Join(linked, "initdb")); err != nil {
		t.Fatal(err)
	}
	path := strings.Join([]string{half, filepath.Join(root, "none"), linked, real}, string(os.PathListSeparator))
	got := candidates(path)
	if len(got) == 0 || got[0] != real || slices.Contains(got[1:], real) || slices.Contains(got, half) {
		t.Errorf("candidates = %v; want %s first and once, and not %s", got, real, half)
	}
}

func TestNewestFirst(t *testing.T) {
	dirs := []string{"/usr/lib/postgresql/9.6/bin", "/usr/lib/postgresql/17/bin", "/usr/lib/postgresql/15/bin"}
	slices.SortFunc(dirs, newestFirst)
	want := []string{"/usr/lib/postgresql/17/bin", "/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/9.6/bin"}
	if diff := cmp.Diff(want, dirs); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestReaches(t *testing.T) {
	closed := t.TempDir() // of mode 0700 or below such a one, as it is the test's own
	inside := filepath.Join(closed, "inside")
	if err := os.Mkdir(inside, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	stranger := &account{name: "stranger", uid: 65000, gid: 65000}
	for name, c := range map[string]struct {
		a    *account
		dir  string
		want bool
	}{
		"this user":        {nil, inside, true},
		"a stranger":       {stranger, inside, false},
		"a stranger, at /": {stranger, "/", true},
		"nothing":          {stranger, filepath.Join(closed, "none"), false},
		"the owner of it":  {&account{uid: os.Getuid(), gid: 65000}, "/", true},
	} {
		if got := c.a.reaches(c.dir); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestReadPostmaster(t *testing.T) {
	file := filepath.Join(t.TempDir(), "postmaster.pid")
	for text, want := range map[string]postmaster{
		"4711\n/data\n1700000000\n5433\n\n127.0.0.1\n  123 456\nready   \n": {pid: 4711, port: 5433, ready: true},
		"4711\n/data\n1700000000\n5433\n\n127.0.0.1\n  123 456\nstarting\n": {pid: 4711, port: 5433},
		"4711\n/da": {pid: 4711},
		"":          {}, "x\n": {}, "-1\n": {},
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, ok := readPostmaster(file)
		if got != want && ok || ok != (want.pid > 0) {
			t.Errorf("%q: %+v, %v", text, got, ok)
		}
	}
}

func TestAFolderOfSomebodyElseIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := checkOwner(dir, &account{name: "stranger", uid: os.Getuid() + 1}); err == nil {
		t.Error("another user's folder was taken")
	}
	if err := checkOwner(dir, nil); err != nil {
		t.Error(err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := checkOwner(file, nil); err == nil {
		t.Error("a file was taken for a folder")
	}
}

func TestOptionsThatExcludeEachOther(t *testing.T) {
	if _, err := Start(t.Context(), Options{Dir: t.TempDir(), Temporary: true, Detach: true}); err == nil {
		t.Error("no error")
	}
}

func TestStopWhereNothingIs(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	if ran, err := Stop(t.Context(), dir); ran || err != nil {
		t.Errorf("Stop: %v, %v", ran, err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("stopping nothing left something behind")
	}
	if _, ok, err := Running(dir); ok || err != nil {
		t.Errorf("Running: %v, %v", ok, err)
	}
}

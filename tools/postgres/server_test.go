package postgres_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/postgres"
	"github.com/seastack/seastack/tools/process"
)

// start runs a durable server in dir that the test ends.
func start(t *testing.T, dir string) *postgres.Server {
	t.Helper()
	s, err := postgres.Start(t.Context(), postgres.Options{Dir: dir, Detach: true, Log: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := postgres.Remove(context.Background(), dir); err != nil {
			t.Error(err)
		}
	})
	return s
}

func query(t *testing.T, url, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var text string
	if err := conn.QueryRow(t.Context(), sql).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

func exec(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

// alive reports whether a process runs; one that nobody has waited for yet does not.
func alive(pid int) bool {
	_, err := process.Of(pid)
	return err == nil
}

// One server goes through what a developer's machine does to it, in one test: to make a
// server takes seconds.
func TestLifeOfADetachedServer(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "postgres")
	first := start(t, dir)
	exec(t, first.URL(), `CREATE TABLE kept AS SELECT 'row'::text AS value`)

	t.Run("listens on the loopback interface alone", func(t *testing.T) {
		if got := query(t, first.URL(), `SHOW listen_addresses`); got != "127.0.0.1" {
			t.Errorf("listen_addresses = %q", got)
		}
		if got := query(t, first.URL(), `SHOW unix_socket_directories`); got != "" {
			t.Errorf("unix_socket_directories = %q", got)
		}
	})
	t.Run("refuses a wrong password", func(t *testing.T) {
		cfg, err := pgx.ParseConfig(first.URL())
		if err != nil {
			t.Fatal(err)
		}
		cfg.Password = "wrong"
		if _, err := pgx.ConnectConfig(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "28P01") {
			t.Errorf("error = %v; want 28P01", err)
		}
	})
	t.Run("keeps its secrets to itself", func(t *testing.T) {
		for _, name := range []string{"password", "state.json"} {
			info, err := os.Stat(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode().Perm() != 0o600 {
				t.Errorf("%s has mode %v", name, info.Mode())
			}
		}
	})
	t.Run("is found again", func(t *testing.T) {
		again := start(t, dir)
		running, ok, err := postgres.Running(dir)
		if err != nil || !ok {
			t.Fatalf("Running: %v, %v", ok, err)
		}
		for _, s := range []*postgres.Server{again, running} {
			if s.PID() != first.PID() || s.URL() != first.URL() {
				t.Errorf("another server: process %d, want %d", s.PID(), first.PID())
			}
		}
	})
}

func TestRestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "postgres")
	first := start(t, dir)
	exec(t, first.URL(), `CREATE TABLE kept AS SELECT 'row'::text AS value`)

	ran, err := postgres.Stop(t.Context(), dir)
	if err != nil || !ran || alive(first.PID()) {
		t.Fatalf("Stop: %v, %v; alive: %v", ran, err, alive(first.PID()))
	}
	if ran, err := postgres.Stop(t.Context(), dir); err != nil || ran {
		t.Errorf("Stop when stopped: %v, %v", ran, err)
	}
	second := start(t, dir)
	if second.URL() != first.URL() {
		t.Errorf("the address changed from %s to %s", first.URL(), second.URL())
	}

	// Killed, it leaves postmaster.pid behind, and for a moment its children.
	if err := syscall.Kill(second.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	third := start(t, dir)
	if third.PID() == second.PID() {
		t.Error("the killed process was taken for a server")
	}

	// What a crash of the machine leaves: an id that is another program's now.
	if err := third.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	pidFile := filepath.Join(homeOf(t, dir), "data", "postmaster.pid")
	if err := os.WriteFile(pidFile, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	fourth := start(t, dir)
	if got := query(t, fourth.URL(), `SELECT value FROM kept`); got != "row" {
		t.Errorf("value = %q", got)
	}
}

// homeOf reads where the server's home is, as a person would.
func homeOf(t *testing.T, dir string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "state.json"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), `"home": "`)
	home, _, _ := strings.Cut(rest, `"`)
	return home
}

func TestTwoStartsAtOnceGiveOneServer(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "postgres")
	servers := make([]*postgres.Server, 2)
	var wait sync.WaitGroup
	for i := range servers {
		wait.Go(func() { servers[i] = start(t, dir) })
	}
	wait.Wait()
	if servers[0].PID() != servers[1].PID() {
		t.Errorf("processes %d and %d", servers[0].PID(), servers[1].PID())
	}
}

func TestTemporaryServerLeavesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "postgres")
	s, err := postgres.Start(t.Context(), postgres.Options{Dir: dir, Temporary: true})
	if err != nil {
		t.Fatal(err)
	}
	home := homeOf(t, dir)
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, home} {
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left: %v", path, err)
		}
	}
	if alive(s.PID()) {
		t.Error("the server is left")
	}
}

func TestPortTaken(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	dir := filepath.Join(t.TempDir(), "postgres")
	t.Cleanup(func() { _ = postgres.Remove(context.Background(), dir) })
	_, err = postgres.Start(t.Context(), postgres.Options{Dir: dir, Detach: true, Port: port})
	var d diag.Diagnostic
	if !errors.As(err, &d) || d.Code != "SEA5105" {
		t.Errorf("error = %v; want SEA5105", err)
	}
}

// TestReader: the role reads what the superuser has written, and writes nothing, also
// where its session does not say that it is read-only.
func TestReader(t *testing.T) {
	s := start(t, filepath.Join(t.TempDir(), "postgres"))
	exec(t, s.URL(), `CREATE TABLE t (x text); INSERT INTO t VALUES ('kept')`)
	var url string
	for range 2 { // it may be there already
		var err error
		if url, err = s.ReaderURL(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := query(t, url, `SELECT x FROM t`); got != "kept" {
		t.Errorf("read %q", got)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, statement := range []string{`INSERT INTO t VALUES ('new')`, `DELETE FROM t`, `CREATE TABLE u ()`} {
		var refused *pgconn.PgError
		if _, err := conn.Exec(t.Context(), statement); !errors.As(err, &refused) || refused.Code != "42501" {
			t.Errorf("%s: %v; want it denied", statement, err)
		}
	}
}

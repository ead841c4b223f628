package postgres_test

import (
	"bufio"
	"context"
	"errors"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/postgres"
	"github.com/seastack/seastack/tools/process"
)

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if d, ok := errors.AsType[diag.Diagnostic](err); !ok || d.Code != code {
		t.Errorf("error = %v; want %s", err, code)
	}
}

// fake puts programs of its own making where PostgreSQL's are looked for.
func fake(t *testing.T, initdb, server string) {
	t.Helper()
	dir := t.TempDir()
	for name, script := range map[string]string{"initdb": initdb, "postgres": server} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for d := dir; d != os.TempDir() && d != "/"; d = filepath.Dir(d) { // for the account that runs them
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

func startFails(t *testing.T, ctx context.Context, dir string) error {
	t.Helper()
	t.Cleanup(func() {
		if err := postgres.Remove(context.Background(), dir); err != nil {
			t.Error(err)
		}
	})
	_, err := postgres.Start(ctx, postgres.Options{Dir: dir, Detach: true})
	return err
}

func TestInitdbFails(t *testing.T) {
	fake(t, "echo 'initdb: error: no space left on device'; exit 1\n", "echo 'postgres (PostgreSQL) 17.2'\n")
	err := startFails(t, t.Context(), filepath.Join(t.TempDir(), "pg"))
	wantCode(t, err, "SEA5102")
	if err == nil || !strings.Contains(err.Error(), "no space left on device") {
		t.Errorf("initdb's own words are missing: %v", err)
	}
}

func TestTheServerFails(t *testing.T) {
	initdb := `for a in "$@"; do case $a in --pgdata=*) mkdir -p "${a#--pgdata=}" && echo 17 >"${a#--pgdata=}/PG_VERSION";; esac; done` + "\n"
	version := `[ "$1" = --version ] && echo 'postgres (PostgreSQL) 17.2' && exit 0` + "\n"

	t.Run("at once", func(t *testing.T) {
		fake(t, initdb, version+"echo 'FATAL:  could not map shared memory' >&2; exit 1\n")
		err := startFails(t, t.Context(), filepath.Join(t.TempDir(), "pg"))
		wantCode(t, err, "SEA5103")
		if err == nil || !strings.Contains(err.Error(), "could not map shared memory") {
			t.Errorf("the server's own words are missing: %v", err)
		}
	})
	t.Run("by not getting ready", func(t *testing.T) {
		fake(t, initdb, version+"exec sleep 600\n")
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		wantCode(t, startFails(t, ctx, filepath.Join(t.TempDir(), "pg")), "SEA5103")
	})
}

func TestFilesOfAnotherVersion(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pg")
	s := start(t, dir)
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(homeOf(t, dir), "data", "PG_VERSION")
	if err := os.WriteFile(file, []byte("8\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := postgres.Start(t.Context(), postgres.Options{Dir: dir, Detach: true})
	wantCode(t, err, "SEA5104")
}

func TestAnInterruptedFirstStartIsMadeGood(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pg")
	t.Run("in the middle of initdb", func(t *testing.T) {
		fake(t, `for a in "$@"; do case $a in --pgdata=*) mkdir -p "${a#--pgdata=}/half";; esac; done; exec sleep 600`+"\n", "echo 'postgres (PostgreSQL) 17.2'\n")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := postgres.Start(ctx, postgres.Options{Dir: dir, Detach: true})
		wantCode(t, err, "SEA5102")
	})
	if s := start(t, dir); query(t, s.URL(), `SELECT 'here'`) != "here" {
		t.Error("no answer")
	}
}

// TestMain lets the test binary be a process that dies with a server of its own.
func TestMain(m *testing.M) {
	if dir := os.Getenv("SEASTACK_TEST_SERVER"); dir != "" {
		s, err := postgres.Start(context.Background(), postgres.Options{Dir: dir, Temporary: true})
		if err != nil {
			os.Stdout.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Stdout.WriteString(strconv.Itoa(s.PID()) + "\n")
		select {}
	}
	os.Exit(m.Run())
}

func TestAServerEndsWithItsProcess(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pg")
	cmd := osexec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "SEASTACK_TEST_SERVER="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(line)
	}
	server, err := process.Of(pid)
	if err != nil {
		t.Fatal(err)
	}
	home := homeOf(t, dir)
	_ = cmd.Process.Kill() // it has no chance to clean up
	_ = cmd.Wait()
	gone := func() bool {
		_, dirErr := os.Stat(dir)
		_, homeErr := os.Stat(home)
		return !server.Alive() && errors.Is(dirErr, os.ErrNotExist) && errors.Is(homeErr, os.ErrNotExist)
	}
	for limit := time.Now().Add(30 * time.Second); !gone(); {
		if time.Now().After(limit) {
			t.Fatalf("server alive: %v", server.Alive())
		}
		time.Sleep(10 * time.Millisecond) // between looks; nothing tells us
	}
}

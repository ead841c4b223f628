package postgres

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/tools/process"
)

// Options say what server to run.
type Options struct {
	Dir      string // the server's folder; it is made
	Port     int    // on 127.0.0.1; 0: the same as the last time, else any that is free
	Database string // that URL names, made when it is not there; default "seastack"
	// Detach lets the server outlive this process, until Stop. Otherwise it ends
	// with this process, however that ends.
	Detach bool
	// Temporary trades durability for speed and removes Dir when the server ends.
	// It excludes Detach.
	Temporary bool
	// Log is told, one call for each, what somebody would want to know; may be nil.
	Log func(format string, args ...any)
}

// Server is a running server.
type Server struct {
	process  process.Process
	port     int
	password string
	database string
	home     home
	watchdog *process.Watchdog // nil: it is detached, or another process started it
}

// URL returns the address of the database, with the superuser's password.
func (s *Server) URL() string { return s.URLOf(s.database) }

// URLOf returns the address of another database of the server.
func (s *Server) URLOf(database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(superuser, s.password),
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)), Path: "/" + database, RawQuery: "sslmode=disable",
	}
	return u.String()
}

// PID returns the server's process.
func (s *Server) PID() int { return s.process.PID }

// LogFile returns the file that the server logs to.
func (s *Server) LogFile() string { return s.home.log() }

// state is what a later process needs to find the server.
type state struct {
	Home     home            `json:"home"`
	Port     int             `json:"port"`
	Database string          `json:"database"`
	Process  process.Process `json:"process"`
}

func stateFile(dir string) string { return filepath.Join(dir, "state.json") }

// lockWait bounds the wait for another process that starts or stops the server.
const lockWait = 3 * time.Minute

// lock takes the folder for this process. The folder must exist.
func lock(ctx context.Context, dir string) (unlock func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	l := flock.New(filepath.Join(dir, "lock"))
	if ok, err := l.TryLockContext(ctx, 20*time.Millisecond); !ok || err != nil {
		return nil, fmt.Errorf("another process is busy with the database in %s: %w", dir, err)
	}
	return sync.OnceFunc(func() { _ = l.Unlock() }), nil
}

// Running returns the server of a folder; ok is false when none runs. It waits
// for nobody.
func Running(dir string) (s *Server, ok bool, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, false, err
	}
	s, ok, err = current(dir)
	return s, ok, err
}

// current finds the server's process through what the folder remembers.
func current(dir string) (*Server, bool, error) {
	var st state
	if ok, err := process.Load(stateFile(dir), &st); !ok || err != nil {
		return nil, false, nil // without a state, or with half a one, there is no server that we can name
	}
	p, ok := ownProcess(st)
	if !ok {
		return nil, false, nil
	}
	secret, err := password(dir)
	if err != nil {
		return nil, false, err
	}
	return &Server{process: p, port: st.Port, password: secret, database: st.Database, home: st.Home}, true, nil
}

const defaultDatabase = "seastack"

// ownProcess returns the server's process if it runs and is proven to be ours.
func ownProcess(st state) (process.Process, bool) {
	if st.Process.PID > 0 && st.Process.Alive() {
		return st.Process, true
	}
	pm, ok := readPostmaster(st.Home.pidFile())
	if !ok || !serves(pm.pid, st.Home.data()) {
		return process.Process{}, false
	}
	p, err := process.Of(pm.pid)
	return p, err == nil
}

// connect opens a connection to a database of the server.
func (s *Server) connect(ctx context.Context, database string) (*pgx.Conn, error) {
	return pgx.Connect(ctx, s.URLOf(database))
}

// ensureDatabase makes the database that URL names.
func (s *Server) ensureDatabase(ctx context.Context) error {
	conn, err := s.connect(ctx, "postgres")
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := measureStatements(ctx, conn); err != nil {
		return err
	}
	var exists bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, s.database).Scan(&exists); err != nil || exists {
		return err
	}
	_, err = conn.Exec(ctx, `CREATE DATABASE `+pgx.Identifier{s.database}.Sanitize())
	return err
}

// statistics is the extension that measures statements.
// https://www.postgresql.org/docs/current/pgstatstatements.html
const statistics = "pg_stat_statements"

// measureStatements makes the statistics of all databases readable in the one that
// conn is on, if the server has loaded their library.
func measureStatements(ctx context.Context, conn *pgx.Conn) error {
	var loaded bool
	err := conn.QueryRow(ctx, `SELECT current_setting('shared_preload_libraries') = $1
		AND NOT EXISTS (SELECT FROM pg_extension WHERE extname = $1)`, statistics).Scan(&loaded)
	if err != nil || !loaded {
		return err
	}
	_, err = conn.Exec(ctx, "CREATE EXTENSION IF NOT EXISTS "+statistics)
	return err
}

// makeDir makes the server's folder. Root lets others pass through it, so that
// the account reaches its home; all that is secret has a mode of its own.
func makeDir(dir string, a *account) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if a == nil {
		return nil
	}
	return os.Chmod(dir, 0o711)
}

package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/process"
)

// startTimeout bounds one start of the server; after a crash it first replays
// its log.
const startTimeout = time.Minute

// launcher is one Start under way.
type launcher struct {
	options  Options
	account  *account // nil: this user
	binaries Binaries
	home     home
	password string
}

// Start runs the server of a folder, and returns the one that runs when there is
// one already. Files are made the first time. It returns when the server
// answers. Errors that a user can correct are diag.Diagnostics.
func Start(ctx context.Context, options Options) (*Server, error) {
	l, err := newLauncher(options)
	if err != nil {
		return nil, err
	}
	if err := makeDir(l.options.Dir, l.account); err != nil {
		return nil, err
	}
	unlock, err := lock(ctx, l.options.Dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	s, err := l.findRunning(ctx)
	if s == nil && err == nil {
		s, err = l.launch(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, removeAll(l.leftovers()))
	}
	return s, nil
}

func newLauncher(options Options) (*launcher, error) {
	if options.Temporary && options.Detach {
		return nil, errors.New("a temporary server ends with its process: it cannot be detached")
	}
	dir, err := filepath.Abs(options.Dir)
	if err != nil {
		return nil, err
	}
	options.Dir = dir
	options.Database = cmp.Or(options.Database, defaultDatabase)
	if options.Log == nil {
		options.Log = func(string, ...any) {}
	}
	a, err := pickAccount(os.Geteuid())
	return &launcher{options: options, account: a}, err
}

// findRunning returns the server that already runs, or nil. It waits for one that
// is shutting down.
func (l *launcher) findRunning(ctx context.Context) (*Server, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		s, ok, err := current(l.options.Dir)
		if !ok || err != nil {
			return nil, err
		}
		s.database = l.options.Database
		if err := s.ensureDatabase(ctx); err == nil {
			return s, nil
		}
		if !pause(ctx, 50*time.Millisecond) {
			return nil, noAnswer(s.PID(), s.LogFile())
		}
	}
}

func (l *launcher) launch(ctx context.Context) (*Server, error) {
	if err := l.prepare(ctx); err != nil {
		return nil, err
	}
	s, err := l.runWithPort(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.ensureDatabase(ctx); err != nil {
		return nil, errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
	}
	return s, nil
}

// prepare makes whatever the server needs that is not there yet.
func (l *launcher) prepare(ctx context.Context) (err error) {
	if l.binaries, err = Find(ctx); err != nil {
		return err
	}
	if l.password, err = password(l.options.Dir); err != nil {
		return err
	}
	if l.home, err = newHome(l.options.Dir, l.account, l.options.Log); err != nil {
		return err
	}
	if err := l.rememberHome(); err != nil {
		return err
	}
	if err := l.ensureCluster(ctx); err != nil {
		return err
	}
	return l.removeStalePID()
}

// rememberHome lets Remove find the files of a server that never ran.
func (l *launcher) rememberHome() error {
	var last state
	if ok, err := process.Load(stateFile(l.options.Dir), &last); ok && err == nil && last.Home == l.home {
		return nil
	}
	return process.Save(stateFile(l.options.Dir), state{Home: l.home, Database: l.options.Database})
}

// removeStalePID removes a postmaster.pid that a killed server left behind and
// whose process id now is another program's: the server would take that for
// itself and refuse to start. It removes one whose process is gone on its own.
func (l *launcher) removeStalePID() error {
	pm, ok := readPostmaster(l.home.pidFile())
	if !ok || serves(pm.pid, l.home.data()) {
		return nil
	}
	return os.Remove(l.home.pidFile())
}

// attempts is how often the server is started before it is given up: another
// process may take the port in between, and a killed server's children need a
// moment to let go of its memory.
const attempts = 5

func (l *launcher) runWithPort(ctx context.Context) (*Server, error) {
	var last state
	_, _ = process.Load(stateFile(l.options.Dir), &last) // without it, any port will do
	port := cmp.Or(l.options.Port, last.Port)
	for attempt := 1; ; attempt++ {
		free, err := choosePort(port)
		if err != nil {
			return nil, err
		}
		if l.options.Port != 0 && free != l.options.Port {
			return nil, portTaken(l.options.Port)
		}
		s, log, err := l.run(ctx, free)
		if err == nil || attempt == attempts || !maySucceedLater(log) || !pause(ctx, 200*time.Millisecond) {
			return s, err
		}
	}
}

// maySucceedLater reads in the server's log whether another try makes sense.
func maySucceedLater(log string) bool {
	return strings.Contains(log, "could not create any TCP/IP sockets") ||
		strings.Contains(log, "pre-existing shared memory block")
}

// choosePort returns the wanted port if it is free, else another.
func choosePort(want int) (int, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(want)))
	if err != nil && want != 0 {
		listener, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// serverCommand runs the server in the foreground of its own session.
func serverCommand(b Binaries, h home, port int, temporary bool) *exec.Cmd {
	args := []string{
		"-D", h.data(), "-p", strconv.Itoa(port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200",
		"-c", "password_encryption=scram-sha-256", "-c", "logging_collector=off", "-c", "log_destination=stderr",
	}
	if temporary {
		args = append(args, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "shared_buffers=64MB")
	} else if b.has(statistics) {
		args = append(args, "-c", "shared_preload_libraries="+statistics)
	}
	cmd := exec.Command(b.postgres(), args...)
	cmd.Env = environment()
	cmd.Dir = string(h)
	return cmd
}

// run starts the server and waits until it is ready. After an error, log is what
// the server said.
func (l *launcher) run(ctx context.Context, port int) (s *Server, log string, err error) {
	out, err := os.OpenFile(l.home.log(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, "", err
	}
	defer out.Close()
	begin, err := out.Seek(0, 2)
	if err != nil {
		return nil, "", err
	}
	cmd := serverCommand(l.binaries, l.home, port, l.options.Temporary)
	cmd.Stdout, cmd.Stderr = out, out
	l.account.run(cmd)
	if err := cmd.Start(); err != nil {
		return nil, "", startFailed(err.Error(), l.home.log(), "")
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	s, err = l.started(cmd.Process.Pid, port)
	if err == nil {
		err = l.awaitReady(ctx, s, ended)
	}
	if err != nil {
		s.abandon(cmd.Process)
		log = readFrom(l.home.log(), begin)
		return nil, log, startFailed(err.Error(), l.home.log(), log)
	}
	return s, "", nil
}

// abandon ends a server that did not get ready. What is temporary stays, for
// another try.
func (s *Server) abandon(p *os.Process) {
	if s == nil {
		_ = p.Kill()
		return
	}
	s.watchdog.Cancel()
	s.watchdog = nil
	_ = s.Stop(context.Background()) // each of its steps is bounded; that it fails adds nothing to why we are here
}

// started remembers the server for later processes, and ties it to this one
// unless it is to be detached.
func (l *launcher) started(pid, port int) (*Server, error) {
	p, err := process.Of(pid)
	if err != nil {
		return nil, errors.New("it ended at once")
	}
	s := &Server{process: p, port: port, password: l.password, database: l.options.Database, home: l.home}
	st := state{Home: l.home, Port: port, Database: s.database, Process: p}
	if err := process.Save(stateFile(l.options.Dir), st); err != nil {
		return nil, err
	}
	if l.options.Detach {
		return s, nil
	}
	s.watchdog, err = process.StartWatchdog(watchdogCommand(l.home, pid, l.leftovers()))
	return s, err
}

// leftovers are what goes away with a temporary server.
func (l *launcher) leftovers() []string {
	if !l.options.Temporary {
		return nil
	}
	return []string{string(l.home), l.options.Dir}
}

func removeAll(paths []string) error {
	var errs []error
	for _, path := range paths {
		if path != "" {
			errs = append(errs, os.RemoveAll(path))
		}
	}
	return errors.Join(errs...)
}

func (l *launcher) awaitReady(ctx context.Context, s *Server, ended <-chan error) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		if pm, ok := readPostmaster(s.home.pidFile()); ok && pm.ready && pm.pid == s.PID() {
			return nil
		}
		select {
		case err := <-ended:
			return fmt.Errorf("it ended (%v)", err)
		case <-ctx.Done():
			return fmt.Errorf("it is not ready: %w", ctx.Err())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// pause waits; false when the context ends first.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

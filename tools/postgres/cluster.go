package postgres

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/seastack/seastack/tools/process"
)

// superuser is the name of the role that owns everything in the server.
const superuser = "seastack"

// initTimeout bounds initdb, which takes a second on an idle machine.
const initTimeout = 2 * time.Minute

// initCommand makes the files of a new database server. What is temporary need
// not reach the disk.
func initCommand(ctx context.Context, b Binaries, data, passwordFile string, temporary bool) *exec.Cmd {
	args := []string{
		"--pgdata=" + data, "--username=" + superuser, "--pwfile=" + passwordFile, "--auth=scram-sha-256",
		"--encoding=UTF8", "--locale=C", "--no-instructions",
	}
	if temporary {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, b.initdb(), args...)
	cmd.Env = environment()
	cmd.Cancel = func() error { return process.SignalGroup(cmd, syscall.SIGKILL) } // with the server that it runs
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// environment is the same whoever starts the server: PG* variables of the
// caller would change what it does.
func environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
}

// ensureCluster makes the server's files unless they are there. It makes them
// under another name first: files that initdb did not finish are never used.
func (l *launcher) ensureCluster(ctx context.Context) error {
	if major, ok := clusterVersion(l.home.data()); ok {
		return l.matchVersion(ctx, major)
	}
	ctx, cancel := context.WithTimeout(ctx, initTimeout)
	defer cancel()
	fresh := l.home.data() + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	file, err := l.lendPassword()
	if err != nil {
		return err
	}
	defer os.Remove(file)
	cmd := initCommand(ctx, l.binaries, fresh, file, l.options.Temporary)
	cmd.Dir = string(l.home)
	l.account.run(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return initFailed(err, string(out))
	}
	return os.Rename(fresh, l.home.data())
}

// lendPassword writes the password where the account may read it, for initdb.
func (l *launcher) lendPassword() (string, error) {
	file := filepath.Join(string(l.home), "password.init")
	if err := os.WriteFile(file, []byte(l.password), 0o600); err != nil {
		return "", err
	}
	return file, l.account.own(file)
}

// clusterVersion returns the major version that the files were made by.
func clusterVersion(data string) (int, bool) {
	raw, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err != nil {
		return 0, false
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	return major, err == nil
}

// matchVersion looks for the binaries that the files need.
func (l *launcher) matchVersion(ctx context.Context, major int) error {
	if l.binaries.Major == major {
		return nil
	}
	b, err := find(ctx, major)
	if err != nil {
		return otherVersion(l.binaries.Major, major, l.home.data())
	}
	l.binaries = b
	return nil
}

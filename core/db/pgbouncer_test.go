package db_test

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// pgbouncer finds the program. CI has it, as .ci/run installs it; elsewhere its
// absence skips the test.
func pgbouncer(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("pgbouncer")
	if err != nil {
		path, err = exec.LookPath("/usr/sbin/pgbouncer")
	}
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatal(err)
	default:
		t.Skip(err)
	}
	return path
}

// startPgBouncer runs PgBouncer in transaction mode, with one connection to the
// server for all, so that every client meets the others' sessions.
func startPgBouncer(t *testing.T, link string) string {
	t.Helper()
	program := pgbouncer(t)
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	dir := t.TempDir()
	address := freeAddress(t)
	config := fmt.Sprintf(`[databases]
* = host=%s port=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %s
unix_socket_dir =
auth_type = plain
auth_file = %s/users
pool_mode = transaction
default_pool_size = 1
server_reset_query_always = 1
`, u.Hostname(), u.Port(), address[len("127.0.0.1:"):], dir)
	for name, content := range map[string]string{"users": fmt.Sprintf("%q %q\n", u.User.Username(), password), "ini": config} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{filepath.Join(dir, "ini")}
	if os.Getuid() == 0 { // PgBouncer refuses to run as root
		args = append([]string{"-u", "nobody"}, args...)
		for _, d := range []string{dir, filepath.Dir(dir), filepath.Dir(filepath.Dir(dir))} {
			_ = os.Chmod(d, 0o755)
		}
	}
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	u.Host = address
	return u.String()
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestBehindPgBouncer(t *testing.T) {
	link := startPgBouncer(t, dbtest.URL(t))
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	for name, link := range map[string]string{"found out": link, "as the URL says": withQuery(u, "pool_mode", "transaction")} {
		t.Run(name, func(t *testing.T) {
			// PgBouncer starts while the first handle connects.
			first, second, replica := dbtest.Open(t, link), dbtest.Open(t, link), dbtest.OpenReplica(t, link)
			run(t, first, `CREATE TABLE IF NOT EXISTS t (n integer)`)
			var all sync.WaitGroup
			for i, p := range []*db.Primary{first, second} {
				all.Go(func() {
					for n := range 50 {
						if _, err := p.Exec(t.Context(), `INSERT INTO t VALUES ($1)`, n); err != nil {
							t.Errorf("%d: %v", i, err)
						}
						if err := p.Tx(t.Context(), func(tx pgx.Tx) error {
							if got := text(t, tx, `SELECT current_setting('statement_timeout')`); got != "10s" {
								t.Errorf("statement_timeout = %s", got)
							}
							_, err := tx.Exec(t.Context(), `UPDATE t SET n = n + 1 WHERE n = $1`, n)
							return err
						}); err != nil {
							t.Errorf("%d: %v", i, err)
						}
						if err := queryAll(t, replica, `SELECT n FROM t WHERE n < $1`, n); err != nil {
							t.Errorf("%d: %v", i, err)
						}
					}
				})
			}
			all.Wait()
			if err := queryAll(t, replica, `DELETE FROM t RETURNING n`); err == nil {
				t.Error("the replica's handle wrote")
			}
			if got := text(t, first, `SELECT count(*)::text FROM t`); got == "0" {
				t.Error("no rows")
			}
			run(t, first, `ALTER TABLE t ALTER n TYPE bigint`)
			if err := queryAll(t, second, `SELECT n FROM t WHERE n < $1`, 7); err != nil {
				t.Error(err)
			}
			run(t, first, `DROP TABLE t`)
		})
	}
	begin := time.Now()
	u.Path = "/" + "seastack_test_nothing" + strconv.Itoa(os.Getpid())
	_, err = dbtest.Open(t, u.String()).Exec(t.Context(), `SELECT 1`)
	wantUnavailable(t, err)
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("a database that is not there was tried for %s", took)
	}
}

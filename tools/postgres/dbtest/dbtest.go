// Package dbtest provides each test with a real PostgreSQL database: of the server
// that DATABASE_URL names, else of a private one that the test process starts
// from the machine's binaries and that ends with it. The schema is migrated
// once, into a template that each test's database is copied from; the analytics
// store's, too. It knows core/db's migrations; it must not know what is tested.
package dbtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/pressly/goose/v3"

	"github.com/seastack/seastack/core/db"
	analyticsmigrations "github.com/seastack/seastack/core/db/analytics/migrations"
	"github.com/seastack/seastack/core/db/migrations"
	"github.com/seastack/seastack/tools/postgres"
)

// setupTimeout bounds the making of the server and the template.
const setupTimeout = 3 * time.Minute

// base returns the server; it is started at the first call in a process.
var base = sync.OnceValues(func() (server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), setupTimeout)
	defer cancel()
	text, err := serverURL(ctx)
	if err != nil {
		return server{}, err
	}
	u, err := url.Parse(text)
	if err != nil {
		return server{}, fmt.Errorf("DATABASE_URL is no URL")
	}
	return server{url: u}, nil
})

// schema is migrations, and the template that has them.
type schema struct {
	files fs.FS
	ready func() error // makes the template, at the first call in a process
}

var primarySchema, analyticsSchema = newSchema(migrations.FS), newSchema(analyticsmigrations.FS)

func newSchema(files fs.FS) schema {
	s := schema{files: files}
	s.ready = sync.OnceValue(func() error {
		server, err := base()
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(context.Background(), setupTimeout)
		defer cancel()
		return server.ensureTemplate(ctx, s)
	})
	return s
}

// New returns a handle on a database of the test's own, with the schema and no
// rows. It goes away when the test ends.
func New(t testing.TB) *db.Primary {
	t.Helper()
	return Open(t, URL(t))
}

// Open returns a handle on a database, until the test ends.
func Open(t testing.TB, url string) *db.Primary {
	t.Helper()
	primary, err := db.NewPrimary(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(primary.Close)
	return primary
}

// OpenReplica returns a read-only handle on a database, until the test ends.
func OpenReplica(t testing.TB, url string) *db.Replica {
	t.Helper()
	replica, err := db.NewReplica(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(replica.Close)
	return replica
}

// NewAnalytics returns a handle on an analytics store of the test's own, with the
// schema and no rows. It goes away when the test ends.
func NewAnalytics(t testing.TB) *db.Analytics {
	t.Helper()
	store, err := db.NewAnalytics(AnalyticsURL(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store
}

// URL returns the address of a database of the test's own.
func URL(t testing.TB) string {
	t.Helper()
	return primarySchema.url(t)
}

// AnalyticsURL returns the address of an analytics store of the test's own.
func AnalyticsURL(t testing.TB) string {
	t.Helper()
	return analyticsSchema.url(t)
}

func (sc schema) url(t testing.TB) string {
	t.Helper()
	if err := sc.ready(); err != nil {
		t.Fatal(err)
	}
	s, err := base()
	if err != nil {
		t.Fatal(err)
	}
	name := "seastack_test_" + strings.ToLower(rand.Text())
	ctx := t.Context()
	if err := s.exec(ctx, fmt.Sprintf(`CREATE DATABASE %s TEMPLATE %s`, name, sc.template())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.exec(context.WithoutCancel(ctx), fmt.Sprintf(`DROP DATABASE %s WITH (FORCE)`, name)); err != nil {
			t.Error(err)
		}
	})
	return s.urlOf(name)
}

// serverURL returns the server to test on.
func serverURL(ctx context.Context) (string, error) {
	if url := os.Getenv("DATABASE_URL"); url != "" {
		return url, nil
	}
	dir, err := os.MkdirTemp("", "seastack-dbtest-")
	if err != nil {
		return "", err
	}
	s, err := postgres.Start(ctx, postgres.Options{Dir: dir, Temporary: true})
	if err != nil {
		return "", err
	}
	return s.URL(), nil
}

// server is where the tests' databases are.
type server struct{ url *url.URL }

func (s server) urlOf(database string) string {
	u := *s.url
	u.Path = "/" + database
	return u.String()
}

func (s server) exec(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, s.url.String())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, statement)
	return err
}

// template names the migrated database after the migrations' content, so that
// processes that share a server share it too, and a changed migration makes a
// new one.
func (sc schema) template() string { return "seastack_template_" + digest(sc.files) }

// templateLock is the key of the advisory lock under which the template is made.
const templateLock = 0x5ea57ac4

// ensureTemplate makes the template under another name first: one that has its
// name is complete.
func (s server) ensureTemplate(ctx context.Context, sc schema) error {
	conn, err := pgx.Connect(ctx, s.url.String())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx)) // which releases the lock
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, templateLock); err != nil {
		return err
	}
	var exists bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, sc.template()).Scan(&exists); err != nil || exists {
		return err
	}
	fresh := sc.template() + "_new"
	for _, statement := range []string{`DROP DATABASE IF EXISTS ` + fresh, `CREATE DATABASE ` + fresh} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	if err := migrate(ctx, s.urlOf(fresh), sc.files); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, fmt.Sprintf(`ALTER DATABASE %s RENAME TO %s`, fresh, sc.template()))
	return err
}

func migrate(ctx context.Context, url string, files fs.FS) error {
	handle, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	defer handle.Close()
	provider, err := goose.NewProvider(goose.DialectPostgres, handle, files)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

package etl_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/etl"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// order is a row of the source, and of the store.
type order struct {
	ID     int    `json:"id"`
	Status string `json:"status"`
}

// world has a source with orders, and a store.
type world struct {
	t       *testing.T
	primary *db.Primary
	replica *db.Replica
	store   *db.Analytics
}

func newWorld(t *testing.T) world {
	t.Helper()
	url := dbtest.URL(t)
	w := world{t, dbtest.Open(t, url), dbtest.OpenReplica(t, url), dbtest.NewAnalytics(t)}
	w.run(`CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL, changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id())`)
	w.run(`CREATE TRIGGER orders_changed BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION set_changed_xid()`)
	if _, err := w.store.Exec(t.Context(), `CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL)`); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w world) run(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.primary.Exec(w.t.Context(), sql, args...); err != nil {
		w.t.Fatal(err)
	}
}

// add writes orders with the IDs from first to last.
func (w world) add(first, last int) {
	w.t.Helper()
	w.run(`INSERT INTO orders (id, status) SELECT id, 'new' FROM generate_series($1::int, $2::int) AS id`, first, last)
}

// settle waits until no other transaction of the server holds the horizon back: other
// tests and autovacuum have theirs.
func (w world) settle() {
	w.t.Helper()
	for range 1000 {
		var settled bool
		err := w.primary.QueryRow(w.t.Context(), `SELECT NOT EXISTS (SELECT FROM orders WHERE changed_xid >= pg_snapshot_xmin(pg_current_snapshot()))`).Scan(&settled)
		if err != nil {
			w.t.Fatal(err)
		}
		if settled {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	w.t.Fatal("a transaction holds the horizon back")
}

// stored returns the status of each order in the store.
func (w world) stored() map[int]string {
	w.t.Helper()
	rows, err := w.store.Query(w.t.Context(), `SELECT id, status FROM orders`)
	if err != nil {
		w.t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[order])
	if err != nil {
		w.t.Fatal(err)
	}
	all := map[int]string{}
	for _, o := range list {
		all[o.ID] = o.Status
	}
	return all
}

func (w world) wantStored(want map[int]string) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.stored()); diff != "" {
		w.t.Errorf("the store differs (-want +got):\n%s", diff)
	}
}

// copied runs a job, which must do what is wanted.
func (w world) copied(job etl.Job[order], want etl.Report) {
	w.t.Helper()
	got, err := job.Run(w.t.Context(), w.replica, w.store)
	if err != nil || got != want {
		w.t.Errorf("run = %+v, %v; want %+v", got, err, want)
	}
}

var source = etl.Source[order]{
	Table: "orders", Key: "id", Columns: "id, status",
	Fields: func(o *order) []any { return []any{&o.ID, &o.Status} },
}

// upserts is a job that writes rows over those with the same ID.
func upserts(batch int) etl.Job[order] {
	return etl.Job[order]{Name: "orders", Source: source, Load: etl.Upsert[order]("orders", "id", "id", "status"), Batch: batch}
}

// inserts is a job for which a row that comes twice is an error.
func inserts(batch int) etl.Job[order] {
	return etl.Job[order]{Name: "orders", Source: source, Batch: batch, Load: func(ctx context.Context, tx pgx.Tx, rows []order) error {
		_, err := tx.CopyFrom(ctx, pgx.Identifier{"orders"}, []string{"id", "status"}, pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
			return []any{rows[i].ID, rows[i].Status}, nil
		}))
		return err
	}}
}

func TestEmptySource(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		w.copied(upserts(0), etl.Report{})
	}
}

// TestChanges: a run copies what has changed since the one before, and nothing else;
// rows of one transaction may be in several batches.
func TestChanges(t *testing.T) {
	w := newWorld(t)
	w.add(1, 5)
	w.settle()
	w.copied(upserts(2), etl.Report{Rows: 5, Batches: 3})
	w.copied(upserts(2), etl.Report{})
	w.run(`UPDATE orders SET status = 'paid' WHERE id IN (2, 4)`)
	w.add(6, 6)
	w.settle()
	w.copied(upserts(2), etl.Report{Rows: 3, Batches: 2})
	w.wantStored(map[int]string{1: "new", 2: "paid", 3: "new", 4: "paid", 5: "new", 6: "new"})
}

// TestDeletesAreNotSeen: what doc.go says of them.
func TestDeletesAreNotSeen(t *testing.T) {
	w := newWorld(t)
	w.add(1, 2)
	w.settle()
	w.copied(upserts(0), etl.Report{Rows: 2, Batches: 1})
	w.run(`DELETE FROM orders WHERE id = 1`)
	w.copied(upserts(0), etl.Report{})
	w.wantStored(map[int]string{1: "new", 2: "new"})
}

// TestInterrupted: a run that fails in the middle of a batch has copied the batches
// before, and the next one goes on: no row is lost, none comes twice.
func TestInterrupted(t *testing.T) {
	w := newWorld(t)
	w.add(1, 10)
	w.settle()
	job, broken := inserts(3), inserts(3)
	failure := errors.New("the instance is gone")
	broken.Load = func(ctx context.Context, tx pgx.Tx, rows []order) error {
		if err := job.Load(ctx, tx, rows); err != nil {
			return err
		}
		if rows[0].ID > 4 { // the rows of the third batch are written, but not committed
			return failure
		}
		return nil
	}
	report, err := broken.Run(t.Context(), w.replica, w.store)
	if want := (etl.Report{Rows: 6, Batches: 2}); !errors.Is(err, failure) || report != want {
		t.Errorf("run = %+v, %v; want %+v and the failure", report, err, want)
	}
	if n := len(w.stored()); n != 6 {
		t.Errorf("%d rows are stored; want 6", n)
	}
	w.copied(job, etl.Report{Rows: 4, Batches: 2})
	if n := len(w.stored()); n != 10 {
		t.Errorf("%d rows are stored; want 10", n)
	}
}

// TestLostSession: a batch whose session the server ends runs again, and counts once.
func TestLostSession(t *testing.T) {
	w := newWorld(t)
	w.add(1, 3)
	w.settle()
	job, lossy, lost := inserts(0), inserts(0), false
	lossy.Load = func(ctx context.Context, tx pgx.Tx, rows []order) error {
		if err := job.Load(ctx, tx, rows); err != nil || lost {
			return err
		}
		lost = true
		_, err := tx.Exec(ctx, `SELECT pg_terminate_backend(pg_backend_pid())`)
		return err
	}
	w.copied(lossy, etl.Report{Rows: 3, Batches: 1})
	if !lost {
		t.Error("no session was lost")
	}
}

// TestLateCommit: a transaction that began first and commits last holds back what came
// after it, and is not lost.
func TestLateCommit(t *testing.T) {
	w := newWorld(t)
	w.add(1, 1)
	w.settle()
	w.copied(inserts(0), etl.Report{Rows: 1, Batches: 1})
	err := w.primary.Tx(t.Context(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `INSERT INTO orders (id, status) VALUES (2, 'late')`); err != nil {
			return err
		}
		w.add(3, 3)
		w.copied(inserts(0), etl.Report{})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.settle()
	w.copied(inserts(0), etl.Report{Rows: 2, Batches: 1})
	w.wantStored(map[int]string{1: "new", 2: "late", 3: "new"})
}

// TestRowGoesBack: a row that is written by a transaction which is older than the one
// that wrote it before has a smaller ID then, and is copied all the same.
func TestRowGoesBack(t *testing.T) {
	w := newWorld(t)
	w.add(1, 1)
	err := w.primary.Tx(t.Context(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `SELECT pg_current_xact_id()`); err != nil { // it has its ID now
			return err
		}
		w.run(`UPDATE orders SET status = 'younger' WHERE id = 1`)
		if _, err := upserts(0).Run(t.Context(), w.replica, w.store); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), `UPDATE orders SET status = 'older' WHERE id = 1`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.settle()
	if _, err := upserts(0).Run(t.Context(), w.replica, w.store); err != nil {
		t.Fatal(err)
	}
	w.wantStored(map[int]string{1: "older"})
}

// TestDeadline: a run ends before its time is up, without an error, and the next one
// goes on.
func TestDeadline(t *testing.T) {
	w := newWorld(t)
	w.add(1, 100)
	w.settle()
	job, slow := inserts(1), inserts(1)
	slow.Load = func(ctx context.Context, tx pgx.Tx, rows []order) error {
		time.Sleep(100 * time.Millisecond)
		return job.Load(ctx, tx, rows)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	first, err := slow.Run(ctx, w.replica, w.store)
	if err != nil || ctx.Err() != nil || !first.Stopped || first.Rows == 0 || first.Rows == 100 {
		t.Fatalf("run = %+v, %v, %v; want some rows before the deadline", first, err, ctx.Err())
	}
	w.copied(inserts(0), etl.Report{Rows: 100 - first.Rows, Batches: 1})
}

// TestTwoRuns: a run that finds another one at work leaves it alone.
func TestTwoRuns(t *testing.T) {
	w := newWorld(t)
	w.add(1, 2)
	w.settle()
	job, first := inserts(0), inserts(0)
	first.Load = func(ctx context.Context, tx pgx.Tx, rows []order) error {
		w.copied(job, etl.Report{Busy: true})
		return job.Load(ctx, tx, rows)
	}
	w.copied(first, etl.Report{Rows: 2, Batches: 1})
}

// TestManyRuns: rows come once, however many runs there are at once.
func TestManyRuns(t *testing.T) {
	w := newWorld(t)
	w.add(1, 300)
	w.settle()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i := 0; i < 200 && t.Context().Err() == nil; i++ {
				report, err := inserts(7).Run(t.Context(), w.replica, w.store)
				if err != nil {
					t.Error(err)
				}
				if err != nil || !report.Busy && report.Rows == 0 {
					return
				}
			}
		})
	}
	group.Wait()
	if n := len(w.stored()); n != 300 {
		t.Errorf("%d rows are stored; want 300", n)
	}
}

// TestAnotherCluster: IDs of another cluster, or of another timeline, mean nothing, and
// all rows are copied again.
func TestAnotherCluster(t *testing.T) {
	w := newWorld(t)
	w.add(1, 2)
	w.settle()
	w.copied(upserts(0), etl.Report{Rows: 2, Batches: 1})
	_, err := w.store.Exec(t.Context(), `UPDATE etl_watermarks SET cluster = '1/1', changed_xid = '9000000000000000000', key = '7'`)
	if err != nil {
		t.Fatal(err)
	}
	w.copied(upserts(0), etl.Report{Rows: 2, Batches: 1, Anew: true})
	w.copied(upserts(0), etl.Report{})
}

// TestMigrations: the migrations of this module make the package's table and function.
func TestMigrations(t *testing.T) {
	for schema, migration := range map[string]string{
		"schema.sql": "../db/analytics/migrations/00001_watermarks.sql", "source.sql": "../db/migrations/00006_interviews_changed.sql",
	} {
		want, err := os.ReadFile(schema)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(migration)
		if err != nil || !strings.Contains(string(text), string(want)) {
			t.Errorf("%s does not have %s: %v", migration, schema, err)
		}
	}
}

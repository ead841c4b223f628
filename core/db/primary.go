package db

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Reader is what can be asked for rows: a Primary, a Replica, an Analytics or a
// pgx.Tx.
type Reader interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Primary is the database that takes writes. It is safe for concurrent use.
//
// Errors of all its methods: what the server says of the statement is a
// *pgconn.PgError; a database that cannot be reached, after a bounded number of
// tries, is a fault of kind Unavailable. So is a session that was lost, and a
// statement that the server gave up: a statement that certainly had no effect
// runs again first, others do not, since they may have been executed.
type Primary struct{ h *handle }

// OpenPrimary returns the handle that the environment describes. It neither
// connects nor reads the secret: the first query does.
func OpenPrimary(ctx context.Context) (*Primary, error) {
	src, err := databasePlace.read(ctx)
	if err != nil {
		return nil, err
	}
	return &Primary{h: newHandle(src, primaryRole)}, nil
}

// NewPrimary returns a handle on the database at a URL: for tests and tools.
func NewPrimary(url string) (*Primary, error) {
	src, err := newStaticSource(url)
	if err != nil {
		return nil, err
	}
	return &Primary{h: newHandle(src, primaryRole)}, nil
}

// Query runs a statement that returns rows. The rows hold a connection until they
// are closed or read to their end.
func (p *Primary) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return p.h.query(ctx, sql, args)
}

// QueryRow returns one row of a statement, which runs when the row is scanned.
// Scan reports all errors, pgx.ErrNoRows when there is no row.
func (p *Primary) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return row{h: p.h, ctx: ctx, sql: sql, args: args}
}

// Exec runs a statement that returns no rows.
func (p *Primary) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return p.h.exec(ctx, sql, args)
}

// Tx runs f in a transaction, which commits when f returns nil and rolls back
// when it returns an error or panics. f may run again, in another transaction,
// when the server has rolled the first one back for a reason that is not f's: a
// deadlock, a migration, a failover. So f must not add to what it shares with
// its caller, and should return the errors of the transaction's methods, or wrap
// them.
func (p *Primary) Tx(ctx context.Context, f func(pgx.Tx) error) error { return p.h.tx(ctx, f) }

// Close ends the connections, after those in use are given back.
func (p *Primary) Close() { p.h.close() }

// Replica is a copy of the database that may lag behind and takes no writes:
// its sessions are read-only even where the primary stands in for it.
type Replica struct{ h *handle }

// OpenReplica is OpenPrimary for the replica; the primary stands in where the
// environment has none.
func OpenReplica(ctx context.Context) (*Replica, error) {
	src, err := replicaSource(ctx)
	if err != nil {
		return nil, err
	}
	return &Replica{h: newHandle(src, replicaRole)}, nil
}

// NewReplica returns a read-only handle on the database at a URL: for tests and
// tools.
func NewReplica(url string) (*Replica, error) {
	src, err := newStaticSource(url)
	if err != nil {
		return nil, err
	}
	return &Replica{h: newHandle(src, replicaRole)}, nil
}

// Query is Primary.Query.
func (r *Replica) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return r.h.query(ctx, sql, args)
}

// QueryRow is Primary.QueryRow.
func (r *Replica) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return row{h: r.h, ctx: ctx, sql: sql, args: args}
}

// Close is Primary.Close.
func (r *Replica) Close() { r.h.close() }

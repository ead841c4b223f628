package database

import (
	"context"
	"errors"
	"net/url"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/seastack/seastack/gen/diag"
)

// Sibling returns another database of the same server, as it is reached from
// elsewhere: without a tunnel.
func (d Database) Sibling(name string) (Database, error) {
	u, err := url.Parse(d.config.ConnString())
	if err != nil { // pgx has read it; it takes other forms, too
		return d, unusable(malformedURL, d.next)
	}
	u.Path = "/" + name
	cfg, err := pgx.ParseConfig(u.String())
	if err != nil {
		return d, unusable(malformedURL, d.next)
	}
	cfg.TLSConfig = d.config.TLSConfig
	d.config = cfg
	return d, nil
}

// duplicateDatabase is PostgreSQL's code for a database that is there.
// https://www.postgresql.org/docs/current/errcodes-appendix.html
const duplicateDatabase = "42P04"

// Create creates a database on the server, unless it is there.
func (d Database) Create(ctx context.Context, name string) error {
	err := d.exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == duplicateDatabase {
		return nil
	}
	return d.refused(err)
}

// Drop removes a database of the server and all that is in it, whoever is connected
// to it; one that is not there is no error.
func (d Database) Drop(ctx context.Context, name string) error {
	return d.refused(d.exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)"))
}

// refused tells an error of the server's from one of the way to it.
func (d Database) refused(err error) error {
	var answer *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &answer):
		return diag.Diagnostic{Code: diag.DatabaseUnusable, Message: "the server refuses: " + answer.Message,
			Next: "give the role of the URL the right to create databases (ALTER ROLE ... CREATEDB)"}
	}
	return d.unreachable(err)
}

func (d Database) exec(ctx context.Context, statement string) error {
	pool := d.open()
	defer pool.Close()
	_, err := pool.ExecContext(ctx, statement)
	return err
}

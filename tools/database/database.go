// Package database looks after the databases of environments: their schemas, and
// the secrets that functions read their URLs from. It knows AWS's API only through
// the SDK.
package database

import (
	"database/sql"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/seastack/seastack/gen/diag"
)

// Database is a database that can be connected to.
type Database struct {
	config *pgx.ConnConfig
	ca     string // PEM of its server's roots; empty: the system's
	next   string // what to do where it does not answer
	// ambiguous says that the URL most likely does not mean what it says, so that
	// nothing of an error may be shown.
	ambiguous bool
}

const databaseURL = "see to it that DATABASE_URL is right and its server runs, or unset it to have a private server"

// FromURL returns the database that a URL names.
func FromURL(url string) (Database, error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return Database{}, unusable(malformedURL, databaseURL)
	}
	return Database{config: cfg, next: databaseURL, ambiguous: ambiguous(url)}, nil
}

// URL returns the database's URL, with its password.
func (d Database) URL() string { return d.config.ConnString() }

// Name returns the database's name on its server.
func (d Database) Name() string { return d.config.Database }

func (d Database) open() *sql.DB { return stdlib.OpenDB(*d.config) }

// unreachable tells that the database does not answer. The password is left out.
func (d Database) unreachable(err error) error {
	if d.ambiguous {
		return unusable(malformedURL, d.next)
	}
	return unusable(withoutPassword(err.Error(), d.config.Password), d.next)
}

func unusable(details, next string) error {
	d := diag.Diagnostic{Code: diag.DatabaseUnusable, Message: "the database cannot be used", Next: next}
	for line := range strings.Lines(details) {
		d.Details = append(d.Details, strings.TrimSpace(line))
	}
	return d
}

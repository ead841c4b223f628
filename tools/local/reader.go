package local

import (
	"context"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/database"
	"github.com/seastack/seastack/tools/postgres"
)

// Reader returns the database, or the analytics store, for statements that read: on the
// private server with a role that may do nothing else. A server of somebody else's is
// used as its URL says.
func (e *Environment) Reader(ctx context.Context, analytics bool) (database.Database, error) {
	url := e.databaseURL
	if analytics && e.analyticsURL != "" {
		return database.FromURL(e.analyticsURL)
	}
	if url == "" {
		server, running, err := postgres.Running(e.postgresOptions().Dir)
		if err != nil {
			return database.Database{}, err
		}
		if !running {
			return database.Database{}, diag.Diagnostic{Code: diag.NotUp, Message: "no database runs in the environment local", Next: "run: seastack up"}
		}
		if url, err = server.ReaderURL(ctx); err != nil {
			return database.Database{}, err
		}
	}
	if analytics {
		store, _, err := e.analyticsDatabase(url)
		return store, err
	}
	return database.FromURL(url)
}

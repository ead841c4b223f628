package local

import (
	"cmp"
	"context"
	"encoding/json"

	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
	"github.com/seastack/seastack/tools/database"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/postgres"
)

// analyticsDatabase returns the analytics store: the one that ANALYTICS_DATABASE_URL
// names, or another database of the server of the primary. made says that it is the
// latter, which `up` makes.
func (e *Environment) analyticsDatabase(primary string) (store database.Database, made bool, err error) {
	if e.analyticsURL != "" {
		store, err = database.FromURL(e.analyticsURL)
		return store, false, err
	}
	server, err := database.FromURL(primary)
	if err != nil {
		return store, false, err
	}
	store, err = server.Sibling(server.Name() + "_analytics")
	return store, true, err
}

// startAnalytics makes the analytics store and runs its migrations, where a function
// uses it.
func (u *upRun) startAnalytics(ctx context.Context) error {
	if !use.Analytics(u.model) {
		return nil
	}
	store, made, err := u.analyticsDatabase(u.urls[names.Database])
	if err != nil {
		return err
	}
	if made {
		server, err := database.FromURL(u.urls[names.Database])
		if err != nil {
			return err
		}
		if err := server.Create(ctx, store.Name()); err != nil {
			return err
		}
	}
	u.urls[names.Analytics] = store.URL()
	_, err = pipeline.AnalyticsSchema(u.project).Migrate(ctx, u.report, u.project, store)
	return err
}

// findReplica finds the URL that stands for the replica's: on the private server with
// a role that may only read. A server of somebody else's has the primary's.
func (u *upRun) findReplica(ctx context.Context, server *postgres.Server) (err error) {
	if server == nil {
		u.urls[names.Replica] = u.databaseURL
		return nil
	}
	u.urls[names.Replica], err = server.ReaderURL(ctx)
	return err
}

// putSecrets writes the URLs of the databases to the secrets that the functions read.
// A monolith without a database has none.
func (u *upRun) putSecrets(ctx context.Context) error {
	outputs, err := u.deploy.Outputs(ctx, pipeline.Platform)
	if err != nil {
		return err
	}
	for _, s := range names.Stores() {
		raw, url := outputs[s.Output()], u.urls[s]
		if raw == nil || url == "" {
			continue
		}
		var arn string
		if err := json.Unmarshal(raw, &arn); err != nil || arn == "" {
			return err
		}
		cfg, err := u.AWSConfig(ctx)
		if err != nil {
			return err
		}
		if err := database.PutURL(ctx, cfg, arn, s, url); err != nil {
			return err
		}
	}
	return nil
}

// addDatabases sets the URLs of the databases; server is nil when the private one does
// not run.
func (s *Status) addDatabases(e *Environment, server *postgres.Server, analytics bool) error {
	s.Database = e.databaseURL
	if server != nil {
		s.Database = cmp.Or(s.Database, server.URL())
	}
	if !analytics || s.Database == "" {
		return nil
	}
	store, _, err := e.analyticsDatabase(s.Database)
	if err == nil {
		s.Analytics = store.URL()
	}
	return err
}

package dashboard

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/seastack/seastack/tools/localcloud/dashboard/database"
	"github.com/seastack/seastack/tools/localcloud/dashboard/module"
)

// databaseLimit is how long the dashboard waits for a database.
const databaseLimit = 5 * time.Second

// databasePage is what the page of the databases shows.
type databasePage struct{ Databases []databaseSection }

type databaseSection struct {
	Name, Address string // without a password
	Report        database.Report
	Failure       string
}

// showDatabase shows migrations, tables and slow statements of each database.
func (d *Dashboard) showDatabase(req *http.Request) (view, error) {
	x, err := d.module.Load()
	if err != nil {
		return view{}, err
	}
	ctx, cancel := context.WithTimeout(req.Context(), databaseLimit)
	defer cancel()
	var p databasePage
	for _, known := range x.Databases {
		p.Databases = append(p.Databases, section(ctx, known))
	}
	return view{page: "database", title: "Database", data: p}, nil
}

func section(ctx context.Context, known module.Database) databaseSection {
	s := databaseSection{Name: known.Name}
	if u, err := url.Parse(known.URL); err == nil {
		s.Address = u.Host + u.Path
	}
	var err error
	if s.Report, err = database.Read(ctx, known.URL); err != nil {
		s.Failure = err.Error()
	}
	return s
}

package analytics

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
)

// Service answers questions about the facts.
type Service struct{ store *db.Analytics }

// New returns the service on the store, which is all that it reads.
func New(store *db.Analytics) *Service { return &Service{store: store} }

// Position is the figures of the interviews for one position.
type Position struct {
	Position    string `json:"position"`
	Scheduled   int    `json:"scheduled"`   // all of them, completed or not
	Completed   int    `json:"completed"`   // of those
	Recommended int    `json:"recommended"` // completed with yes or strong_yes
	Minutes     int    `json:"minutes"`     // planned, of the completed ones
	// MedianLead is the median time from the creation of an interview to its
	// completion, in seconds; nil where none is completed.
	MedianLead *float64 `json:"medianLeadSeconds"`
}

const (
	defaultLimit = 20
	maxLimit     = 100
	maxWeeks     = 53
	maxPosition  = 200 // characters, as those of an interview
)

// Filter chooses positions.
type Filter struct {
	Weeks int    // of the interviews' starts, up to the present week and beyond; 1 to 53
	Limit int    // of a page, 1 to 100; 0: 20
	After string // Page.Next of the page before; empty: the first page
}

// Validate says what is wrong with the filter.
func (f Filter) Validate() error {
	var wrong fault.Fields
	wrong.Check(1 <= f.Weeks && f.Weeks <= maxWeeks, "weeks", "must be from 1 to %d", maxWeeks)
	wrong.Check(0 <= f.Limit && f.Limit <= maxLimit, "limit", "must be from 1 to %d", maxLimit)
	wrong.Check(len([]rune(f.After)) <= maxPosition, "after", "must have %d characters at most", maxPosition)
	return wrong.Err()
}

// Page is a part of the positions, by name.
type Page struct {
	Items []Position `json:"items"`
	Next  string     `json:"next,omitempty"` // Filter.After of the page that follows; empty: this is the last
}

// Positions returns the figures of positions, as they were at the last run of the
// Loader.
func (s *Service) Positions(ctx context.Context, now time.Time, f Filter) (*Page, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	limit := f.Limit
	if limit == 0 {
		limit = defaultLimit
	}
	rows, err := s.store.Query(ctx, `
		SELECT position,
		       count(*),
		       count(*) FILTER (WHERE status = 'completed'),
		       count(*) FILTER (WHERE recommendation IN ('yes', 'strong_yes')),
		       coalesce(sum(minutes) FILTER (WHERE status = 'completed'), 0),
		       percentile_cont(0.5) WITHIN GROUP (ORDER BY lead_seconds)
		FROM interview_facts
		WHERE week > date_trunc('week', $1::timestamptz, 'UTC')::date - 7 * $2::int AND position > $3
		GROUP BY position
		ORDER BY position
		LIMIT $4`, now, f.Weeks, f.After, limit+1)
	if err != nil {
		return nil, err
	}
	items, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Position])
	if err != nil {
		return nil, err
	}
	return cut(items, limit), nil
}

// cut makes a page of the rows; the one above the limit only shows that there are
// more.
func cut(items []Position, limit int) *Page {
	if len(items) <= limit {
		return &Page{Items: items}
	}
	return &Page{Items: items[:limit], Next: items[limit-1].Position}
}

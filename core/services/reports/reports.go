// Package reports keeps figures per interviewer and week, so that reading them
// costs one small query however many interviews there are. It owns the table
// interviewer_weeks; it asks the interviews service for the counts and never
// reads that service's tables.
package reports

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/interviews"
)

// Week is the figures of one interviewer in one week.
type Week struct {
	Interviewer string    `json:"interviewer"`
	Week        time.Time `json:"week"` // its Monday, 00:00 UTC
	Scheduled   int       `json:"scheduled"`
	Completed   int       `json:"completed"`
	Minutes     int       `json:"minutes"`     // of the completed interviews
	Recommended int       `json:"recommended"` // of the completed interviews
	RefreshedAt time.Time `json:"refreshedAt"`
}

// Service keeps the figures.
type Service struct {
	primary    *db.Primary
	replica    *db.Replica
	interviews *interviews.Service
}

// New returns the service: it writes to the primary, and reads from the replica,
// since figures that are refreshed now and then may as well lag a little.
func New(primary *db.Primary, replica *db.Replica, interviews *interviews.Service) *Service {
	return &Service{primary: primary, replica: replica, interviews: interviews}
}

// Refresh brings the figures up to date from the week of a time on, and returns
// the number of rows that it wrote. Rows of that span that no interview backs
// any more go away. To refresh twice is harmless.
func (s *Service) Refresh(ctx context.Context, since time.Time) (int64, error) {
	since = Monday(since)
	figures, err := s.interviews.Figures(ctx, since)
	if err != nil {
		return 0, err
	}
	var written int64
	err = s.primary.Tx(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, upsert, columnsOf(figures)...)
		if err != nil {
			return err
		}
		written = tag.RowsAffected()
		_, err = tx.Exec(ctx, `DELETE FROM interviewer_weeks WHERE week >= $1 AND refreshed_at < now()`, since)
		return err
	})
	return written, err
}

// Recount brings the figures of one interviewer up to date, for the week of a
// time. To recount twice is harmless.
func (s *Service) Recount(ctx context.Context, interviewer string, at time.Time) error {
	figures, err := s.interviews.WeekFigures(ctx, interviewer, Monday(at))
	if err != nil {
		return err
	}
	_, err = s.primary.Exec(ctx, upsert, columnsOf(figures)...)
	return err
}

// now() is the transaction's start, so a row that this very transaction wrote is
// never older than it.
const upsert = `
	INSERT INTO interviewer_weeks (interviewer, week, scheduled, completed, minutes, recommended)
	SELECT * FROM unnest($1::text[], $2::date[], $3::int[], $4::int[], $5::int[], $6::int[])
	ON CONFLICT (interviewer, week) DO UPDATE SET
		scheduled = excluded.scheduled, completed = excluded.completed, minutes = excluded.minutes,
		recommended = excluded.recommended, refreshed_at = now()`

// columnsOf returns the figures as one array for each column.
func columnsOf(figures []interviews.Figures) []any {
	n := len(figures)
	interviewers, weeks := make([]string, n), make([]time.Time, n)
	scheduled, completed, minutes, recommended := make([]int, n), make([]int, n), make([]int, n), make([]int, n)
	for i, f := range figures {
		interviewers[i], weeks[i] = f.Interviewer, f.Week
		scheduled[i], completed[i], minutes[i], recommended[i] = f.Scheduled, f.Completed, f.Minutes, f.Recommended
	}
	return []any{interviewers, weeks, scheduled, completed, minutes, recommended}
}

// Filter chooses figures.
type Filter struct {
	Interviewer string // empty: all
	Weeks       int    // how many, up to the present one; 1 to 53
}

// Validate says what is wrong with the filter.
func (f Filter) Validate() error {
	var wrong fault.Fields
	wrong.Check(1 <= f.Weeks && f.Weeks <= 53, "weeks", "must be from 1 to 53")
	return wrong.Err()
}

// List returns the figures of the last weeks before now, from the newest week to
// the oldest, as they were at the last refresh.
func (s *Service) List(ctx context.Context, now time.Time, f Filter) ([]Week, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	rows, err := s.replica.Query(ctx, `
		SELECT interviewer, week, scheduled, completed, minutes, recommended, refreshed_at
		FROM interviewer_weeks
		WHERE week > $1 AND ($2 = '' OR interviewer = $2)
		ORDER BY week DESC, interviewer`,
		Monday(now).AddDate(0, 0, -7*f.Weeks), f.Interviewer)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Week])
}

// Monday returns the start of the week that a time is in, in UTC.
func Monday(t time.Time) time.Time {
	t = t.UTC()
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
}

package interviews

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Figures are the counts of one interviewer's interviews in one week, by their
// start.
type Figures struct {
	Interviewer string
	Week        time.Time // its Monday, 00:00 UTC
	Scheduled   int       // all of them, completed or not
	Completed   int
	Minutes     int // planned, of the completed ones
	Recommended int // completed with yes or strong_yes
}

// Figures counts the interviews that start at or after a time, per interviewer
// and week.
func (s *Service) Figures(ctx context.Context, since time.Time) ([]Figures, error) {
	rows, err := s.primary.Query(ctx, `
		SELECT interviewer,
		       date_trunc('week', starts_at, 'UTC'),
		       count(*),
		       count(*) FILTER (WHERE status = 'completed'),
		       coalesce(sum(minutes) FILTER (WHERE status = 'completed'), 0),
		       count(*) FILTER (WHERE recommendation IN ('yes', 'strong_yes'))
		FROM interviews
		WHERE starts_at >= $1
		GROUP BY 1, 2
		ORDER BY 2, 1`, since)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Figures])
}

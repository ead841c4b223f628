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
	return s.figures(ctx, `starts_at >= $1`, since)
}

// WeekFigures counts the interviews of one interviewer in the week that begins at
// a time.
func (s *Service) WeekFigures(ctx context.Context, interviewer string, week time.Time) ([]Figures, error) {
	return s.figures(ctx, `interviewer = $1 AND starts_at >= $2 AND starts_at < $2 + interval '7 days'`, interviewer, week)
}

func (s *Service) figures(ctx context.Context, where string, args ...any) ([]Figures, error) {
	rows, err := s.primary.Query(ctx, `
		SELECT interviewer,
		       date_trunc('week', starts_at, 'UTC'),
		       count(*),
		       count(*) FILTER (WHERE status = 'completed'),
		       coalesce(sum(minutes) FILTER (WHERE status = 'completed'), 0),
		       count(*) FILTER (WHERE recommendation IN ('yes', 'strong_yes'))
		FROM interviews
		WHERE `+where+`
		GROUP BY 1, 2
		ORDER BY 2, 1`, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Figures])
}

package interviews

import (
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/etl"
)

// Changed is what others may count of an interview that was scheduled or has changed.
// It does not say who the candidate is.
type Changed struct {
	ID             uuid.UUID
	Interviewer    string
	Position       string
	Week           time.Time // of the start: its Monday, 00:00 UTC
	Minutes        int
	Status         Status
	Recommendation Recommendation // of a completed one
	CreatedAt      time.Time
	CompletedAt    *time.Time
}

// Changes returns the interviews in the order of their last changes, for copies of
// them. No interview is ever deleted.
func Changes() etl.Source[Changed] {
	return etl.Source[Changed]{
		Table: "interviews", Key: "id",
		Columns: `id, interviewer, position, date_trunc('week', starts_at, 'UTC'), minutes, status, recommendation, created_at, completed_at`,
		Fields: func(c *Changed) []any {
			return []any{&c.ID, &c.Interviewer, &c.Position, &c.Week, &c.Minutes, &c.Status, &c.Recommendation, &c.CreatedAt, &c.CompletedAt}
		},
	}
}

// Package interviews schedules the interviews of a hiring company and records
// how they ended. It owns the table interviews; it knows nothing of what is
// said in an interview (see notes) or of how its figures are shown (see
// reports).
package interviews

import (
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/fault"
)

// Status says how far an interview is.
type Status string

// An interview is first scheduled, then completed, and stays so.
const (
	Scheduled Status = "scheduled"
	Completed Status = "completed"
)

// Recommendation is what the interviewer says of the candidate at the end.
type Recommendation string

// The recommendations, from the worst to the best.
const (
	StrongNo  Recommendation = "strong_no"
	No        Recommendation = "no"
	Yes       Recommendation = "yes"
	StrongYes Recommendation = "strong_yes"
)

// Valid reports whether it is one of the four.
func (r Recommendation) Valid() bool {
	switch r {
	case StrongNo, No, Yes, StrongYes:
		return true
	}
	return false
}

// Interview is one meeting of an interviewer and a candidate.
type Interview struct {
	ID             uuid.UUID      `json:"id"`
	Candidate      string         `json:"candidate"`
	Position       string         `json:"position"`
	Interviewer    string         `json:"interviewer"`
	StartsAt       time.Time      `json:"startsAt"`
	Minutes        int            `json:"minutes"`
	Status         Status         `json:"status"`
	Recommendation Recommendation `json:"recommendation,omitempty"` // of a completed one
	CreatedAt      time.Time      `json:"createdAt"`
	CompletedAt    *time.Time     `json:"completedAt,omitempty"`
}

const (
	maxName    = 200 // characters of a candidate, a position or an interviewer
	maxMinutes = 480
)

// Plan is what is known of an interview when it is scheduled.
type Plan struct {
	Candidate   string    `json:"candidate"`
	Position    string    `json:"position"`
	Interviewer string    `json:"interviewer"`
	StartsAt    time.Time `json:"startsAt"`
	Minutes     int       `json:"minutes"`
	// RequestKey, when set, makes scheduling idempotent: a plan that comes again
	// with the same key returns the interview that it made the first time.
	RequestKey string `json:"-"`
}

// Validate says what is wrong with the plan.
func (p Plan) Validate() error {
	var wrong fault.Fields
	for _, name := range []struct{ field, value string }{
		{"candidate", p.Candidate}, {"position", p.Position}, {"interviewer", p.Interviewer},
	} {
		wrong.Require(name.field, name.value)
		wrong.Check(len([]rune(name.value)) <= maxName, name.field, "must have %d characters at most", maxName)
	}
	wrong.Check(!p.StartsAt.IsZero(), "startsAt", "is required")
	wrong.Check(p.StartsAt.IsZero() || validStart(p.StartsAt), "startsAt", "must be in a year from 1 to 9999 in UTC")
	wrong.Check(1 <= p.Minutes && p.Minutes <= maxMinutes, "minutes", "must be from 1 to %d", maxMinutes)
	wrong.Check(len(p.RequestKey) <= maxName, "Idempotency-Key", "must have %d bytes at most", maxName)
	return wrong.Err()
}

// validStart reports whether a time has a form in RFC 3339 in UTC, and so in
// JSON; those of a far offset at either end of the calendar have none.
func validStart(t time.Time) bool {
	year := t.UTC().Year()
	return 1 <= year && year <= 9999
}

package candidates

import (
	"github.com/google/uuid"
)

// Saved is the event of a candidate who was added or changed.
//
//seastack:event candidate.saved
type Saved struct {
	ID       uuid.UUID `json:"id"`
	Version  int       `json:"version"`
	Email    string    `json:"email"`
	Name     string    `json:"name"`
	Headline string    `json:"headline"`
	Skills   []string  `json:"skills"`
	Location string    `json:"location"`
	Source   Source    `json:"source"` // of this change, which Candidate.Source need not be
}

// saved returns the event of a change by a source.
func (c *Candidate) saved(by Source) Saved {
	return Saved{
		ID: c.ID, Version: c.Version, Email: c.Email, Name: c.Name, Headline: c.Headline,
		Skills: c.Skills, Location: c.Location, Source: by,
	}
}

// Package candidates keeps the people who apply, whatever system tells of them.
// It owns the table candidates; it knows nothing of those systems, nor of who is
// told that a candidate was saved.
package candidates

import (
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/fault"
)

// Source is where a candidate, or a change to one, comes from. Other values than
// these are valid, too.
type Source string

// The usual sources.
const (
	ATS      Source = "ats"    // the applicant tracking system
	Upload   Source = "upload" // a file of candidates
	Referral Source = "referral"
)

// Candidate is a person who applies.
type Candidate struct {
	ID         uuid.UUID `json:"id"`
	Email      string    `json:"email"` // unique, in lower case
	Name       string    `json:"name"`
	Headline   string    `json:"headline"`
	Skills     []string  `json:"skills"`
	Location   string    `json:"location"`
	Source     Source    `json:"source"`
	ExternalID string    `json:"externalId,omitempty"` // in the source, and unique there
	Version    int       `json:"version"`              // from 1; counts the changes
	CreatedAt  time.Time `json:"createdAt"`
	UpdatedAt  time.Time `json:"updatedAt"`
}

const (
	maxText   = 200 // characters of a name, a location or an external ID
	maxEmail  = 254 // RFC 5321's longest path, without its brackets
	maxSkills = 50
	maxSkill  = 100 // characters
	maxSource = 50  // characters

	// maxAhead is how far the clock of a source may be ahead. A change from further in
	// the future would keep all others out until then.
	maxAhead = 5 * time.Minute
)

// Profile is what a source says of a candidate.
type Profile struct {
	Email      string // finds the candidate, whatever its case
	Name       string
	Headline   string
	Skills     []string
	Location   string
	Source     Source
	ExternalID string    // finds the candidate before Email does; may be empty
	ChangedAt  time.Time // when the source changed it; zero: now
}

// Validate says what is wrong with the profile.
func (p Profile) Validate() error {
	p = p.normalized()
	var wrong fault.Fields
	wrong.Check(validEmail(p.Email), "email", "must be an e-mail address in ASCII of %d characters at most", maxEmail)
	wrong.Require("name", p.Name)
	wrong.Require("source", string(p.Source))
	for _, text := range []struct {
		field, value string
		most         int
	}{
		{"name", p.Name, maxText}, {"headline", p.Headline, maxText}, {"location", p.Location, maxText},
		{"source", string(p.Source), maxSource}, {"externalId", p.ExternalID, maxText},
	} {
		wrong.Text(text.field, text.value, text.most)
	}
	wrong.Check(len(p.Skills) <= maxSkills, "skills", "must be %d at most", maxSkills)
	for _, skill := range p.Skills {
		var one fault.Fields
		if one.Text("skills", skill, maxSkill); len(one) > 0 {
			wrong = append(wrong, one[0])
			break
		}
	}
	wrong.Check(p.ChangedAt.IsZero() || time.Until(p.ChangedAt) <= maxAhead, "changedAt", "must not be in the future")
	wrong.Check(p.ChangedAt.IsZero() || p.ChangedAt.Year() > 0, "changedAt", "must be in a year from 1 on")
	return wrong.Err()
}

func validEmail(email string) bool {
	address, err := mail.ParseAddress(email)
	return err == nil && address.Address == email && len(email) <= maxEmail &&
		!strings.ContainsFunc(email, func(r rune) bool { return r <= ' ' || r > '~' })
}

// normalized returns the profile as it is compared and kept: without space around
// texts, without empty skills, and with each skill once.
func (p Profile) normalized() Profile {
	p.Email = strings.ToLower(strings.TrimSpace(p.Email))
	for _, text := range []*string{&p.Name, &p.Headline, &p.Location, &p.ExternalID} {
		*text = strings.TrimSpace(*text)
	}
	skills := make([]string, 0, len(p.Skills))
	for _, skill := range p.Skills {
		if skill = strings.TrimSpace(skill); skill != "" && !slices.Contains(skills, skill) {
			skills = append(skills, skill)
		}
	}
	p.Skills = skills
	p.ChangedAt = p.ChangedAt.UTC().Truncate(time.Microsecond) // as PostgreSQL keeps it
	return p
}

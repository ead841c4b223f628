package applications

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/fault"
)

// Criteria are what an application to a role is reviewed by.
type Criteria struct {
	RequiredSkills []string `json:"requiredSkills"`
	NiceSkills     []string `json:"niceSkills"`   // nice to have
	MinimumYears   int      `json:"minimumYears"` // of experience; 0: none are asked for
	Location       string   `json:"location"`     // empty: anywhere
}

// Role is a position that candidates apply to.
type Role struct {
	ID    uuid.UUID `json:"id"`
	Title string    `json:"title"`
	Criteria
	Version   int       `json:"version"` // from 1; counts the changes
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

const (
	maxText   = 200 // characters of a title or a location
	maxSkill  = 100 // characters
	maxSkills = 20  // required ones, and as many that are nice to have
	maxYears  = 60
)

// Position is what is known of a role when it is opened or revised.
type Position struct {
	Title string `json:"title"`
	Criteria
}

// Validate says what is wrong with the position.
func (p Position) Validate() error {
	var wrong fault.Fields
	wrong.Require("title", p.Title)
	wrong.Text("title", p.Title, maxText)
	wrong.Text("location", p.Location, maxText)
	wrong.Check(0 <= p.MinimumYears && p.MinimumYears <= maxYears, "minimumYears", "must be from 0 to %d", maxYears)
	checkSkills(&wrong, "requiredSkills", p.RequiredSkills)
	checkSkills(&wrong, "niceSkills", p.NiceSkills)
	return wrong.Err()
}

func checkSkills(wrong *fault.Fields, field string, skills []string) {
	wrong.Check(len(skills) <= maxSkills, field, "must be %d at most", maxSkills)
	for _, skill := range skills {
		var one fault.Fields
		one.Require(field, skill)
		one.Text(field, skill, maxSkill)
		if len(one) > 0 {
			*wrong = append(*wrong, one[0])
			return
		}
	}
}

// normalized returns the position as it is kept: without space around texts, with
// each skill once, and a required one not among those that are nice to have.
func (p Position) normalized() Position {
	p.Title, p.Location = strings.TrimSpace(p.Title), strings.TrimSpace(p.Location)
	p.RequiredSkills = distinct(p.RequiredSkills, nil)
	p.NiceSkills = distinct(p.NiceSkills, p.RequiredSkills)
	return p
}

// distinct returns skills that differ in more than case, and are none of the others.
func distinct(skills, others []string) []string {
	kept := []string{}
	for _, skill := range skills {
		skill = strings.TrimSpace(skill)
		same := func(other string) bool { return strings.EqualFold(other, skill) }
		if !slices.ContainsFunc(kept, same) && !slices.ContainsFunc(others, same) {
			kept = append(kept, skill)
		}
	}
	return kept
}

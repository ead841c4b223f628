package applications

import (
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/fault"
)

// Application is that of one candidate to one role.
type Application struct {
	ID          uuid.UUID `json:"id"`
	CandidateID uuid.UUID `json:"candidateId"`
	RoleID      uuid.UUID `json:"roleId"`
	Years       int       `json:"years"` // of experience
	Cover       string    `json:"cover"` // the covering letter
	SubmittedAt time.Time `json:"submittedAt"`
	Review      *Review   `json:"review,omitempty"` // nil: not yet reviewed
}

// Review is how well an application fits its role, and why.
type Review struct {
	Score            int       `json:"score"` // 0 to 100: the findings' points
	Findings         []Finding `json:"findings"`
	RoleVersion      int       `json:"roleVersion"`
	CandidateVersion int       `json:"candidateVersion"`
	ReviewedAt       time.Time `json:"reviewedAt"`
}

// maxCover is how many characters a covering letter may have.
const maxCover = 10_000

// Form is what a candidate sends in.
type Form struct {
	CandidateID uuid.UUID `json:"candidateId"`
	RoleID      uuid.UUID `json:"roleId"`
	Years       int       `json:"years"`
	Cover       string    `json:"cover"`
}

// Validate says what is wrong with the form.
func (f Form) Validate() error {
	var wrong fault.Fields
	wrong.Check(f.CandidateID != uuid.Nil, "candidateId", "is required")
	wrong.Check(f.RoleID != uuid.Nil, "roleId", "is required")
	wrong.Check(0 <= f.Years && f.Years <= maxYears, "years", "must be from 0 to %d", maxYears)
	wrong.Text("cover", f.Cover, maxCover)
	return wrong.Err()
}

func (f Form) describes(a *Application) bool { return f.Years == a.Years && f.Cover == a.Cover }

// Submitted says that an application wants a review.
//
//seastack:queue applications retries=5
type Submitted struct {
	ApplicationID uuid.UUID `json:"applicationId"`
}

// Validate says what is wrong with the message.
func (m Submitted) Validate() error {
	var wrong fault.Fields
	wrong.Check(m.ApplicationID != uuid.Nil, "applicationId", "is required")
	return wrong.Err()
}

package interviews

import (
	"time"

	"github.com/google/uuid"
)

// Completion is the event of an interview that was completed.
//
//seastack:event interview.completed
type Completion struct {
	InterviewID    uuid.UUID      `json:"interviewId"`
	Candidate      string         `json:"candidate"`
	Position       string         `json:"position"`
	Interviewer    string         `json:"interviewer"`
	StartsAt       time.Time      `json:"startsAt"`
	Minutes        int            `json:"minutes"`
	Recommendation Recommendation `json:"recommendation"`
	CompletedAt    time.Time      `json:"completedAt"`
}

// Completion returns the event of a completed interview.
func (i *Interview) Completion() Completion {
	c := Completion{
		InterviewID: i.ID, Candidate: i.Candidate, Position: i.Position, Interviewer: i.Interviewer,
		StartsAt: i.StartsAt, Minutes: i.Minutes, Recommendation: i.Recommendation,
	}
	if i.CompletedAt != nil {
		c.CompletedAt = *i.CompletedAt
	}
	return c
}

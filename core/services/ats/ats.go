// Package ats exchanges candidates with an applicant tracking system (ATS): it
// takes what the system tells, and sends the system what has changed here. It owns
// the tables ats_syncs and ats_pace; it leaves the candidates to their service, and
// knows nothing of how a request or a message comes.
package ats

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/fault"
)

// WebhookSecrets are the secrets with which the system signs what it sends. To
// replace one, put both, wait for secret.MaxAge, tell the system the new one, and
// put that alone.
//
//seastack:secret ats-webhook
type WebhookSecrets struct {
	Current  string `json:"current"`
	Previous string `json:"previous"` // may be empty
}

// Token is what the system's API asks for.
//
//seastack:secret ats-token
type Token string

// Settings say where the system is.
//
//seastack:config prefix=ATS_
type Settings struct {
	// URL is that of the system's API, below which candidates are put. Where it is
	// empty, nothing is sent. It is https, but for an address of this machine.
	URL string `default:""`
	// Rate is how many requests may start in a second, of all instances together.
	Rate float64 `default:"5"`
}

// Change says that a candidate has changed, and wants to be sent. The system gets
// the candidate as it is then: of several changes, the last one is enough.
//
//seastack:queue ats-sync fifo=true retries=10
type Change struct {
	CandidateID uuid.UUID `json:"candidateId" queue:"group"`
	Version     int       `json:"version"`
	Key         string    `json:"key" queue:"deduplication"` // of the candidate and the version
}

// Validate says what is wrong with the message.
func (c Change) Validate() error {
	var wrong fault.Fields
	wrong.Check(c.CandidateID != uuid.Nil, "candidateId", "is required")
	wrong.Check(c.Version > 0, "version", "must be positive")
	return wrong.Err()
}

// NewChange returns the message of a version of a candidate. Within five minutes the
// queue takes it once.
func NewChange(candidate uuid.UUID, version int) Change {
	return Change{CandidateID: candidate, Version: version, Key: fmt.Sprintf("%s:%d", candidate, version)}
}

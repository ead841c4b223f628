package ats

import (
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/idempotency"
	"github.com/seastack/seastack/core/services/candidates"
)

// MaxDelivery is how many bytes a delivery may have.
const MaxDelivery = 64 << 10

// Delivery is something that the system tells of.
type Delivery struct {
	ID         string         `json:"id"` // the same when it is sent again
	Type       string         `json:"type"`
	OccurredAt time.Time      `json:"occurredAt"`
	Data       jsontext.Value `json:"data"` // as the type has it
}

// The types of deliveries that are taken; others are ignored.
const (
	created = "candidate.created"
	updated = "candidate.updated"
)

// candidateData is the data of the types above.
type candidateData struct {
	Candidate struct {
		ID       string   `json:"id"`
		Email    string   `json:"email"`
		Name     string   `json:"name"`
		Headline string   `json:"headline"`
		Skills   []string `json:"skills"`
		Location string   `json:"location"`
	} `json:"candidate"`
}

// ParseDelivery reads a delivery. It may have members that are not known, as the
// system may be newer than its consumer.
func ParseDelivery(body []byte) (d Delivery, err error) {
	if err := json.Unmarshal(body, &d); err != nil {
		return d, fmt.Errorf("ats: the body is no delivery in JSON: %w", err)
	}
	return d, nil
}

// Known reports whether the delivery is of a type that is taken.
func (d Delivery) Known() bool { return d.Type == created || d.Type == updated }

// Validate says what is wrong with the delivery, of whatever type.
func (d Delivery) Validate() error {
	var wrong fault.Fields
	wrong.Require("id", d.ID)
	wrong.Text("id", d.ID, idempotency.MaxValue)
	wrong.Check(len(d.ID) <= idempotency.MaxValue, "id", "must have %d bytes at most", idempotency.MaxValue)
	wrong.Require("type", d.Type)
	wrong.Text("type", d.Type, maxType)
	wrong.Check(!d.OccurredAt.IsZero(), "occurredAt", "is required")
	return wrong.Err()
}

const maxType = 100 // characters

// profile returns the candidate that the delivery is of.
func (d Delivery) profile() (p candidates.Profile, err error) {
	var data candidateData
	if err := json.Unmarshal(d.Data, &data); err != nil {
		return p, fault.Fields{{Field: "data", Detail: "must have a candidate as its type has it"}}.Err()
	}
	c := data.Candidate
	if c.ID == "" {
		return p, fault.Fields{{Field: "data.candidate.id", Detail: "is required"}}.Err()
	}
	return candidates.Profile{
		Email: c.Email, Name: c.Name, Headline: c.Headline, Skills: c.Skills, Location: c.Location,
		Source: candidates.ATS, ExternalID: c.ID, ChangedAt: d.OccurredAt,
	}, nil
}

package ats

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/idempotency"
	"github.com/seastack/seastack/core/services/candidates"
)

// Service takes what the system tells.
type Service struct {
	primary    *db.Primary
	candidates *candidates.Service
}

// New returns the service on the database that takes its writes.
func New(primary *db.Primary, candidates *candidates.Service) *Service {
	return &Service{primary: primary, candidates: candidates}
}

// Receipt is what has become of a delivery.
type Receipt struct {
	CandidateID uuid.UUID `json:"candidateId"`
	Version     int       `json:"version"` // of the candidate
	Changed     bool      `json:"changed"` // false: it was as the delivery says, or newer
}

// keep is how long a delivery is known by its ID: systems give up to send one within
// some days.
const keep = 7 * 24 * time.Hour

// Receive saves the candidate of a delivery of a known type, and announces that. The
// same delivery again has the same receipt, and no effect; one with the ID of another
// is Invalid, and one that is being received is a Conflict.
func (s *Service) Receive(ctx context.Context, d Delivery, announce candidates.Announce) (Receipt, error) {
	if err := d.Validate(); err != nil {
		return Receipt{}, err
	}
	if !d.Known() {
		return Receipt{}, fault.Fields{{Field: "type", Detail: "is not known"}}.Err()
	}
	profile, err := d.profile()
	if err != nil {
		return Receipt{}, err
	}
	key := idempotency.Key{Scope: "ats.deliveries", Value: d.ID, Request: profile, Keep: keep}
	return idempotency.Do(ctx, s.primary, key, func(tx pgx.Tx) (Receipt, error) {
		c, changed, err := s.candidates.SaveTx(ctx, tx, profile, announce)
		if err != nil {
			return Receipt{}, err
		}
		if changed {
			err = settle(ctx, tx, c.ID, c.Version, Received, "")
		}
		return Receipt{CandidateID: c.ID, Version: c.Version, Changed: changed}, err
	})
}

// Sync returns what the system has of a candidate.
func (s *Service) Sync(ctx context.Context, candidate uuid.UUID) (*Sync, error) {
	sync, err := find(ctx, s.primary, candidate)
	if err != nil {
		return nil, err
	}
	if sync == nil {
		return nil, fault.New(fault.NotFound, "Nothing of candidate %s was exchanged.", candidate)
	}
	return sync, nil
}

package applications

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/services/candidates"
)

// Review scores an application by its role's criteria and its candidate's profile
// as they are now, and returns it. A review that is there for both of these, or for
// newer ones, stays as it is. An application, a role or a candidate that is gone is
// NotFound.
func (s *Service) Review(ctx context.Context, id uuid.UUID) (*Application, error) {
	a, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	role, err := s.Role(ctx, a.RoleID)
	if err != nil {
		return nil, err
	}
	who, err := s.candidates.Get(ctx, a.CandidateID)
	if err != nil {
		return nil, err
	}
	if a.Review != nil && a.Review.RoleVersion >= role.Version && a.Review.CandidateVersion >= who.Version {
		return a, nil
	}
	return s.keep(ctx, a, role, who)
}

// keep writes the review of an application, and returns the application. Where there
// is a review of newer criteria or of a newer profile by now, it reads both again.
func (s *Service) keep(
	ctx context.Context, a *Application, role *Role, who *candidates.Candidate,
) (*Application, error) {
	score, findings := review(role.Criteria, a, who)
	written, err := one(ctx, s.primary, `
		UPDATE applications SET score = $2, findings = $3, role_version = $4, candidate_version = $5,
			reviewed_at = now()
		WHERE id = $1 AND coalesce(role_version, 0) <= $4 AND coalesce(candidate_version, 0) <= $5
		RETURNING `+columns, a.ID, score, findings, role.Version, who.Version)
	if err != nil || written != nil {
		return written, err
	}
	return s.Review(ctx, a.ID)
}

// waiting is how long an application waits for the review that its message asks
// for, before ReviewStale makes it.
const waiting = 10 * time.Minute

// ReviewStale reviews applications whose role was revised since, and those that
// have waited for too long, most of them, and returns how many. It stops before the
// context ends. An application that fails keeps no other one back.
func (s *Service) ReviewStale(ctx context.Context, most int) (reviewed int, err error) {
	stale, err := db.List(ctx, s.primary, pgx.RowTo[uuid.UUID], `
		SELECT a.id FROM applications a JOIN roles r ON r.id = a.role_id
		WHERE a.role_version < r.version OR a.role_version IS NULL AND a.submitted_at < now() - $1::interval
		ORDER BY a.id LIMIT $2`, waiting, most)
	if err != nil {
		return 0, err
	}
	var failed []error
	for _, id := range stale {
		if ctx.Err() != nil {
			break
		}
		if _, err := s.Review(ctx, id); err != nil {
			failed = append(failed, err)
			continue
		}
		reviewed++
	}
	return reviewed, errors.Join(failed...)
}

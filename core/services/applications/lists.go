package applications

import (
	"context"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/services/candidates"
)

// OfCandidates returns the newest applications of each candidate, most of each, in
// one statement.
func (s *Service) OfCandidates(ctx context.Context, ids []uuid.UUID, most int) (map[uuid.UUID][]*Application, error) {
	return s.newest(ctx, "candidate_id", ids, most, func(a *Application) uuid.UUID { return a.CandidateID })
}

// OfRoles returns the newest applications to each role, most of each, in one
// statement.
func (s *Service) OfRoles(ctx context.Context, ids []uuid.UUID, most int) (map[uuid.UUID][]*Application, error) {
	return s.newest(ctx, "role_id", ids, most, func(a *Application) uuid.UUID { return a.RoleID })
}

// newest selects by a column, whose value "of" returns.
func (s *Service) newest(
	ctx context.Context, column string, ids []uuid.UUID, most int, of func(*Application) uuid.UUID,
) (map[uuid.UUID][]*Application, error) {
	all, err := query(ctx, s.primary, `
		SELECT a.* FROM unnest($1::uuid[]) AS wanted(id)
		CROSS JOIN LATERAL (
			SELECT `+columns+` FROM applications WHERE `+column+` = wanted.id ORDER BY id DESC LIMIT $2) a
		ORDER BY a.id DESC`, ids, most)
	if err != nil {
		return nil, err
	}
	found := map[uuid.UUID][]*Application{}
	for _, a := range all {
		found[of(a)] = append(found[of(a)], a)
	}
	return found, nil
}

// Row is an application and who sent it.
type Row struct {
	*Application
	Candidate *candidates.Candidate // nil: is gone
}

// exportPage is how many rows Export reads at once.
const exportPage = 200

// Export calls write for each page of a role's applications, from the oldest to the
// newest, as it reads them: so many as exportPage at once. An error of write ends
// it. A role that does not exist is NotFound, before the first page.
func (s *Service) Export(ctx context.Context, role uuid.UUID, write func([]Row) error) error {
	if _, err := s.Role(ctx, role); err != nil {
		return err
	}
	for after := uuid.Nil; ; {
		page, err := query(ctx, s.primary, `
			SELECT `+columns+` FROM applications
			WHERE role_id = $1 AND id > $2 ORDER BY id LIMIT $3`, role, after, exportPage)
		if err != nil || len(page) == 0 {
			return err
		}
		rows, err := s.withCandidates(ctx, page)
		if err != nil {
			return err
		}
		if err := write(rows); err != nil || len(page) < exportPage {
			return err
		}
		after = page[len(page)-1].ID
	}
}

func (s *Service) withCandidates(ctx context.Context, page []*Application) ([]Row, error) {
	ids := make([]uuid.UUID, len(page))
	for i, a := range page {
		ids[i] = a.CandidateID
	}
	found, err := s.candidates.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	rows := make([]Row, len(page))
	for i, a := range page {
		rows[i] = Row{Application: a, Candidate: found[a.CandidateID]}
	}
	return rows, nil
}

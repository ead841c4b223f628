package notes

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
)

// OfInterviews returns the notes of interviews by the interviews' IDs, in one
// statement. Those that are not written are missing from the map.
func (s *Service) OfInterviews(ctx context.Context, interviews []uuid.UUID) (map[uuid.UUID]*Notes, error) {
	all, err := db.List(ctx, s.primary, pgx.RowToAddrOfStructByPos[Notes], `
		SELECT interview_id, version, summary, questions, actions, skills, topics, words, written_at
		FROM notes WHERE interview_id = ANY($1)`, interviews)
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]*Notes, len(all))
	for _, n := range all {
		found[n.InterviewID] = n
	}
	return found, nil
}

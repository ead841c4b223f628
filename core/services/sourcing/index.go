package sourcing

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/candidates"
)

// Service searches candidates.
type Service struct {
	primary *db.Primary
	replica *db.Replica
}

// New returns the service: it indexes on the primary, and searches on the replica,
// as the index follows the candidates a little later in any case.
func New(primary *db.Primary, replica *db.Replica) *Service {
	return &Service{primary: primary, replica: replica}
}

// Index makes a saved candidate searchable. An event that comes again, or after a
// newer one, changes nothing.
func (s *Service) Index(ctx context.Context, c candidates.Saved) error {
	var wrong fault.Fields
	wrong.Check(c.ID != uuid.Nil, "id", "is required")
	wrong.Check(c.Version > 0, "version", "must be positive")
	if err := wrong.Err(); err != nil {
		return err
	}
	skills := append([]string{}, c.Skills...) // of an event without: none, not NULL
	_, err := s.primary.Exec(ctx, `
		INSERT INTO candidate_documents AS d
			(candidate_id, version, name, headline, skills, location, skill_keys, place_words, document)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8,
			setweight(to_tsvector('simple', $9), 'A') || setweight(to_tsvector('simple', $10), 'B') ||
			setweight(to_tsvector('simple', $11), 'C'))
		ON CONFLICT (candidate_id) DO UPDATE SET
			version = excluded.version, name = excluded.name, headline = excluded.headline, skills = excluded.skills,
			location = excluded.location, skill_keys = excluded.skill_keys, place_words = excluded.place_words,
			document = excluded.document
		WHERE d.version < excluded.version`,
		c.ID, c.Version, c.Name, c.Headline, skills, c.Location, keys(skills), words(c.Location),
		indexed(c.Name, c.Headline), indexed(skills...), indexed(c.Location))
	return err
}

// keys returns skills as filters compare them.
func keys(skills []string) []string {
	all := []string{}
	for _, skill := range skills {
		all = append(all, strings.Join(words(skill), " "))
	}
	return all
}

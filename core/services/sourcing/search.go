package sourcing

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/internal/opaque"
)

const (
	defaultLimit = 20
	maxLimit     = 100
	maxQuery     = 500 // characters
	maxFilter    = 200 // characters of a skill or a location
	maxSkills    = 10
)

// Search is what is looked for. Members that are empty choose all.
type Search struct {
	Query    string   // words, "phrases", or, and - before what is not to be there
	Skills   []string // all of them
	Location string   // all of its words
	Limit    int      // of a page, 1 to 100; 0: 20
	After    Cursor   // Page.Next of the page before
}

// Validate says what is wrong with the search.
func (s Search) Validate() error {
	var wrong fault.Fields
	wrong.Text("q", s.Query, maxQuery)
	wrong.Check(s.Query == "" || len(words(s.Query)) > 0, "q", "has no words")
	wrong.Check(len(s.Skills) <= maxSkills, "skill", "must be %d at most", maxSkills)
	for _, skill := range s.Skills {
		wrong.Text("skill", skill, maxFilter)
	}
	wrong.Text("location", s.Location, maxFilter)
	wrong.Check(0 <= s.Limit && s.Limit <= maxLimit, "limit", "must be from 1 to %d", maxLimit)
	_, ok := s.After.parse()
	wrong.Check(ok, "after", "is not the next of a page")
	return wrong.Err()
}

// Hit is a candidate who was found, as the index knows them.
type Hit struct {
	CandidateID uuid.UUID `json:"candidateId"`
	Name        string    `json:"name"`
	Headline    string    `json:"headline"`
	Skills      []string  `json:"skills"`
	Location    string    `json:"location"`
	Rank        float32   `json:"rank"` // the higher, the better; 0 without words to be there
	Snippets    []Snippet `json:"snippets"`
}

// Page is a part of what was found, from the best to the worst.
type Page struct {
	Items []*Hit `json:"items"`
	Next  Cursor `json:"next,omitempty"` // Search.After of the page that follows; empty: this is the last
}

// Search returns a page of candidates. A candidate whose profile changes between two
// pages may be on both of them, or on none.
func (s *Service) Search(ctx context.Context, search Search) (*Page, error) {
	if err := search.Validate(); err != nil {
		return nil, err
	}
	q := parseQuery(search.Query)
	limit := search.Limit
	if limit == 0 {
		limit = defaultLimit
	}
	hits, err := s.find(ctx, search, q, limit+1)
	if err != nil {
		return nil, err
	}
	for _, h := range hits {
		h.Snippets = q.snippets(h)
	}
	if len(hits) <= limit {
		return &Page{Items: hits}, nil
	}
	last := hits[limit-1]
	return &Page{Items: hits[:limit], Next: place{last.Rank, last.CandidateID}.cursor()}, nil
}

func (s *Service) find(ctx context.Context, search Search, q query, limit int) ([]*Hit, error) {
	after, _ := search.After.parse()
	return db.List(ctx, s.replica, scanHit, `
		WITH found AS (
			SELECT candidate_id, name, headline, skills, location,
			       CASE WHEN $7 = '' THEN 0 ELSE ts_rank(document, websearch_to_tsquery('simple', $7)) END::real AS rank
			FROM candidate_documents
			WHERE ($1 = '' OR document @@ websearch_to_tsquery('simple', $1))
			  AND skill_keys @> $2 AND place_words @> $3)
		SELECT * FROM found WHERE $4::uuid IS NULL OR (rank, candidate_id) < ($5::real, $4)
		ORDER BY rank DESC, candidate_id DESC LIMIT $6`,
		q.websearch, keys(search.Skills), words(search.Location),
		uuid.NullUUID{UUID: after.id, Valid: search.After != ""}, after.rank, limit, q.ranked())
}

func scanHit(row pgx.CollectableRow) (*Hit, error) {
	var h Hit
	return &h, row.Scan(&h.CandidateID, &h.Name, &h.Headline, &h.Skills, &h.Location, &h.Rank)
}

// snippets returns the texts of a hit in which words of the query are.
func (q query) snippets(h *Hit) []Snippet {
	found := []Snippet{}
	for _, text := range []struct{ field, value string }{
		{"name", h.Name}, {"headline", h.Headline}, {"skills", strings.Join(h.Skills, ", ")}, {"location", h.Location},
	} {
		if parts := q.highlight(text.value); parts != nil {
			found = append(found, Snippet{Field: text.field, Parts: parts})
		}
	}
	return found
}

// Cursor says where a page ended. Callers see it as an opaque text; the empty one is
// the start.
type Cursor string

// UnmarshalText takes the Next of a page, and nothing else.
func (c *Cursor) UnmarshalText(text []byte) error {
	if _, ok := Cursor(text).parse(); !ok {
		return errors.New("it is not the next of a page")
	}
	*c = Cursor(text)
	return nil
}

// place is what a cursor stands for: the last hit of a page.
type place struct {
	rank float32
	id   uuid.UUID
}

// placeSize is the number of bytes behind a cursor.
const placeSize = 4 + 16

func (p place) cursor() Cursor {
	raw := binary.BigEndian.AppendUint32(nil, math.Float32bits(p.rank))
	return Cursor(opaque.Encode(append(raw, p.id[:]...)))
}

func (c Cursor) parse() (place, bool) {
	if c == "" {
		return place{}, true
	}
	raw, ok := opaque.Decode(string(c), placeSize)
	if !ok {
		return place{}, false
	}
	p := place{math.Float32frombits(binary.BigEndian.Uint32(raw)), uuid.UUID(raw[4:])}
	return p, p.rank >= 0 && !math.IsInf(float64(p.rank), 1) && p.id != uuid.Nil
}

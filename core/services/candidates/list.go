package candidates

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/internal/opaque"
)

const (
	defaultLimit = 20
	maxLimit     = 100
)

// Filter chooses candidates; a member that is empty chooses all.
type Filter struct {
	Source Source
	Skill  string // one of the candidate's, in the same case
	Limit  int    // of a page, 1 to 100; 0: 20
	After  Cursor // Page.Next of the page before
}

// Validate says what is wrong with the filter.
func (f Filter) Validate() error {
	var wrong fault.Fields
	wrong.Text("source", string(f.Source), maxSource)
	wrong.Text("skill", f.Skill, maxSkill)
	wrong.Check(0 <= f.Limit && f.Limit <= maxLimit, "limit", "must be from 1 to %d", maxLimit)
	_, ok := f.After.parse()
	wrong.Check(ok, "after", "is not the next of a page")
	return wrong.Err()
}

// Page is a part of a list, from the newest candidate to the oldest.
type Page struct {
	Items []*Candidate `json:"items"`
	Next  Cursor       `json:"next,omitempty"` // Filter.After of the page that follows; empty: this is the last
}

// List returns a page of candidates. A page begins where the one before it ended,
// whatever was added since.
func (s *Service) List(ctx context.Context, f Filter) (*Page, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	limit := f.Limit
	if limit == 0 {
		limit = defaultLimit
	}
	after, _ := f.After.parse()
	items, err := db.List(ctx, s.primary, scan, `
		SELECT `+columns+` FROM candidates
		WHERE ($1 = '' OR source = $1)
		  AND ($2 = '' OR $2 = ANY(skills))
		  AND ($3::uuid IS NULL OR id < $3)
		ORDER BY id DESC
		LIMIT $4`, string(f.Source), f.Skill, uuid.NullUUID{UUID: after, Valid: after != uuid.Nil}, limit+1)
	if err != nil {
		return nil, err
	}
	return cut(items, limit), nil
}

// cut makes a page of the rows; the one above the limit only shows that there
// are more.
func cut(items []*Candidate, limit int) *Page {
	if len(items) <= limit {
		return &Page{Items: items}
	}
	return &Page{Items: items[:limit], Next: cursorOf(items[limit-1].ID)}
}

// Cursor says where a page ended. Callers see it as an opaque text; the empty
// one is the list's start.
type Cursor string

// UnmarshalText takes the Next of a page, and nothing else.
func (c *Cursor) UnmarshalText(text []byte) error {
	if _, ok := Cursor(text).parse(); !ok {
		return errors.New("it is not the next of a page")
	}
	*c = Cursor(text)
	return nil
}

// cursorOf returns the cursor after a candidate: IDs are of version 7, and so in
// the order in which they were made.
func cursorOf(last uuid.UUID) Cursor { return Cursor(opaque.Encode(last[:])) }

func (c Cursor) parse() (uuid.UUID, bool) {
	if c == "" {
		return uuid.Nil, true
	}
	raw, ok := opaque.Decode(string(c), len(uuid.UUID{}))
	if !ok || uuid.UUID(raw) == uuid.Nil {
		return uuid.Nil, false
	}
	return uuid.UUID(raw), true
}

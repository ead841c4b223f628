package interviews

import (
	"context"
	"encoding/binary"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/internal/opaque"
)

const (
	defaultLimit = 20
	maxLimit     = 100
)

// Filter chooses interviews; a member that is empty chooses all.
type Filter struct {
	Interviewer string
	Status      Status
	From, To    time.Time // start at or after From, and before To
	Limit       int       // of a page, 1 to 100; 0: 20
	After       Cursor    // Page.Next of the page before
}

// Validate says what is wrong with the filter.
func (f Filter) Validate() error {
	var wrong fault.Fields
	wrong.Check(f.Status == "" || f.Status == Scheduled || f.Status == Completed, "status", "must be scheduled or completed")
	wrong.Check(0 <= f.Limit && f.Limit <= maxLimit, "limit", "must be from 1 to %d", maxLimit)
	wrong.Check(f.From.IsZero() || f.To.IsZero() || f.From.Before(f.To), "to", "must be later than from")
	_, ok := f.After.parse()
	wrong.Check(ok, "after", "is not the next of a page")
	return wrong.Err()
}

// Page is a part of a list, from the latest start to the earliest.
type Page struct {
	Items []*Interview `json:"items"`
	Next  Cursor       `json:"next,omitempty"` // Filter.After of the page that follows; empty: this is the last
}

// List returns a page of interviews. A page begins where the one before it ended,
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
	rows, err := s.primary.Query(ctx, `
		SELECT `+columns+` FROM interviews
		WHERE ($1 = '' OR interviewer = $1)
		  AND ($2 = '' OR status = $2)
		  AND ($3::timestamptz IS NULL OR starts_at >= $3)
		  AND ($4::timestamptz IS NULL OR starts_at < $4)
		  AND ($5::timestamptz IS NULL OR (starts_at, id) < ($5, $6))
		ORDER BY starts_at DESC, id DESC
		LIMIT $7`,
		f.Interviewer, string(f.Status), orNull(f.From), orNull(f.To), orNull(after.start), after.id, limit+1)
	if err != nil {
		return nil, err
	}
	items, err := pgx.CollectRows(rows, scan)
	if err != nil {
		return nil, err
	}
	return cut(items, limit), nil
}

// cut makes a page of the rows; the one above the limit only shows that there
// are more.
func cut(items []*Interview, limit int) *Page {
	if len(items) <= limit {
		return &Page{Items: items}
	}
	last := items[limit-1]
	return &Page{Items: items[:limit], Next: place{start: last.StartsAt, id: last.ID}.cursor()}
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
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

// place is what a cursor stands for: the last interview of a page.
type place struct {
	start time.Time
	id    uuid.UUID
}

func (p place) cursor() Cursor {
	raw := binary.BigEndian.AppendUint64(nil, uint64(p.start.UnixMicro()))
	return Cursor(opaque.Encode(append(raw, p.id[:]...)))
}

// placeSize is the number of bytes behind a cursor.
const placeSize = 8 + 16

func (c Cursor) parse() (place, bool) {
	if c == "" {
		return place{}, true
	}
	raw, ok := opaque.Decode(string(c), placeSize)
	if !ok {
		return place{}, false
	}
	micro := int64(binary.BigEndian.Uint64(raw))
	p := place{start: time.UnixMicro(micro).UTC(), id: uuid.UUID(raw[8:])}
	return p, validStart(p.start)
}

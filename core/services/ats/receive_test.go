package ats_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/ats"
	"github.com/seastack/seastack/core/services/candidates"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// delivery returns one of Ada, whose headline was changed at a time.
func delivery(t *testing.T, id, kind, headline string, at time.Time) ats.Delivery {
	t.Helper()
	d, err := ats.ParseDelivery(fmt.Appendf(nil, `{"id": %q, "type": %q, "occurredAt": %q, "attempt": 1, "data": {"candidate": {
		"id": "a-1", "email": "ada@example.com", "name": "Ada Lovelace", "headline": %q, "skills": ["Go"], "location": "London", "stage": "new"}}}`,
		id, kind, at.Format(time.RFC3339), headline))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// world is the services under test.
type world struct {
	primary    *db.Primary
	candidates *candidates.Service
	service    *ats.Service

	mu        sync.Mutex
	announced []candidates.Saved
}

func newWorld(t *testing.T) *world {
	primary := dbtest.New(t)
	c := candidates.New(primary)
	return &world{primary: primary, candidates: c, service: ats.New(primary, c)}
}

func (w *world) announce(_ context.Context, _ pgx.Tx, s candidates.Saved) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.announced = append(w.announced, s)
	return nil
}

func (w *world) receive(t *testing.T, d ats.Delivery) ats.Receipt {
	t.Helper()
	r, err := w.service.Receive(t.Context(), d, w.announce)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (w *world) get(t *testing.T, id uuid.UUID) *candidates.Candidate {
	t.Helper()
	c, err := w.candidates.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (w *world) sync(t *testing.T, id uuid.UUID) ats.Sync {
	t.Helper()
	s, err := w.service.Sync(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	s.UpdatedAt = time.Time{}
	return *s
}

func TestReceive(t *testing.T) {
	w := newWorld(t)
	first := w.receive(t, delivery(t, "d-1", "candidate.created", "Analyst", noon))
	c := w.get(t, first.CandidateID)
	if first.Version != 1 || !first.Changed || c.Headline != "Analyst" || c.Source != candidates.ATS || c.ExternalID != "a-1" {
		t.Errorf("%+v, %+v", first, c)
	}
	second := w.receive(t, delivery(t, "d-2", "candidate.updated", "Countess", noon.Add(time.Minute)))
	if second.CandidateID != first.CandidateID || second.Version != 2 || !second.Changed {
		t.Errorf("%+v", second)
	}
	if want := (ats.Sync{CandidateID: first.CandidateID, Version: 2, Outcome: ats.Received}); w.sync(t, first.CandidateID) != want {
		t.Errorf("%+v", w.sync(t, first.CandidateID))
	}
	if len(w.announced) != 2 || w.announced[1].Version != 2 || w.announced[1].Source != candidates.ATS {
		t.Errorf("announced %+v", w.announced)
	}
}

// TestReceiveAgain: a delivery has its effect once, whatever came since.
func TestReceiveAgain(t *testing.T) {
	w := newWorld(t)
	d := delivery(t, "d-1", "candidate.created", "Analyst", noon)
	first := w.receive(t, d)
	w.receive(t, delivery(t, "d-2", "candidate.updated", "Countess", noon.Add(time.Minute)))
	if again := w.receive(t, d); again != first || len(w.announced) != 2 {
		t.Errorf("%+v, announced %+v", again, w.announced)
	}
	_, err := w.service.Receive(t.Context(), delivery(t, "d-1", "candidate.created", "Another", noon), w.announce)
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("error = %v; want Invalid for another delivery with the same ID", err)
	}
}

func TestReceiveOutOfOrder(t *testing.T) {
	w := newWorld(t)
	w.receive(t, delivery(t, "d-2", "candidate.updated", "Countess", noon.Add(time.Minute)))
	late := w.receive(t, delivery(t, "d-1", "candidate.created", "Analyst", noon))
	if late.Changed || late.Version != 1 || w.get(t, late.CandidateID).Headline != "Countess" || len(w.announced) != 1 {
		t.Errorf("%+v", late)
	}
}

// TestReceiveAtOnce: of one delivery that comes many times at the same time, one has
// the effect; the others are told to come again, or get its receipt.
func TestReceiveAtOnce(t *testing.T) {
	w := newWorld(t)
	d := delivery(t, "d-1", "candidate.created", "Analyst", noon)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if r, err := w.service.Receive(t.Context(), d, w.announce); err != nil && !fault.Is(err, fault.Conflict) || err == nil && r.Version != 1 {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
	all.Wait()
	if len(w.announced) != 1 {
		t.Errorf("announced %+v", w.announced)
	}
}

// TestReceiveUndoes: what is not announced is not saved, and is tried again.
func TestReceiveUndoes(t *testing.T) {
	w := newWorld(t)
	d := delivery(t, "d-1", "candidate.created", "Analyst", noon)
	failure := errors.New("no outbox")
	_, err := w.service.Receive(t.Context(), d, func(context.Context, pgx.Tx, candidates.Saved) error { return failure })
	if !errors.Is(err, failure) {
		t.Errorf("error = %v", err)
	}
	if r := w.receive(t, d); !r.Changed || r.Version != 1 {
		t.Errorf("%+v", r)
	}
}

func TestReceiveWhatIsWrong(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ name, body, field string }{
		{"no ID", `{"type":"candidate.created","occurredAt":"2026-03-02T12:00:00Z","data":{"candidate":{}}}`, "id"},
		{"a long ID", `{"id":"` + strings.Repeat("é", 128) + `","type":"candidate.created","occurredAt":"2026-03-02T12:00:00Z"}`, "id"},
		{"an ID with a NUL", `{"id":"a\u0000","type":"candidate.created","occurredAt":"2026-03-02T12:00:00Z"}`, "id"},
		{"no type", `{"id":"1","occurredAt":"2026-03-02T12:00:00Z"}`, "type"},
		{"no time", `{"id":"1","type":"candidate.created"}`, "occurredAt"},
		{"no data", `{"id":"1","type":"candidate.created","occurredAt":"2026-03-02T12:00:00Z"}`, "data"},
		{"data of another form", `{"id":"1","type":"candidate.created","occurredAt":"2026-03-02T12:00:00Z","data":[]}`, "data"},
		{"no candidate", `{"id":"1","type":"candidate.created","occurredAt":"2026-03-02T12:00:00Z","data":{}}`, "data.candidate.id"},
		{"no address", `{"id":"1","type":"candidate.created","occurredAt":"2026-03-02T12:00:00Z","data":{"candidate":{"id":"a-1","name":"A"}}}`, "email"},
		{"of the future", `{"id":"1","type":"candidate.created","occurredAt":"9026-03-02T12:00:00Z","data":{"candidate":{"id":"a-1","name":"A","email":"a@b"}}}`, "changedAt"},
		{"another type", `{"id":"1","type":"job.created","occurredAt":"2026-03-02T12:00:00Z"}`, "type"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := ats.ParseDelivery([]byte(c.body))
			if err != nil {
				t.Fatal(err)
			}
			_, err = w.service.Receive(t.Context(), d, w.announce)
			f, ok := errors.AsType[*fault.Error](err)
			if !ok || f.Kind != fault.Invalid || len(f.Fields) == 0 || f.Fields[0].Field != c.field {
				t.Errorf("error = %v; want one of %s", err, c.field)
			}
		})
	}
	for _, body := range []string{"", "{", "[]", `{"id":1}`, `{"id":"1","id":"2"}`, "{\"id\":\"\xff\"}", `{"occurredAt":"yesterday"}`} {
		if _, err := ats.ParseDelivery([]byte(body)); err == nil {
			t.Errorf("%q is a delivery", body)
		}
	}
	if _, err := w.service.Sync(t.Context(), uuid.New()); !fault.Is(err, fault.NotFound) {
		t.Errorf("error = %v", err)
	}
}

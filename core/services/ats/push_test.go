package ats_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/seastack/seastack/core/config"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/secret"
	"github.com/seastack/seastack/core/services/ats"
	"github.com/seastack/seastack/core/services/candidates"
)

// system is an ATS, which keeps what it gets and answers as it is told.
type system struct {
	*httptest.Server
	mu       sync.Mutex
	requests []request
	status   int
	header   http.Header
}

type request struct {
	At                      time.Time
	Path, Token, Key, Email string
	Version                 int
}

func newSystem(t *testing.T) *system {
	s := &system{status: http.StatusOK, header: http.Header{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *system) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	got := request{At: time.Now(), Path: r.Method + " " + r.URL.Path, Token: r.Header.Get("Authorization"), Key: r.Header.Get("Idempotency-Key")}
	if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.requests = append(s.requests, got)
	for name, values := range s.header {
		w.Header()[name] = values
	}
	w.WriteHeader(s.status)
}

// count returns how many requests have come.
func (s *system) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.requests)
}

func (w *world) pusher(url string, rate float64) *ats.Pusher {
	settings := config.Fixed(ats.Settings{URL: url, Rate: rate})
	return ats.NewPusher(w.primary, w.candidates, settings, secret.Fixed(ats.Token("the-token")))
}

// add saves a candidate as an upload does.
func (w *world) add(t *testing.T, email, headline string) *candidates.Candidate {
	t.Helper()
	c, _, err := w.candidates.Save(t.Context(), candidates.Profile{Email: email, Name: "Ada", Headline: headline, Source: candidates.Upload}, w.announce)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func push(t *testing.T, p *ats.Pusher, id uuid.UUID, version int) {
	t.Helper()
	if err := p.Push(t.Context(), ats.NewChange(id, version)); err != nil {
		t.Fatal(err)
	}
}

// TestPush: a version is sent once, however often and late its messages come.
func TestPush(t *testing.T) {
	w, s := newWorld(t), newSystem(t)
	p := w.pusher(s.URL+"/v1", 100)
	c := w.add(t, "ada@example.com", "Analyst")
	w.add(t, "ada@example.com", "Countess")
	push(t, p, c.ID, 1) // sends the second one, as it is the newest
	push(t, p, c.ID, 2)
	push(t, p, c.ID, 1)
	want := []request{{
		Path: "PUT /v1/candidates/" + c.ID.String(), Token: "Bearer the-token", Key: c.ID.String() + ":2", Email: "ada@example.com", Version: 2,
	}}
	if diff := cmp.Diff(want, s.requests, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".At" }, cmp.Ignore())); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if want := (ats.Sync{CandidateID: c.ID, Version: 2, Outcome: ats.Sent}); w.sync(t, c.ID) != want {
		t.Errorf("%+v", w.sync(t, c.ID))
	}
	w.add(t, "ada@example.com", "Analyst")
	push(t, p, c.ID, 3)
	if s.count() != 2 {
		t.Errorf("%d requests", s.count())
	}
	push(t, p, uuid.New(), 1) // a candidate that is gone
}

// TestPushIsNoEcho: what the system has told is not sent back, though a change from
// before still waits.
func TestPushIsNoEcho(t *testing.T) {
	w, s := newWorld(t), newSystem(t)
	p := w.pusher(s.URL, 100)
	c := w.add(t, "ada@example.com", "Student")
	r := w.receive(t, delivery(t, "d-1", "candidate.updated", "Analyst", time.Now().Add(time.Second)))
	push(t, p, c.ID, 1)
	push(t, p, c.ID, r.Version)
	if r.CandidateID != c.ID || r.Version != 2 || s.count() != 0 {
		t.Errorf("%+v, %d requests", r, s.count())
	}
}

func TestPushWithoutASystem(t *testing.T) {
	w := newWorld(t)
	c := w.add(t, "ada@example.com", "Analyst")
	push(t, w.pusher("", 5), c.ID, 1)
	want := ats.Sync{CandidateID: c.ID, Version: 1, Outcome: ats.Skipped, Reason: "no ATS is configured"}
	if got := w.sync(t, c.ID); got != want {
		t.Errorf("%+v", got)
	}
	s := newSystem(t) // later there is one
	push(t, w.pusher(s.URL, 5), c.ID, 1)
	if s.count() != 1 || w.sync(t, c.ID).Outcome != ats.Sent {
		t.Errorf("%d requests, %+v", s.count(), w.sync(t, c.ID))
	}
}

func TestPushFails(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		header http.Header
		reason string
		paused bool // no other candidate is sent, either
	}{
		{"a refusal", http.StatusUnprocessableEntity, nil, "the ATS has answered with 422 Unprocessable Entity", false},
		{"a redirect", http.StatusFound, http.Header{"Location": {"/elsewhere"}}, "the ATS has answered with 302 Found", false},
		{"a wrong token", http.StatusUnauthorized, nil, "the ATS has answered with 401 Unauthorized", true},
		{"too many", http.StatusTooManyRequests, http.Header{"Retry-After": {"60"}}, "the ATS has answered with 429 Too Many Requests", true},
		{"too many, without a time", http.StatusTooManyRequests, nil, "the ATS has answered with 429 Too Many Requests", true},
		{"an outage", http.StatusBadGateway, nil, "the ATS has answered with 502 Bad Gateway", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, s := newWorld(t), newSystem(t)
			p := w.pusher(s.URL, 100)
			one, other := w.add(t, "ada@example.com", "Analyst"), w.add(t, "grace@example.com", "Admiral")
			s.status, s.header = c.status, c.header
			for range 2 { // back-off is a second after one failure, and so within what is waited for
				if err := p.Push(t.Context(), ats.NewChange(one.ID, 1)); err == nil {
					t.Error("no error; the message would be lost")
				}
			}
			sync := w.sync(t, one.ID)
			if sync.Version != 0 || sync.Outcome != "" || sync.Attempts != 2 {
				t.Errorf("%+v", sync)
			}
			if !strings.HasPrefix(sync.Reason, "The ATS gets no request") && sync.Reason != c.reason {
				t.Errorf("reason = %q", sync.Reason)
			}
			backOff(t, p, one.ID, c.paused)
			before := s.count()
			s.status = http.StatusOK
			err := p.Push(t.Context(), ats.NewChange(other.ID, 1))
			if paused := fault.Is(err, fault.TooMany); paused != c.paused || err != nil && !paused || s.count() > before && paused {
				t.Errorf("another candidate: %v, %d requests", err, s.count()-before)
			}
		})
	}
}

// backOff lets pushes fail until there is a pause that is not waited for.
func backOff(t *testing.T, p *ats.Pusher, id uuid.UUID, paused bool) {
	t.Helper()
	for range 3 {
		if err := p.Push(t.Context(), ats.NewChange(id, 1)); paused && fault.Is(err, fault.TooMany) {
			return
		}
	}
	if paused {
		t.Error("there is no pause")
	}
}

// TestPushGoesOn: after a pause the candidate is sent, and failures are forgotten.
func TestPushGoesOn(t *testing.T) {
	w, s := newWorld(t), newSystem(t)
	p := w.pusher(s.URL, 100)
	c := w.add(t, "ada@example.com", "Analyst")
	s.status, s.header = http.StatusServiceUnavailable, http.Header{"Retry-After": {"1"}}
	if err := p.Push(t.Context(), ats.NewChange(c.ID, 1)); err == nil {
		t.Error("no error")
	}
	s.status = http.StatusCreated
	push(t, p, c.ID, 1) // waits for a second
	if got := s.requests; len(got) != 2 || got[1].At.Sub(got[0].At) < 900*time.Millisecond || got[0].Key != got[1].Key {
		t.Errorf("%+v", got)
	}
	if want := (ats.Sync{CandidateID: c.ID, Version: 1, Outcome: ats.Sent}); w.sync(t, c.ID) != want {
		t.Errorf("%+v", w.sync(t, c.ID))
	}
}

// TestPushPace: instances share the rate, as each has the same row for it.
func TestPushPace(t *testing.T) {
	w, s := newWorld(t), newSystem(t)
	const rate = 10
	var all sync.WaitGroup
	for i := range 8 {
		c := w.add(t, "c"+string(rune('0'+i))+"@example.com", "Analyst")
		all.Go(func() {
			if err := w.pusher(s.URL, rate).Push(t.Context(), ats.NewChange(c.ID, 1)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	slices.SortFunc(s.requests, func(a, b request) int { return a.At.Compare(b.At) })
	if len(s.requests) != 8 {
		t.Fatalf("%d requests", len(s.requests))
	}
	if took := s.requests[7].At.Sub(s.requests[0].At); took < 600*time.Millisecond {
		t.Errorf("8 requests in %s, with a rate of %d", took, rate)
	}
}

func TestPushToWhatIsNoSystem(t *testing.T) {
	w := newWorld(t)
	c := w.add(t, "ada@example.com", "Analyst")
	closed := newSystem(t)
	closed.Close()
	for _, url := range []string{"http://ats.example.com", "ftp://ats.example.com", "ats.example.com", "https://", "://", closed.URL} {
		err := w.pusher(url, 100).Push(t.Context(), ats.NewChange(c.ID, 1))
		if err == nil {
			t.Errorf("%s: no error", url)
		}
		if _, err := w.primary.Exec(t.Context(), `UPDATE ats_pace SET next_at = now(), failures = 0`); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.sync(t, c.ID).Reason; got != "the ATS could not be reached" {
		t.Errorf("reason = %q", got)
	}
	if err := w.pusher(closed.URL, 0).Push(t.Context(), ats.NewChange(c.ID, 1)); err == nil || !strings.Contains(err.Error(), "ATS_RATE") {
		t.Errorf("error = %v", err)
	}
}

func TestChangeValidate(t *testing.T) {
	if err := ats.NewChange(uuid.New(), 1).Validate(); err != nil {
		t.Error(err)
	}
	if err := (ats.Change{}).Validate(); !fault.Is(err, fault.Invalid) {
		t.Errorf("error = %v", err)
	}
}

package test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
)

// requestLimit is longer than API Gateway waits for a function, which is 30 s.
const requestLimit = 40 * time.Second

// monday is when the tests' interviews start.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// interviewDraft is the body that makes an interview.
type interviewDraft struct {
	Candidate   string    `json:"candidate"`
	Position    string    `json:"position"`
	Interviewer string    `json:"interviewer"`
	StartsAt    time.Time `json:"startsAt"`
	Minutes     int       `json:"minutes"`
}

func draft(interviewer string, start time.Time) interviewDraft {
	return interviewDraft{Candidate: "Ada Lovelace", Position: "Analyst", Interviewer: interviewer, StartsAt: start, Minutes: 45}
}

// newInterviewer is somebody whom no other test, and no other run, meets.
func newInterviewer() string { return "interviewer-" + uuid.NewString() }

type interview struct {
	ID, Candidate, Position, Interviewer, Status, Recommendation string

	StartsAt, CreatedAt time.Time
	CompletedAt         *time.Time
	Minutes             int
}

type page struct {
	Items []interview
	Next  string
}

// problem is an error in the form of RFC 9457.
type problem struct {
	Title, Detail, RequestID string

	Status int
	Errors []struct{ Field, Detail string }
}

func (p problem) fields() (fields []string) {
	for _, e := range p.Errors {
		fields = append(fields, e.Field)
	}
	slices.Sort(fields)
	return fields
}

type header struct{ name, value string }

// raw is a body that is sent as it stands.
type raw string

type response struct {
	request string
	status  int
	header  http.Header
	body    []byte
}

// request sends a request to the API. A body that is not raw is sent as JSON.
func (d *deployment) request(t *testing.T, method, path string, body any, headers ...header) response {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), requestLimit)
	defer cancel()
	r, err := d.send(ctx, method, path, body, headers...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (d *deployment) send(ctx context.Context, method, path string, body any, headers ...header) (response, error) {
	content, err := encode(body)
	if err != nil {
		return response{}, err
	}
	req, err := http.NewRequestWithContext(ctx, method, d.api+path, bytes.NewReader(content))
	if err != nil {
		return response{}, err
	}
	if len(content) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		if h.name != "" {
			req.Header.Set(h.name, h.value)
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return response{}, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return response{request: method + " " + path, status: resp.StatusCode, header: resp.Header, body: answer}, err
}

func encode(body any) ([]byte, error) {
	switch b := body.(type) {
	case nil:
		return nil, nil
	case raw:
		return []byte(b), nil
	}
	return json.Marshal(body)
}

func (d *deployment) get(t *testing.T, path string) response {
	t.Helper()
	return d.request(t, http.MethodGet, path, nil)
}

func (d *deployment) post(t *testing.T, path string, body any, headers ...header) response {
	t.Helper()
	return d.request(t, http.MethodPost, path, body, headers...)
}

func (d *deployment) create(t *testing.T, plan interviewDraft) interview {
	t.Helper()
	return decode[interview](t, d.post(t, "/interviews", plan).want(t, http.StatusCreated))
}

// want wants a status and, where there is a body, JSON.
func (r response) want(t *testing.T, status int) response {
	t.Helper()
	if r.status != status {
		t.Fatalf("%s: status %d, want %d\n%s", r.request, r.status, status, r.body)
	}
	if media := r.header.Get("Content-Type"); status < 300 && len(r.body) > 0 && media != "application/json" {
		t.Errorf("%s: Content-Type %q", r.request, media)
	}
	return r
}

// wantProblem wants an error in the form of RFC 9457 that says as much as it should.
func (r response) wantProblem(t *testing.T, status int) problem {
	t.Helper()
	r.want(t, status)
	if media := r.header.Get("Content-Type"); media != "application/problem+json" {
		t.Errorf("%s: Content-Type %q", r.request, media)
	}
	p := decode[problem](t, r)
	if p.Status != status || p.Title != http.StatusText(status) || p.Detail == "" || p.RequestID == "" {
		t.Errorf("%s: problem %s", r.request, r.body)
	}
	return p
}

func decode[T any](t *testing.T, r response) (v T) {
	t.Helper()
	if err := json.Unmarshal(r.body, &v); err != nil {
		t.Fatalf("%s: %v\n%s", r.request, err, r.body)
	}
	return v
}

package web_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/outbox"
	"github.com/seastack/seastack/core/services/applications"
	"github.com/seastack/seastack/core/services/candidates"
	"github.com/seastack/seastack/core/services/graph"
	"github.com/seastack/seastack/core/services/interviews"
	"github.com/seastack/seastack/core/services/outreach"
	"github.com/seastack/seastack/core/services/sourcing"
	"github.com/seastack/seastack/stacks/web"
)

// hiring is the services behind the handlers of a world, and what these send.
type hiring struct {
	primary      *db.Primary
	applications *applications.Service
	candidates   *candidates.Service
	sourcing     *sourcing.Service
	outreach     *outreach.Service
	submitted    []applications.Submitted
	submitError  error
}

// hire makes the handlers of what leads to an interview, and follows it.
func (w *world) hire(t testing.TB, primary *db.Primary, replica *db.Replica, scheduler *interviews.Service) {
	t.Helper()
	h := &w.hiring
	h.primary, h.candidates, h.sourcing, h.outreach = primary, candidates.New(primary), sourcing.New(primary, replica), outreach.New(primary)
	h.applications = applications.New(primary, h.candidates)
	all, err := graph.New(scheduler, w.notesService, h.candidates, h.applications, w.reportsService)
	if err != nil {
		t.Fatal(err)
	}
	w.graphql = web.NewGraphQL(all)
	w.roles, w.applications, w.exports = web.NewRoles(h.applications), web.NewApplications(h.applications), web.NewExports(h.applications)
	w.candidates, w.sourcing, w.messages = web.NewCandidates(h.candidates), web.NewSourcing(h.sourcing), web.NewMessages(h.outreach)
	w.submissions = web.NewSubmissions(h.applications, outbox.SenderFunc[applications.Submitted](
		func(_ context.Context, _ pgx.Tx, m applications.Submitted) error {
			h.submitted = append(h.submitted, m)
			return h.submitError
		}))
}

func (w *world) role(t testing.TB) *applications.Role {
	t.Helper()
	role, err := w.roles.Create(t.Context(), web.RoleInput{Title: "Engineer", RequiredSkills: []string{"Go"}})
	if err != nil {
		t.Fatal(err)
	}
	return role
}

// candidate saves a candidate, who can be searched for.
func (w *world) candidate(t testing.TB, name string) *candidates.Candidate {
	t.Helper()
	profile := candidates.Profile{Name: name, Email: uuid.NewString() + "@example.com", Skills: []string{"Go"}, Source: candidates.ATS}
	c, _, err := w.hiring.candidates.Save(t.Context(), profile, func(ctx context.Context, _ pgx.Tx, s candidates.Saved) error {
		return w.hiring.sourcing.Index(ctx, s)
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (w *world) submit(t testing.TB, role *applications.Role, who *candidates.Candidate) *applications.Application {
	t.Helper()
	a, err := w.submissions.Submit(t.Context(), web.SubmitInput{CandidateID: who.ID, RoleID: role.ID, Years: 3})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAnApplicationFromItsRoleToItsScore(t *testing.T) {
	w := newWorld(t)
	role := w.role(t)
	in := web.SubmitInput{CandidateID: w.candidate(t, "Ada").ID, RoleID: role.ID, Years: 3}
	w.hiring.submitError = errors.New("no outbox")
	if _, err := w.submissions.Submit(t.Context(), in); !errors.Is(err, w.hiring.submitError) {
		t.Errorf("error = %v; the message would be lost", err)
	}
	w.hiring.submitError, w.hiring.submitted = nil, nil
	made, err := w.submissions.Submit(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := w.submissions.Submit(t.Context(), in); err != nil || again.ID != made.ID {
		t.Errorf("again: %+v, %v", again, err)
	}
	if diff := cmp.Diff([]applications.Submitted{{ApplicationID: made.ID}}, w.hiring.submitted); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	if _, err := w.hiring.applications.Review(t.Context(), made.ID); err != nil {
		t.Fatal(err)
	}
	got, err := w.applications.Get(t.Context(), web.GetInput{ID: made.ID})
	if err != nil || got.Review == nil || got.Review.Score != 100 {
		t.Errorf("%+v, %v", got, err)
	}
	revised, err := w.roles.Revise(t.Context(), web.RevisionInput{ID: role.ID, Title: "Lead", RequiredSkills: []string{"Rust"}})
	if err != nil || revised.Version != 2 || revised.Title != "Lead" {
		t.Errorf("%+v, %v", revised, err)
	}
	limit := 1
	page, err := w.roles.List(t.Context(), web.RolesInput{Limit: &limit})
	if err != nil || len(page.Items) != 1 || page.Items[0].ID != role.ID || page.Next != nil {
		t.Errorf("%+v, %v", page, err)
	}
}

func TestCandidates(t *testing.T) {
	w := newWorld(t)
	ada := w.candidate(t, "Ada")
	w.candidate(t, "Grace")
	got, err := w.candidates.Get(t.Context(), web.GetInput{ID: ada.ID})
	if diff := cmp.Diff(ada, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	page, err := w.sourcing.Search(t.Context(), web.SearchInput{Query: "ada", Skills: []string{"go"}})
	if err != nil || len(page.Items) != 1 || page.Items[0].CandidateID != ada.ID || len(page.Items[0].Snippets) != 1 {
		t.Errorf("%+v, %v", page, err)
	}
}

func TestMessages(t *testing.T) {
	w := newWorld(t)
	err := w.hiring.outreach.Enrol(t.Context(), outreach.Enrolment{Key: "k", Candidate: "Ada", Sequence: outreach.NextSteps, At: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	page, err := w.messages.List(t.Context(), web.MessagesInput{Candidate: "Ada"})
	if err != nil || len(page.Items) != 2 || page.Items[0].Step != 2 {
		t.Errorf("%+v, %v; want the newest first", page, err)
	}
	for _, want := range []int64{2, 0} {
		got, err := w.messages.Stop(t.Context(), web.StopInput{Candidate: "Ada", Reason: outreach.Replied})
		if err != nil || got.Stopped != want {
			t.Errorf("%+v, %v; want %d stopped", got, err, want)
		}
	}
	if _, err := w.messages.Stop(t.Context(), web.StopInput{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("error = %v", err)
	}
}

// export asks for an export; it returns the answer, and what the handler panicked with.
func (w *world) export(method, query string) (answer *httptest.ResponseRecorder, panicked any) {
	answer = httptest.NewRecorder()
	defer func() { panicked = recover() }()
	w.exports.Applications(answer, httptest.NewRequest(method, "/?"+query, nil))
	return answer, nil
}

func TestExport(t *testing.T) {
	w := newWorld(t)
	role := w.role(t)
	first := w.submit(t, role, w.candidate(t, `=HYPERLINK("x")`))
	if _, err := w.hiring.applications.Review(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	second := w.submit(t, role, w.candidate(t, `Ada, "the first"`))
	answer, _ := w.export(http.MethodGet, "role="+role.ID.String())
	rows, err := csv.NewReader(answer.Body).ReadAll()
	if err != nil || answer.Code != http.StatusOK || answer.Header().Get("Content-Type") != "text/csv; charset=utf-8" || !answer.Flushed {
		t.Fatalf("%d %v, %v", answer.Code, answer.Header(), err)
	}
	var got [][]string
	for _, row := range rows {
		got = append(got, []string{row[0], row[2], row[4], row[5]})
	}
	want := [][]string{
		{"application", "name", "years", "score"}, {first.ID.String(), `'=HYPERLINK("x")`, "3", "100"}, {second.ID.String(), `Ada, "the first"`, "3", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestExportsOfNothing(t *testing.T) {
	w := newWorld(t)
	for query, want := range map[string]int{
		"": 400, "role=1": 400, "role=" + uuid.NewString(): 404, "role=" + w.role(t).ID.String(): 200,
	} {
		if answer, _ := w.export(http.MethodGet, query); answer.Code != want {
			t.Errorf("%q: status %d; want %d", query, answer.Code, want)
		}
	}
	if answer, _ := w.export(http.MethodPost, ""); answer.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", answer.Code)
	}
}

// An export that fails in the middle is broken off, and one that fails before is a 500.
func TestExportThatFails(t *testing.T) {
	w := newWorld(t)
	role := w.role(t)
	if _, err := w.hiring.primary.Exec(t.Context(), `
		INSERT INTO applications (id, candidate_id, role_id, years, cover, score, findings, role_version, candidate_version, reviewed_at)
		SELECT gen_random_uuid(), gen_random_uuid(), $1, 1, '', CASE n WHEN 1 THEN 1 END, CASE n WHEN 1 THEN '[]'::jsonb END,
			CASE n WHEN 1 THEN 1 END, CASE n WHEN 1 THEN 1 END, CASE n WHEN 1 THEN now() END FROM generate_series(1, 300) n`, role.ID); err != nil {
		t.Fatal(err)
	}
	// The last row of all has findings that are none.
	if _, err := w.hiring.primary.Exec(t.Context(), `
		UPDATE applications SET score = 1, findings = '{}', role_version = 1, candidate_version = 1, reviewed_at = now()
		WHERE id = (SELECT id FROM applications ORDER BY id DESC LIMIT 1)`); err != nil {
		t.Fatal(err)
	}
	answer, panicked := w.export(http.MethodGet, "role="+role.ID.String())
	if panicked == nil || answer.Code != http.StatusOK {
		t.Errorf("status %d, panic %v; want the table to be broken off", answer.Code, panicked)
	}
	if _, err := w.hiring.primary.Exec(t.Context(), `UPDATE applications SET findings = '{}' WHERE score IS NOT NULL; `+
		`UPDATE applications SET score = 1, findings = '{}', role_version = 1, candidate_version = 1, reviewed_at = now()`); err != nil {
		t.Fatal(err)
	}
	if answer, panicked := w.export(http.MethodGet, "role="+role.ID.String()); panicked != nil || answer.Code != http.StatusInternalServerError {
		t.Errorf("status %d, panic %v", answer.Code, panicked)
	}
}

func TestGraphQL(t *testing.T) {
	w := newWorld(t)
	role := w.role(t)
	w.submit(t, role, w.candidate(t, "Ada"))
	const query = `{"query": "{roles {items {title applications {candidate {name}}}}}"}`
	for name, c := range map[string]struct {
		method, contentType, body string
		status                    int
		want                      string // a part of the answer
	}{
		"a query":        {"POST", "application/json", query, 200, `{"data":{"roles":{"items":[{"title":"Engineer","applications":[{"candidate":{"name":"Ada"}}]}]}}}`},
		"variables":      {"POST", "application/json; charset=UTF-8", `{"query": "query Q($id: ID!) {role(id: $id) {title}}", "operationName": "Q", "variables": {"id": "` + role.ID.String() + `"}, "extensions": {}}`, 200, `"Engineer"`},
		"a fault":        {"POST", "application/json", `{"query": "{role(id: 1) {title}}"}`, 200, `"code":"invalid"`},
		"GET":            {"GET", "application/json", query, 405, "POST"},
		"a form":         {"POST", "application/x-www-form-urlencoded", query, 415, "application/json"},
		"no type":        {"POST", "", query, 415, "application/json"},
		"latin-1":        {"POST", "application/json; charset=latin1", query, 415, "UTF-8"},
		"too large":      {"POST", "application/json", strings.Repeat(" ", 64<<10+1), 413, "larger"},
		"too long":       {"POST", "application/json", `{"query": "{roles {next}} #` + strings.Repeat("x", 16<<10) + `"}`, 400, "exceeds"},
		"not JSON":       {"POST", "application/json", `{roles {next}}`, 400, "no query of GraphQL"},
		"not UTF-8":      {"POST", "application/json", "{\"query\": \"\xff\"}", 400, "UTF-8"},
		"no query":       {"POST", "application/json", `{}`, 400, "no query"},
		"null":           {"POST", "application/json", `null`, 400, "no query"},
		"a batch":        {"POST", "application/json", `[` + query + `]`, 400, "no query of GraphQL"},
		"two":            {"POST", "application/json", query + query, 400, "follows"},
		"another member": {"POST", "application/json", `{"query": "{roles {next}}", "mutation": ""}`, 400, "mutation"},
		"a list":         {"POST", "application/json", `{"query": "{roles {next}}", "variables": []}`, 400, "variables"},
		"malformed":      {"POST", "application/json", `{"query": "{roles"}`, 400, `"errors"`},
		"an operation":   {"POST", "application/json", `{"query": "query A {roles {next}}", "operationName": "B"}`, 400, `"errors"`},
	} {
		request := httptest.NewRequest(c.method, "/graphql", strings.NewReader(c.body))
		request.Header.Set("Content-Type", c.contentType)
		answer := httptest.NewRecorder()
		w.graphql.ServeHTTP(answer, request)
		if answer.Code != c.status || !strings.Contains(answer.Body.String(), c.want) || !json.Valid(answer.Body.Bytes()) {
			t.Errorf("%s: %d %s; want %d and %s", name, answer.Code, answer.Body, c.status, c.want)
		}
	}
}

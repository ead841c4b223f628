package test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

func testHTTP(t *testing.T, d *deployment) {
	for _, part := range []struct {
		name string
		run  func(*testing.T, *deployment)
	}{
		{"CreateGetListComplete", testInterviewLife},
		{"CreatedIsInDatabase", testCreatedIsInDatabase},
		{"IdempotencyKey", testIdempotencyKey},
		{"Problems", testProblems},
		{"UnknownRoute", testUnknownRoute},
		{"Logs", testRequestIsLogged},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(t, d) })
	}
}

func testInterviewLife(t *testing.T, d *deployment) {
	who := newInterviewer()
	early := d.create(t, draft(who, monday))
	late := d.create(t, draft(who, monday.Add(time.Hour)))
	if early.Status != "scheduled" || early.Candidate != "Ada Lovelace" || !early.StartsAt.Equal(monday) {
		t.Errorf("created: %+v", early)
	}
	if diff := cmp.Diff(early, decode[interview](t, d.get(t, "/interviews/"+early.ID).want(t, 200))); diff != "" {
		t.Errorf("got (-created +got):\n%s", diff)
	}

	first := decode[page](t, d.get(t, "/interviews?limit=1&interviewer="+who).want(t, 200))
	if diff := cmp.Diff([]interview{late}, first.Items); diff != "" || first.Next == "" {
		t.Errorf("first page, next %q (-want +got):\n%s", first.Next, diff)
	}
	second := decode[page](t, d.get(t, "/interviews?limit=1&interviewer="+who+"&after="+first.Next).want(t, 200))
	if diff := cmp.Diff([]interview{early}, second.Items); diff != "" {
		t.Errorf("second page (-want +got):\n%s", diff)
	}

	path := "/interviews/" + early.ID + "/complete"
	done := decode[interview](t, d.post(t, path, map[string]string{"recommendation": "yes"}).want(t, 200))
	if done.Status != "completed" || done.Recommendation != "yes" || done.CompletedAt == nil {
		t.Errorf("completed: %+v", done)
	}
	again := decode[interview](t, d.post(t, path, map[string]string{"recommendation": "yes"}).want(t, 200))
	if diff := cmp.Diff(done, again); diff != "" {
		t.Errorf("completed again (-first +second):\n%s", diff)
	}
	d.post(t, path, map[string]string{"recommendation": "no"}).wantProblem(t, 409)
}

func testCreatedIsInDatabase(t *testing.T, d *deployment) {
	made := d.create(t, draft(newInterviewer(), monday))
	var candidate, state string
	var minutes int
	d.row(t, []any{&candidate, &state, &minutes}, `SELECT candidate, status, minutes FROM interviews WHERE id = $1`, made.ID)
	if candidate != "Ada Lovelace" || state != "scheduled" || minutes != 45 {
		t.Errorf("row: %s, %s, %d", candidate, state, minutes)
	}
}

func testIdempotencyKey(t *testing.T, d *deployment) {
	plan := draft(newInterviewer(), monday)
	key := header{"Idempotency-Key", uuid.NewString()}
	first := decode[interview](t, d.post(t, "/interviews", plan, key).want(t, 201))
	second := decode[interview](t, d.post(t, "/interviews", plan, key).want(t, 201))
	if first.ID != second.ID {
		t.Errorf("one key made two interviews: %s and %s", first.ID, second.ID)
	}
	var n int
	d.row(t, []any{&n}, `SELECT count(*) FROM interviews WHERE interviewer = $1`, plan.Interviewer)
	if n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
	plan.Minutes = 30
	d.post(t, "/interviews", plan, key).wantProblem(t, 409)
}

func testProblems(t *testing.T, d *deployment) {
	plan := draft(newInterviewer(), monday)
	d.create(t, plan)
	wrong := plan
	wrong.Candidate, wrong.Minutes = " ", 481
	json := header{"Content-Type", "application/json"}
	for _, c := range []struct {
		name         string
		method, path string
		body         any
		header       header
		status       int
		fields       []string
	}{
		{"not JSON", "POST", "/interviews", raw(`{"candidate":`), json, 400, nil},
		{"no body", "POST", "/interviews", nil, header{}, 400, nil},
		{"unknown member", "POST", "/interviews", raw(`{"colour":"red"}`), json, 400, []string{"colour"}},
		{"id that is none", "GET", "/interviews/17", nil, header{}, 400, []string{"id"}},
		{"nobody's id", "GET", "/interviews/" + uuid.NewString(), nil, header{}, 404, nil},
		{"no notes yet", "GET", "/interviews/" + uuid.NewString() + "/notes", nil, header{}, 404, nil},
		{"taken hour", "POST", "/interviews", plan, json, 409, nil},
		{"other media type", "POST", "/interviews", raw(`candidate=Ada`), header{"Content-Type", "text/plain"}, 415, nil},
		{"broken rules", "POST", "/interviews", wrong, json, 422, []string{"candidate", "minutes"}},
		{"query out of range", "GET", "/interviews?limit=101", nil, header{}, 422, []string{"limit"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := d.request(t, c.method, c.path, c.body, c.header).wantProblem(t, c.status)
			if diff := cmp.Diff(c.fields, p.fields()); diff != "" {
				t.Errorf("fields (-want +got):\n%s\n%+v", diff, p)
			}
		})
	}
}

// testUnknownRoute shows that no function answers for what has no route.
func testUnknownRoute(t *testing.T, d *deployment) {
	r := d.request(t, http.MethodDelete, "/interviews", nil).want(t, 404)
	if got := decode[map[string]string](t, r)["message"]; got != "Not Found" {
		t.Errorf("the API says %q, want API Gateway's own Not Found", got)
	}
}

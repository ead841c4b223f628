package applications_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/applications"
	"github.com/seastack/seastack/core/services/candidates"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// world is the service under test beside the one that it asks; what it announces is
// kept.
type world struct {
	t *testing.T
	*applications.Service
	primary    *db.Primary
	candidates *candidates.Service
	announced  []applications.Submitted
	refuse     error
}

func newWorld(t *testing.T) *world {
	primary := dbtest.New(t)
	people := candidates.New(primary)
	return &world{t: t, Service: applications.New(primary, people), primary: primary, candidates: people}
}

func (w *world) announce(_ context.Context, _ pgx.Tx, m applications.Submitted) error {
	w.announced = append(w.announced, m)
	return w.refuse
}

func (w *world) candidate(name string, skills ...string) *candidates.Candidate {
	w.t.Helper()
	profile := candidates.Profile{Name: name, Email: strings.ToLower(name) + "@example.com", Skills: skills, Location: "Berlin", Source: candidates.ATS}
	c, _, err := w.candidates.Save(w.t.Context(), profile, func(context.Context, pgx.Tx, candidates.Saved) error { return nil })
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

var position = applications.Position{Title: "Backend engineer", Criteria: applications.Criteria{
	RequiredSkills: []string{"Go", "PostgreSQL"}, NiceSkills: []string{"C++"}, MinimumYears: 4, Location: "Berlin",
}}

func (w *world) role() *applications.Role {
	w.t.Helper()
	role, err := w.OpenRole(w.t.Context(), "", position)
	if err != nil {
		w.t.Fatal(err)
	}
	return role
}

func (w *world) submit(role *applications.Role, c *candidates.Candidate) *applications.Application {
	w.t.Helper()
	a, err := w.Submit(w.t.Context(), applications.Form{CandidateID: c.ID, RoleID: role.ID, Years: 3, Cover: "I wrote C++."}, w.announce)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

func (w *world) wantKind(err error, kind fault.Kind) {
	w.t.Helper()
	if !fault.Is(err, kind) {
		w.t.Errorf("error = %v; want a fault of kind %s", err, kind)
	}
}

func TestSubmitOnce(t *testing.T) {
	w := newWorld(t)
	role, ada := w.role(), w.candidate("Ada", "Go")
	first, again := w.submit(role, ada), w.submit(role, ada)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("submitted again (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]applications.Submitted{{ApplicationID: first.ID}}, w.announced); diff != "" {
		t.Errorf("announced (-want +got):\n%s", diff)
	}
	_, err := w.Submit(t.Context(), applications.Form{CandidateID: ada.ID, RoleID: role.ID, Years: 9}, w.announce)
	w.wantKind(err, fault.Conflict)
	got, err := w.Get(t.Context(), first.ID)
	if diff := cmp.Diff(first, got); err != nil || diff != "" {
		t.Errorf("read back: %v (-want +got):\n%s", err, diff)
	}
}

// Two requests at once make one application, which is announced once.
func TestSubmitAtTheSameTime(t *testing.T) {
	w := newWorld(t)
	form := applications.Form{CandidateID: w.candidate("Ada").ID, RoleID: w.role().ID, Years: 1}
	var lock sync.Mutex
	var all sync.WaitGroup
	announced, ids := 0, map[uuid.UUID]bool{}
	for range 8 {
		all.Go(func() {
			a, err := w.Submit(t.Context(), form, func(context.Context, pgx.Tx, applications.Submitted) error {
				lock.Lock()
				defer lock.Unlock()
				announced++
				return nil
			})
			if err != nil {
				t.Error(err)
				return
			}
			lock.Lock()
			defer lock.Unlock()
			ids[a.ID] = true
		})
	}
	all.Wait()
	if announced != 1 || len(ids) != 1 {
		t.Errorf("announced %d times, %d applications", announced, len(ids))
	}
}

func TestSubmitWithoutItsMessageIsUndone(t *testing.T) {
	w := newWorld(t)
	role, ada := w.role(), w.candidate("Ada")
	w.refuse = errors.New("no outbox")
	if _, err := w.Submit(t.Context(), applications.Form{CandidateID: ada.ID, RoleID: role.ID}, w.announce); !errors.Is(err, w.refuse) {
		t.Errorf("error = %v", err)
	}
	w.refuse = nil
	w.submit(role, ada)
	if len(w.announced) != 2 {
		t.Errorf("announced %d times; want one that was undone, and one", len(w.announced))
	}
}

func TestSubmitForms(t *testing.T) {
	w := newWorld(t)
	role, ada := w.role(), w.candidate("Ada")
	for name, c := range map[string]struct {
		form applications.Form
		want fault.Kind
	}{
		"nobody":          {applications.Form{CandidateID: uuid.New(), RoleID: role.ID}, fault.NotFound},
		"no role":         {applications.Form{CandidateID: ada.ID, RoleID: uuid.New()}, fault.NotFound},
		"empty":           {applications.Form{}, fault.Invalid},
		"years":           {applications.Form{CandidateID: ada.ID, RoleID: role.ID, Years: 61}, fault.Invalid},
		"negative years":  {applications.Form{CandidateID: ada.ID, RoleID: role.ID, Years: -1}, fault.Invalid},
		"a long letter":   {applications.Form{CandidateID: ada.ID, RoleID: role.ID, Cover: strings.Repeat("é", 10_001)}, fault.Invalid},
		"a NUL character": {applications.Form{CandidateID: ada.ID, RoleID: role.ID, Cover: "\x00"}, fault.Invalid},
		"not UTF-8":       {applications.Form{CandidateID: ada.ID, RoleID: role.ID, Cover: "\xff"}, fault.Invalid},
	} {
		if _, err := w.Submit(t.Context(), c.form, w.announce); !fault.Is(err, c.want) {
			t.Errorf("%s: %v; want %s", name, err, c.want)
		}
	}
	if _, err := w.Get(t.Context(), uuid.New()); !fault.Is(err, fault.NotFound) {
		t.Errorf("none: %v", err)
	}
	if len(w.announced) != 0 {
		t.Errorf("announced %v", w.announced)
	}
}

func TestReview(t *testing.T) {
	w := newWorld(t)
	a := w.submit(w.role(), w.candidate("Ada", "golang", "go"))
	if a.Review != nil {
		t.Errorf("reviewed at once: %+v", a.Review)
	}
	got, err := w.Review(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := &applications.Review{
		Score: 26 + 8 + 18 + 16, RoleVersion: 1, CandidateVersion: 1, ReviewedAt: got.Review.ReviewedAt,
		Findings: []applications.Finding{
			{Criterion: "required skill: Go", Met: true, Points: 26, Of: 26, Why: "the profile has it"},
			{Criterion: "required skill: PostgreSQL", Points: 0, Of: 25, Why: "neither the profile nor the letter names it"},
			{Criterion: "nice to have: C++", Met: true, Points: 8, Of: 8, Why: "the letter names it"},
			{Criterion: "years of experience: 4", Points: 18, Of: 25, Why: "the application has 3"},
			{Criterion: "location: Berlin", Met: true, Points: 16, Of: 16, Why: "the profile has it"},
		},
	}
	if diff := cmp.Diff(want, got.Review); diff != "" {
		t.Errorf("review (-want +got):\n%s", diff)
	}
	again, err := w.Review(t.Context(), a.ID) // a message may come twice
	if diff := cmp.Diff(got, again); err != nil || diff != "" {
		t.Errorf("again: %v (-want +got):\n%s", err, diff)
	}
	_, err = w.Review(t.Context(), uuid.New())
	w.wantKind(err, fault.NotFound)
}

// A review of newer criteria stays when a late one of older criteria is written.
func TestReviewNeverGoesBack(t *testing.T) {
	w := newWorld(t)
	role := w.role()
	a := w.submit(role, w.candidate("Ada", "Go", "PostgreSQL"))
	if _, err := w.primary.Exec(t.Context(), `
		UPDATE applications SET score = 1, findings = '[]', role_version = 7, candidate_version = 1, reviewed_at = now()`); err != nil {
		t.Fatal(err)
	}
	got, err := w.Review(t.Context(), a.ID)
	if err != nil || got.Review.RoleVersion != 7 || got.Review.Score != 1 {
		t.Errorf("%+v, %v; want that of version 7 to stay", got.Review, err)
	}
}

func TestReviseReviewsAgain(t *testing.T) {
	w := newWorld(t)
	role := w.role()
	a := w.submit(role, w.candidate("Ada", "Go"))
	waits := w.submit(role, w.candidate("Grace", "Rust"))
	if _, err := w.Review(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	revised := position
	revised.Criteria = applications.Criteria{RequiredSkills: []string{"Rust"}}
	for range 2 { // the same again is no other version
		got, err := w.ReviseRole(t.Context(), role.ID, revised)
		if err != nil || got.Version != 2 {
			t.Fatalf("%+v, %v; want version 2", got, err)
		}
	}
	for i, want := range []int{1, 0} { // the one that waits is left to its message
		if n, err := w.ReviewStale(t.Context(), 10); err != nil || n != want {
			t.Errorf("run %d: %d reviewed, %v; want %d", i, n, err, want)
		}
	}
	got, err := w.Get(t.Context(), a.ID)
	if err != nil || got.Review.Score != 0 || got.Review.RoleVersion != 2 {
		t.Errorf("%+v, %v", got.Review, err)
	}
	if _, err := w.primary.Exec(t.Context(), `UPDATE applications SET submitted_at = now() - interval '11 minutes'`); err != nil {
		t.Fatal(err)
	}
	if n, err := w.ReviewStale(t.Context(), 10); err != nil || n != 1 {
		t.Errorf("%d reviewed, %v; want the one whose message is lost", n, err)
	}
	if got, err := w.Get(t.Context(), waits.ID); err != nil || got.Review == nil || got.Review.Score != 100 {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = w.ReviseRole(t.Context(), uuid.New(), revised)
	w.wantKind(err, fault.NotFound)
}

func TestOpenRole(t *testing.T) {
	w := newWorld(t)
	p := applications.Position{Title: " Engineer ", Criteria: applications.Criteria{
		RequiredSkills: []string{"Go", " go", "C"}, NiceSkills: []string{"GO", "C++"},
	}}
	role, err := w.OpenRole(t.Context(), "k", p)
	if err != nil {
		t.Fatal(err)
	}
	want := applications.Criteria{RequiredSkills: []string{"Go", "C"}, NiceSkills: []string{"C++"}}
	if diff := cmp.Diff(want, role.Criteria); diff != "" || role.Title != "Engineer" || role.Version != 1 {
		t.Errorf("%+v (-want +got):\n%s", role, diff)
	}
	again, err := w.OpenRole(t.Context(), "k", p)
	if diff := cmp.Diff(role, again); err != nil || diff != "" {
		t.Errorf("again: %v (-want +got):\n%s", err, diff)
	}
	p.Title = "Other"
	_, err = w.OpenRole(t.Context(), "k", p)
	w.wantKind(err, fault.Invalid)
}

func TestPositionValidate(t *testing.T) {
	many := slices.Repeat([]string{"Go"}, 21)
	err := applications.Position{Title: " ", Criteria: applications.Criteria{
		RequiredSkills: many, NiceSkills: []string{"ok", " ", ""}, MinimumYears: 61, Location: "\x00",
	}}.Validate()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		t.Fatal(err)
	}
	var fields []string
	for _, field := range f.Fields {
		fields = append(fields, field.Field)
	}
	if diff := cmp.Diff([]string{"title", "location", "minimumYears", "requiredSkills", "niceSkills"}, fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestListRolesGoesThroughAllPages(t *testing.T) {
	w := newWorld(t)
	var want, got []uuid.UUID
	for range 5 {
		want = slices.Insert(want, 0, w.role().ID)
	}
	for pick := (applications.Pick{Limit: 2}); ; {
		page, err := w.ListRoles(t.Context(), pick)
		if err != nil {
			t.Fatal(err)
		}
		for _, role := range page.Items {
			got = append(got, role.ID)
		}
		if page.Next == nil {
			break
		}
		pick.After = *page.Next
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
	_, err := w.ListRoles(t.Context(), applications.Pick{Limit: 101})
	w.wantKind(err, fault.Invalid)
}

func TestNewestOfEach(t *testing.T) {
	w := newWorld(t)
	roles := []*applications.Role{w.role(), w.role()}
	ada, grace := w.candidate("Ada"), w.candidate("Grace")
	first := w.submit(roles[0], ada)
	second := w.submit(roles[0], grace)
	third := w.submit(roles[1], ada)
	of, err := w.OfRoles(t.Context(), []uuid.UUID{roles[0].ID, roles[1].ID, uuid.New()}, 1)
	want := map[uuid.UUID][]*applications.Application{roles[0].ID: {second}, roles[1].ID: {third}}
	if diff := cmp.Diff(want, of); err != nil || diff != "" {
		t.Errorf("of roles: %v (-want +got):\n%s", err, diff)
	}
	of, err = w.OfCandidates(t.Context(), []uuid.UUID{ada.ID}, 5)
	want = map[uuid.UUID][]*applications.Application{ada.ID: {third, first}}
	if diff := cmp.Diff(want, of); err != nil || diff != "" {
		t.Errorf("of candidates: %v (-want +got):\n%s", err, diff)
	}
}

// TestExport: all rows come, in order, and not all of them at once.
func TestExport(t *testing.T) {
	w := newWorld(t)
	role, gone := w.role(), uuid.New()
	if _, err := w.primary.Exec(t.Context(), `
		INSERT INTO applications (id, candidate_id, role_id, years, cover)
		SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, gen_random_uuid(), $1, 1, n::text FROM generate_series(1, 450) n`, role.ID); err != nil {
		t.Fatal(err)
	}
	ada := w.candidate("Ada")
	last := w.submit(role, ada)
	var pages []int
	var got applications.Row
	next := 1
	err := w.Export(t.Context(), role.ID, func(rows []applications.Row) error {
		pages = append(pages, len(rows))
		for _, row := range rows {
			if row.ID != last.ID && (row.Cover != fmt.Sprint(next) || row.Candidate != nil) {
				t.Fatalf("row %d: %+v", next, row)
			}
			next, got = next+1, row
		}
		return nil
	})
	if diff := cmp.Diff([]int{200, 200, 51}, pages); err != nil || diff != "" || got.ID != last.ID || got.Candidate.Name != "Ada" {
		t.Errorf("%v, last %+v (-want +got):\n%s", err, got, diff)
	}
	stop := errors.New("the client has left")
	calls := 0
	err = w.Export(t.Context(), role.ID, func([]applications.Row) error { calls++; return stop })
	if !errors.Is(err, stop) || calls != 1 {
		t.Errorf("%v after %d pages", err, calls)
	}
	w.wantKind(w.Export(t.Context(), gone, nil), fault.NotFound)
}

func TestSubmittedValidate(t *testing.T) {
	w := &world{t: t}
	w.wantKind(applications.Submitted{}.Validate(), fault.Invalid)
	if err := (applications.Submitted{ApplicationID: uuid.New()}).Validate(); err != nil {
		t.Error(err)
	}
}

func TestReviewStaleEndsWithTheContext(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	if n, err := w.ReviewStale(ctx, 10); n != 0 || err == nil {
		t.Errorf("%d, %v", n, err)
	}
}

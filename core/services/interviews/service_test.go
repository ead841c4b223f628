package interviews_test

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/interviews"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// monday is the start of a week; the tests' interviews are around it.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func plan(interviewer string, start time.Time) interviews.Plan {
	return interviews.Plan{Candidate: "Grace Hopper", Position: "Compiler engineer", Interviewer: interviewer, StartsAt: start, Minutes: 60}
}

func schedule(t *testing.T, s *interviews.Service, p interviews.Plan) *interviews.Interview {
	t.Helper()
	i, err := s.Schedule(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("error = %v; want a fault of kind %s", err, kind)
	}
}

func TestScheduleThenGet(t *testing.T) {
	s := interviews.New(dbtest.New(t))
	made := schedule(t, s, plan("Ada", monday))
	want := &interviews.Interview{
		ID: made.ID, Candidate: "Grace Hopper", Position: "Compiler engineer", Interviewer: "Ada",
		StartsAt: monday, Minutes: 60, Status: interviews.Scheduled, CreatedAt: made.CreatedAt,
	}
	if diff := cmp.Diff(want, made); diff != "" {
		t.Errorf("scheduled (-want +got):\n%s", diff)
	}
	got, err := s.Get(t.Context(), made.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(made, got); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
	_, err = s.Get(t.Context(), uuid.New())
	wantKind(t, err, fault.NotFound)
}

func TestScheduleSaysAllThatIsWrong(t *testing.T) {
	_, err := interviews.New(dbtest.New(t)).Schedule(t.Context(), interviews.Plan{Candidate: " ", Minutes: 481})
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		t.Fatalf("error = %v", err)
	}
	want := []fault.Field{
		{Field: "candidate", Detail: "is required"}, {Field: "position", Detail: "is required"},
		{Field: "interviewer", Detail: "is required"}, {Field: "startsAt", Detail: "is required"},
		{Field: "minutes", Detail: "must be from 1 to 480"},
	}
	if diff := cmp.Diff(want, f.Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestNobodyHoldsTwoInterviewsAtOnce(t *testing.T) {
	s := interviews.New(dbtest.New(t))
	schedule(t, s, plan("Ada", monday))
	schedule(t, s, plan("Barbara", monday))
	_, err := s.Schedule(t.Context(), plan("Ada", monday))
	wantKind(t, err, fault.Conflict)
}

func TestARequestKeySchedulesOnce(t *testing.T) {
	s := interviews.New(dbtest.New(t))
	p := plan("Ada", monday)
	p.RequestKey = "3f1c"
	first, again := schedule(t, s, p), schedule(t, s, p)
	if first.ID != again.ID {
		t.Errorf("two interviews: %s and %s", first.ID, again.ID)
	}
	p.Minutes = 30
	_, err := s.Schedule(t.Context(), p)
	wantKind(t, err, fault.Conflict)
}

func TestComplete(t *testing.T) {
	s := interviews.New(dbtest.New(t))
	i := schedule(t, s, plan("Ada", monday))

	_, err := s.Complete(t.Context(), i.ID, "perhaps", unannounced)
	wantKind(t, err, fault.Invalid)
	_, err = s.Complete(t.Context(), uuid.New(), interviews.Yes, unannounced)
	wantKind(t, err, fault.NotFound)

	done, err := s.Complete(t.Context(), i.ID, interviews.Yes, unannounced)
	if err != nil {
		t.Fatal(err)
	}
	if done.Status != interviews.Completed || done.Recommendation != interviews.Yes || done.CompletedAt == nil {
		t.Errorf("completed: %+v", done)
	}
	again, err := s.Complete(t.Context(), i.ID, interviews.Yes, unannounced)
	if diff := cmp.Diff(done, again); err != nil || diff != "" {
		t.Errorf("completed again: %v (-want +got):\n%s", err, diff)
	}
	_, err = s.Complete(t.Context(), i.ID, interviews.No, unannounced)
	wantKind(t, err, fault.Conflict)
}

func TestListGoesThroughAllPages(t *testing.T) {
	s := interviews.New(dbtest.New(t))
	var want []uuid.UUID
	for day := range 5 {
		made := schedule(t, s, plan("Ada", monday.AddDate(0, 0, day)))
		want = append([]uuid.UUID{made.ID}, want...)
	}
	var got []uuid.UUID
	filter := interviews.Filter{Limit: 2}
	for pages := 1; ; pages++ {
		page, err := s.List(t.Context(), filter)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range page.Items {
			got = append(got, i.ID)
		}
		// What is added before the place that was reached does not come twice.
		schedule(t, s, plan("Barbara", monday.AddDate(0, 0, 10+pages)))
		if filter.After = page.Next; filter.After == "" {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
}

func TestListFilters(t *testing.T) {
	s := interviews.New(dbtest.New(t))
	early := schedule(t, s, plan("Ada", monday))
	late := schedule(t, s, plan("Ada", monday.AddDate(0, 0, 7)))
	other := schedule(t, s, plan("Barbara", monday.AddDate(0, 0, 3)))
	if _, err := s.Complete(t.Context(), early.ID, interviews.StrongNo, unannounced); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		filter interviews.Filter
		want   []uuid.UUID
	}{
		{"all", interviews.Filter{}, []uuid.UUID{late.ID, other.ID, early.ID}},
		{"of an interviewer", interviews.Filter{Interviewer: "Ada"}, []uuid.UUID{late.ID, early.ID}},
		{"completed", interviews.Filter{Status: interviews.Completed}, []uuid.UUID{early.ID}},
		{"from, inclusive", interviews.Filter{From: other.StartsAt}, []uuid.UUID{late.ID, other.ID}},
		{"to, exclusive", interviews.Filter{To: other.StartsAt}, []uuid.UUID{early.ID}},
		{"none", interviews.Filter{Interviewer: "Nobody"}, []uuid.UUID{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, err := s.List(t.Context(), c.filter)
			if err != nil {
				t.Fatal(err)
			}
			got := []uuid.UUID{}
			for _, i := range page.Items {
				got = append(got, i.ID)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("ids (-want +got):\n%s", diff)
			}
			if page.Items == nil {
				t.Error("an empty page must be [] in JSON, not null")
			}
		})
	}
}

func TestFilterValidate(t *testing.T) {
	err := interviews.Filter{Status: "lost", Limit: 101, From: monday, To: monday, After: "?"}.Validate()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || len(f.Fields) != 4 {
		t.Errorf("error = %v; want one of status, limit, to and after each", err)
	}
}

func TestCursorsAreBounded(t *testing.T) {
	far := func(first byte) string {
		return base64.RawURLEncoding.EncodeToString(append([]byte{first}, make([]byte, 23)...))
	}
	for _, text := range []string{"?", "AAAA", strings.Repeat("A", 1<<20), far(0x7f), far(0x80), strings.Repeat("A", 31) + "=", " "} {
		var c interviews.Cursor
		if err := c.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%.40q is a cursor", text)
		}
		if err := (interviews.Filter{After: interviews.Cursor(text)}).Validate(); err == nil {
			t.Errorf("a filter takes %.40q", text)
		}
	}
}

// A start that has no form in JSON would make every list that holds it fail.
func TestStartsHaveAFormInJSON(t *testing.T) {
	for _, text := range []string{"0000-06-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"} {
		start, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		wantKind(t, plan("Ada", start).Validate(), fault.Invalid)
	}
}

func TestFigures(t *testing.T) {
	s := interviews.New(dbtest.New(t))
	done := schedule(t, s, plan("Ada", monday))
	schedule(t, s, plan("Ada", monday.AddDate(0, 0, 6))) // the week's Sunday
	next := schedule(t, s, plan("Ada", monday.AddDate(0, 0, 7)))
	schedule(t, s, plan("Barbara", monday))
	schedule(t, s, plan("Barbara", monday.AddDate(0, 0, -1))) // too early
	for id, r := range map[uuid.UUID]interviews.Recommendation{done.ID: interviews.StrongYes, next.ID: interviews.No} {
		if _, err := s.Complete(t.Context(), id, r, unannounced); err != nil {
			t.Fatal(err)
		}
	}
	week := monday.Truncate(24 * time.Hour)
	got, err := s.Figures(t.Context(), week)
	if err != nil {
		t.Fatal(err)
	}
	want := []interviews.Figures{
		{Interviewer: "Ada", Week: week, Scheduled: 2, Completed: 1, Minutes: 60, Recommended: 1},
		{Interviewer: "Barbara", Week: week, Scheduled: 1},
		{Interviewer: "Ada", Week: week.AddDate(0, 0, 7), Scheduled: 1, Completed: 1, Minutes: 60},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApproxTime(0)); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
}

// unannounced announces to nobody.
func unannounced(context.Context, pgx.Tx, interviews.Completion) error { return nil }

// TestCompleteAnnounces: an interview is announced once, and one whose announcement
// fails is not completed.
func TestCompleteAnnounces(t *testing.T) {
	s := interviews.New(dbtest.New(t))
	i := schedule(t, s, plan("Ada", monday))
	failure := errors.New("no outbox")
	_, err := s.Complete(t.Context(), i.ID, interviews.Yes, func(context.Context, pgx.Tx, interviews.Completion) error { return failure })
	if !errors.Is(err, failure) {
		t.Errorf("error = %v", err)
	}
	if got, err := s.Get(t.Context(), i.ID); err != nil || got.Status != interviews.Scheduled {
		t.Errorf("%+v, %v", got, err)
	}
	var announced []interviews.Completion
	for range 2 {
		_, err := s.Complete(t.Context(), i.ID, interviews.Yes, func(_ context.Context, _ pgx.Tx, c interviews.Completion) error {
			announced = append(announced, c)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(announced) != 1 || announced[0].InterviewID != i.ID || announced[0].Recommendation != interviews.Yes {
		t.Errorf("announced %+v", announced)
	}
}

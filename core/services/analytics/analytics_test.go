package analytics_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/analytics"
	"github.com/seastack/seastack/core/services/interviews"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// monday is the start of a week; the tests' interviews are around it.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// world has a database with interviews, and a store.
type world struct {
	t          *testing.T
	primary    *db.Primary
	store      *db.Analytics
	interviews *interviews.Service
	loader     *analytics.Loader
	service    *analytics.Service
}

func newWorld(t *testing.T) world {
	t.Helper()
	url := dbtest.URL(t)
	primary, store := dbtest.Open(t, url), dbtest.NewAnalytics(t)
	return world{t, primary, store, interviews.New(primary), analytics.NewLoader(dbtest.OpenReplica(t, url), store), analytics.New(store)}
}

func (w world) schedule(position, interviewer string, start time.Time) *interviews.Interview {
	w.t.Helper()
	i, err := w.interviews.Schedule(w.t.Context(), interviews.Plan{
		Candidate: "Grace", Position: position, Interviewer: interviewer, StartsAt: start, Minutes: 45,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return i
}

// complete completes an interview, a time after it was created.
func (w world) complete(i *interviews.Interview, r interviews.Recommendation, lead time.Duration) {
	w.t.Helper()
	_, err := w.interviews.Complete(w.t.Context(), i.ID, r, func(context.Context, pgx.Tx, interviews.Completion) error { return nil })
	if err == nil {
		_, err = w.primary.Exec(w.t.Context(), `UPDATE interviews SET created_at = completed_at - make_interval(secs => $2) WHERE id = $1`, i.ID, lead.Seconds())
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// load runs the loader until it has copied so many rows: other transactions of the
// server may hold it back for a moment.
func (w world) load(rows int) {
	w.t.Helper()
	for range 1000 {
		loaded, err := w.loader.Load(w.t.Context())
		if err != nil || len(loaded) != 1 || loaded[0].Facts != "interviews" {
			w.t.Fatalf("loaded %+v, %v", loaded, err)
		}
		if rows -= loaded[0].Rows; rows <= 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if rows != 0 {
		w.t.Errorf("%d rows are missing, or too many", rows)
	}
}

func (w world) positions(f analytics.Filter) *analytics.Page {
	w.t.Helper()
	page, err := w.service.Positions(w.t.Context(), monday, f)
	if err != nil {
		w.t.Fatal(err)
	}
	return page
}

func TestPositions(t *testing.T) {
	w := newWorld(t)
	w.load(0) // of nothing
	if page := w.positions(analytics.Filter{Weeks: 1}); len(page.Items) != 0 {
		t.Errorf("positions of nothing: %+v", page)
	}
	for hour, lead := range []time.Duration{time.Hour, 2 * time.Hour, 9 * time.Hour} {
		i := w.schedule("Engineer", "Ada", monday.Add(time.Duration(hour)*time.Hour))
		w.complete(i, []interviews.Recommendation{interviews.Yes, interviews.No, interviews.StrongYes}[hour], lead)
	}
	w.schedule("Analyst", "Ada", monday.AddDate(0, 0, 1))
	w.schedule("Analyst", "Ada", monday.AddDate(0, 0, -7))
	w.load(5)
	median := (2 * time.Hour).Seconds()
	engineer := analytics.Position{Position: "Engineer", Scheduled: 3, Completed: 3, Recommended: 2, Minutes: 135, MedianLead: &median}
	want := &analytics.Page{Items: []analytics.Position{{Position: "Analyst", Scheduled: 1}, engineer}}
	if diff := cmp.Diff(want, w.positions(analytics.Filter{Weeks: 1})); diff != "" {
		t.Errorf("one week (-want +got):\n%s", diff)
	}
	first := w.positions(analytics.Filter{Weeks: 2, Limit: 1})
	if diff := cmp.Diff(&analytics.Page{Items: []analytics.Position{{Position: "Analyst", Scheduled: 2}}, Next: "Analyst"}, first); diff != "" {
		t.Errorf("first page (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(&analytics.Page{Items: []analytics.Position{engineer}}, w.positions(analytics.Filter{Weeks: 2, Limit: 1, After: first.Next})); diff != "" {
		t.Errorf("second page (-want +got):\n%s", diff)
	}
}

// TestChangesAreCopied: an interview that is completed after it was copied is copied
// again, over its fact; nothing else is.
func TestChangesAreCopied(t *testing.T) {
	w := newWorld(t)
	i := w.schedule("Engineer \"<&>\" \u2028 é", "Ada", monday.AddDate(0, 0, 3))
	w.schedule("Analyst", "Ada", monday)
	w.load(2)
	w.complete(i, interviews.Yes, 90*time.Minute)
	w.load(1)
	w.load(0)
	var fact, candidate string
	err := w.store.QueryRow(t.Context(), `
		SELECT concat_ws('|', interviewer, position, week, minutes, status, recommendation, lead_seconds)
		FROM interview_facts WHERE interview_id = $1`, i.ID).Scan(&fact)
	if want := "Ada|" + i.Position + "|2026-03-02|45|completed|yes|5400"; err != nil || fact != want {
		t.Errorf("fact %q, %v; want %q", fact, err, want)
	}
	err = w.store.QueryRow(t.Context(), `SELECT coalesce(string_agg(f::text, ''), '') FROM interview_facts f`).Scan(&candidate)
	if err != nil || strings.Contains(candidate, "Grace") {
		t.Errorf("the store knows the candidate: %s, %v", candidate, err)
	}
}

func TestLoadFails(t *testing.T) {
	w := newWorld(t)
	if _, err := w.store.Exec(t.Context(), `DROP TABLE etl_watermarks`); err != nil {
		t.Fatal(err)
	}
	if _, err := w.loader.Load(t.Context()); err == nil || !strings.Contains(err.Error(), "facts of interviews") {
		t.Errorf("error = %v", err)
	}
}

func TestFilterThatIsWrong(t *testing.T) {
	w := newWorld(t)
	for _, f := range []analytics.Filter{{}, {Weeks: 54}, {Weeks: 1, Limit: -1}, {Weeks: 1, Limit: 101}, {Weeks: 1, After: strings.Repeat("é", 201)}} {
		if _, err := w.service.Positions(t.Context(), monday, f); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: error = %v", f, err)
		}
	}
	if _, err := w.service.Positions(t.Context(), monday, analytics.Filter{Weeks: 53, Limit: 100, After: strings.Repeat("é", 200)}); err != nil {
		t.Error(err)
	}
}

func TestManyInterviews(t *testing.T) {
	w := newWorld(t)
	_, err := w.primary.Exec(t.Context(), `
		INSERT INTO interviews (id, candidate, position, interviewer, starts_at, minutes, status)
		SELECT gen_random_uuid(), 'Grace', 'Engineer', 'Ada', $1::timestamptz + n * interval '1 second', 60, 'scheduled'
		FROM generate_series(1, 2500) AS n`, monday)
	if err != nil {
		t.Fatal(err)
	}
	w.load(2500) // of one transaction, in three batches
	if got := fmt.Sprint(w.positions(analytics.Filter{Weeks: 1}).Items[0].Scheduled); got != "2500" {
		t.Errorf("%s are counted", got)
	}
}

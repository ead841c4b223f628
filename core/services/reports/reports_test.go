package reports_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/interviews"
	"github.com/seastack/seastack/core/services/reports"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// now is a Thursday.
var now = time.Date(2026, 3, 5, 15, 30, 0, 0, time.UTC)

// world is the service under test beside the one that it asks.
type world struct {
	interviews *interviews.Service
	reports    *reports.Service
	exec       func(sql string, args ...any)
}

func newWorld(t *testing.T) world {
	url := dbtest.URL(t)
	primary, replica := dbtest.Open(t, url), dbtest.OpenReplica(t, url)
	w := world{interviews: interviews.New(primary)}
	w.reports = reports.New(primary, replica, w.interviews)
	w.exec = func(sql string, args ...any) {
		t.Helper()
		if _, err := primary.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w world) hold(t *testing.T, interviewer string, start time.Time, r interviews.Recommendation) {
	t.Helper()
	i, err := w.interviews.Schedule(t.Context(), interviews.Plan{Candidate: "c", Position: "p", Interviewer: interviewer, StartsAt: start, Minutes: 45})
	if err == nil && r != "" {
		_, err = w.interviews.Complete(t.Context(), i.ID, r, func(context.Context, pgx.Tx, interviews.Completion) error { return nil })
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (w world) refresh(t *testing.T) int64 {
	t.Helper()
	n, err := w.reports.Refresh(t.Context(), now.AddDate(0, 0, -14))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (w world) list(t *testing.T, f reports.Filter) []reports.Week {
	t.Helper()
	weeks, err := w.reports.List(t.Context(), now, f)
	if err != nil {
		t.Fatal(err)
	}
	return weeks
}

var ignoreRefreshed = cmpopts.IgnoreFields(reports.Week{}, "RefreshedAt")

func TestRefreshThenList(t *testing.T) {
	w := newWorld(t)
	monday := reports.Monday(now)
	w.hold(t, "Ada", now, interviews.Yes)
	w.hold(t, "Ada", now.Add(time.Hour), "")
	w.hold(t, "Barbara", now.AddDate(0, 0, -7), interviews.No)

	if n := w.refresh(t); n != 2 {
		t.Errorf("%d rows written; want 2", n)
	}
	want := []reports.Week{
		{Interviewer: "Ada", Week: monday, Scheduled: 2, Completed: 1, Minutes: 45, Recommended: 1},
		{Interviewer: "Barbara", Week: monday.AddDate(0, 0, -7), Scheduled: 1, Completed: 1, Minutes: 45},
	}
	if diff := cmp.Diff(want, w.list(t, reports.Filter{Weeks: 2}), ignoreRefreshed); diff != "" {
		t.Errorf("two weeks (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[:1], w.list(t, reports.Filter{Weeks: 1}), ignoreRefreshed); diff != "" {
		t.Errorf("one week (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[1:], w.list(t, reports.Filter{Weeks: 2, Interviewer: "Barbara"}), ignoreRefreshed); diff != "" {
		t.Errorf("one interviewer (-want +got):\n%s", diff)
	}
}

func TestRefreshFollowsWhatChanged(t *testing.T) {
	w := newWorld(t)
	w.hold(t, "Ada", now, "")
	w.hold(t, "Barbara", now, "")
	w.refresh(t)
	w.hold(t, "Ada", now.Add(time.Hour), interviews.StrongYes)
	w.exec(`DELETE FROM interviews WHERE interviewer = 'Barbara'`)
	w.refresh(t)

	want := []reports.Week{{Interviewer: "Ada", Week: reports.Monday(now), Scheduled: 2, Completed: 1, Minutes: 45, Recommended: 1}}
	if diff := cmp.Diff(want, w.list(t, reports.Filter{Weeks: 4}), ignoreRefreshed); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
}

func TestRefreshLeavesOlderWeeksAlone(t *testing.T) {
	w := newWorld(t)
	w.exec(`INSERT INTO interviewer_weeks VALUES ('Ada', $1, 3, 3, 90, 1, '2026-01-01')`, reports.Monday(now).AddDate(0, 0, -21))
	if n := w.refresh(t); n != 0 {
		t.Errorf("%d rows written; want none", n)
	}
	if weeks := w.list(t, reports.Filter{Weeks: 4}); len(weeks) != 1 {
		t.Errorf("weeks = %v; want the one from before", weeks)
	}
}

func TestListWithoutFigures(t *testing.T) {
	w := newWorld(t)
	if weeks := w.list(t, reports.Filter{Weeks: 4}); weeks == nil || len(weeks) != 0 {
		t.Errorf("weeks = %#v; want none, and [] in JSON", weeks)
	}
	_, err := w.reports.List(t.Context(), now, reports.Filter{Weeks: 54})
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("error = %v; want Invalid", err)
	}
}

func TestMonday(t *testing.T) {
	for day := 2; day <= 8; day++ {
		got := reports.Monday(time.Date(2026, 3, day, 23, 59, 0, 0, time.UTC))
		if want := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC); !got.Equal(want) {
			t.Errorf("day %d: %s; want %s", day, got, want)
		}
	}
	// What is Monday there is still Sunday in UTC.
	there := time.FixedZone("+10", 10*60*60)
	if got, want := reports.Monday(time.Date(2026, 3, 9, 8, 0, 0, 0, there)), time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("Monday = %s; want %s", got, want)
	}
}

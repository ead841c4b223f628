package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/core/services/interviews"
	"github.com/seastack/seastack/core/services/outreach"
	"github.com/seastack/seastack/core/services/reports"
	"github.com/seastack/seastack/core/services/sourcing"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

var now = time.Date(2026, 3, 18, 15, 0, 0, 0, time.UTC)

// TestFill fills a database twice, and once more a day later: only the new day's
// interviews are new.
func TestFill(t *testing.T) {
	url := dbtest.URL(t)
	d := New(dbtest.Open(t, url), dbtest.OpenReplica(t, url))
	first, err := d.Fill(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	if first.Candidates != 60 || first.Roles != 4 || first.Applications != 30 || first.Interviews < 100 || first.Completed < 80 {
		t.Errorf("made %+v", first)
	}
	again, err := d.Fill(t.Context(), now)
	if diff := cmp.Diff(first, again); err != nil || diff != "" {
		t.Errorf("again: %v (-first +again):\n%s", err, diff)
	}
	if later, err := d.Fill(t.Context(), now.AddDate(0, 0, 1)); err != nil || later.Candidates != first.Candidates {
		t.Errorf("a day later: %+v, %v", later, err)
	}
	wantSomething(t, d)
}

// wantSomething wants what reports, search and messages have to show.
func wantSomething(t *testing.T, d *Demo) {
	t.Helper()
	weeks, err := d.reports.List(t.Context(), now, reports.Filter{Interviewer: interviewers[0], Weeks: 4})
	if err != nil || len(weeks) < 3 || weeks[1].Completed == 0 {
		t.Errorf("weeks: %+v, %v", weeks, err)
	}
	found, err := d.sourcing.Search(t.Context(), sourcing.Search{Query: "C++", Limit: 10})
	if err != nil || len(found.Items) == 0 {
		t.Errorf("found: %+v, %v", found, err)
	}
	page, err := d.interviews.List(t.Context(), interviews.Filter{Status: interviews.Completed, Limit: 1})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("interviews: %+v, %v", page, err)
	}
	if _, err := d.notes.Get(t.Context(), page.Items[0].ID); err != nil {
		t.Errorf("notes: %v", err)
	}
	messages, err := d.outreach.List(t.Context(), outreach.Filter{Candidate: page.Items[0].Candidate, Limit: 10})
	if err != nil || len(messages.Items) == 0 {
		t.Errorf("messages: %+v, %v", messages, err)
	}
}

// TestFillBesideOthers leaves an interview that somebody has scheduled as it is.
func TestFillBesideOthers(t *testing.T) {
	url := dbtest.URL(t)
	d := New(dbtest.Open(t, url), dbtest.OpenReplica(t, url))
	monday := time.Date(2026, 3, 16, 0, 0, 0, 0, time.UTC)
	for _, who := range interviewers {
		for _, hour := range []int{9, 12} {
			plan := interviews.Plan{Candidate: "Lin", Position: "Cook", Interviewer: who, StartsAt: monday.Add(time.Duration(hour) * time.Hour), Minutes: 30}
			if _, err := d.interviews.Schedule(t.Context(), plan); err != nil {
				t.Fatal(err)
			}
		}
	}
	people, err := d.fillCandidates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if made, _, err := d.fillDay(t.Context(), people, monday, false); err != nil || made != 0 {
		t.Errorf("made %d interviews, %v", made, err)
	}
}

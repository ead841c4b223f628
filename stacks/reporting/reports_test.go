package reporting_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/interviews"
	"github.com/seastack/seastack/core/services/reports"
	"github.com/seastack/seastack/stacks/reporting"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

func TestRefresh(t *testing.T) {
	url := dbtest.URL(t)
	primary, replica := dbtest.Open(t, url), dbtest.OpenReplica(t, url)
	scheduler := interviews.New(primary)
	service := reports.New(primary, replica, scheduler)
	handler := reporting.NewReports(service)
	now := time.Now()
	for weeks := range 10 { // two of them are further back than figures change
		_, err := scheduler.Schedule(t.Context(), interviews.Plan{
			Candidate: "Grace", Position: "Engineer", Interviewer: "Ada", StartsAt: now.AddDate(0, 0, -7*weeks), Minutes: 60,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // a schedule may run twice
		if err := handler.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	weeks, err := service.List(t.Context(), now, reports.Filter{Weeks: 53})
	if err != nil || len(weeks) != 9 { // this week and the eight before it
		t.Errorf("%d weeks, %v; want 9", len(weeks), err)
	}
}

func TestRecord(t *testing.T) {
	url := dbtest.URL(t)
	primary, replica := dbtest.Open(t, url), dbtest.OpenReplica(t, url)
	scheduler := interviews.New(primary)
	service := reports.New(primary, replica, scheduler)
	handler := reporting.NewReports(service)
	now := time.Now()
	var completed []interviews.Completion
	for weeks := range 3 {
		i, err := scheduler.Schedule(t.Context(), interviews.Plan{
			Candidate: "Grace", Position: "Engineer", Interviewer: "Ada", StartsAt: now.AddDate(0, 0, -7*weeks), Minutes: 60,
		})
		if err == nil {
			i, err = scheduler.Complete(t.Context(), i.ID, interviews.Yes, func(context.Context, pgx.Tx, interviews.Completion) error { return nil })
		}
		if err != nil {
			t.Fatal(err)
		}
		completed = append(completed, i.Completion())
	}
	for range 2 { // an event may come twice
		if err := handler.Record(t.Context(), completed[:2]); err != nil {
			t.Fatal(err)
		}
	}
	weeks, err := service.List(t.Context(), now, reports.Filter{Weeks: 53})
	if err != nil || len(weeks) != 2 || weeks[0].Completed != 1 || weeks[1].Completed != 1 {
		t.Errorf("%+v, %v; want this week and the last, which the events are of", weeks, err)
	}
}

func TestRecordFailsWithTheDatabase(t *testing.T) {
	url := dbtest.URL(t)
	primary, replica := dbtest.Open(t, url), dbtest.OpenReplica(t, url)
	handler := reporting.NewReports(reports.New(primary, replica, interviews.New(primary)))
	if _, err := primary.Exec(t.Context(), `DROP TABLE interviewer_weeks`); err != nil {
		t.Fatal(err)
	}
	err := handler.Record(t.Context(), []interviews.Completion{{Interviewer: "Ada"}, {Interviewer: "Ada"}})
	if items, ok := errors.AsType[fault.Items](err); !ok || len(items) != 2 {
		t.Errorf("error = %v; want both events to come again", err)
	}
}

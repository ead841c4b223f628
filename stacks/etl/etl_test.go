package etl_test

import (
	"testing"
	"time"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/analytics"
	"github.com/seastack/seastack/core/services/interviews"
	"github.com/seastack/seastack/stacks/etl"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

func TestLoadThenList(t *testing.T) {
	url, store := dbtest.URL(t), dbtest.NewAnalytics(t)
	_, err := interviews.New(dbtest.Open(t, url)).Schedule(t.Context(), interviews.Plan{
		Candidate: "Grace", Position: "Engineer", Interviewer: "Ada", StartsAt: time.Now(), Minutes: 60,
	})
	if err != nil {
		t.Fatal(err)
	}
	facts := etl.NewFacts(analytics.NewLoader(dbtest.OpenReplica(t, url), store))
	positions := etl.NewPositions(analytics.New(store))
	for range 1000 { // another transaction of the server may hold it back for a moment
		if err := facts.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		page, err := positions.List(t.Context(), etl.PositionsInput{})
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Items) == 1 && page.Items[0].Scheduled == 1 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the interview is not counted")
}

func TestLoadFailsWithTheStore(t *testing.T) {
	store := dbtest.NewAnalytics(t)
	if _, err := store.Exec(t.Context(), `DROP TABLE etl_watermarks`); err != nil {
		t.Fatal(err)
	}
	if err := etl.NewFacts(analytics.NewLoader(dbtest.OpenReplica(t, dbtest.URL(t)), store)).Load(t.Context()); err == nil {
		t.Error("a run that copies nothing is taken for done")
	}
}

func TestInputThatIsWrong(t *testing.T) {
	for _, in := range []etl.PositionsInput{{Weeks: new(0)}, {Limit: new(0)}, {Limit: new(101)}} {
		if err := in.Validate(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: error = %v", in, err)
		}
	}
	if err := (etl.PositionsInput{Weeks: new(53), Limit: new(100)}).Validate(); err != nil {
		t.Error(err)
	}
}

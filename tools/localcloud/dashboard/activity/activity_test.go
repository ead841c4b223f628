package activity

import (
	"fmt"
	"testing"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda"
)

func TestLog(t *testing.T) {
	l := New(time.Now())
	events, stop := l.Listen()
	l.Began(lambda.Began{RequestID: "a", Function: "f"})
	l.Ended(lambda.Ended{RequestID: "a", Function: "f", Duration: time.Second, InitDuration: time.Second, BilledMS: 2000, MemoryMB: 512})
	l.Began(lambda.Began{RequestID: "b", Function: "f"})
	stop()
	l.Ended(lambda.Ended{RequestID: "b", Function: "f", Duration: 3 * time.Second, BilledMS: 3000, MemoryMB: 512, Failure: "x"})
	l.Began(lambda.Began{RequestID: "c", Function: "g"})
	var states []string
	for len(events) > 0 {
		e := <-events
		states = append(states, fmt.Sprintf("%s %t", e.ID, e.Running))
	}
	if got := fmt.Sprint(states); got != "[a true a false b true]" {
		t.Errorf("told of %s", got)
	}
	total := l.Totals()["f"]
	if total.Invocations != 2 || total.Errors != 1 || total.ColdStarts != 1 || total.LastInit != time.Second ||
		total.Mean() != 2*time.Second || total.Longest != 3*time.Second || total.GBSeconds != 2.5 {
		t.Errorf("totals %+v", total)
	}
	if got := l.Newest(2, nil); len(got) != 2 || got[0].ID != "c" || !got[0].Running || got[1].ID != "b" || got[1].Failure != "x" {
		t.Errorf("newest %+v", got)
	}
	if _, ok := l.Find("a"); !ok {
		t.Error("a is forgotten")
	}
	if (Totals{}).Mean() != 0 {
		t.Error("nothing has a mean duration")
	}
}

// TestLogForgets: the newest invocations are remembered, those that run among them.
func TestLogForgets(t *testing.T) {
	l := New(time.Now())
	for i := range kept + 5 {
		l.Began(lambda.Began{RequestID: fmt.Sprint(i), Function: "f"})
	}
	all := l.Newest(2*kept, nil)
	if len(all) != kept || all[0].ID != fmt.Sprint(kept+4) || all[kept-1].ID != "5" {
		t.Errorf("%d, from %s to %s", len(all), all[0].ID, all[len(all)-1].ID)
	}
	l.Ended(lambda.Ended{RequestID: "4", Function: "f"}) // it is not remembered
	if _, ok := l.Find("4"); ok || l.Totals()["f"].Invocations != 1 {
		t.Errorf("found %t, totals %+v", ok, l.Totals()["f"])
	}
}

package cost_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/cost"
)

// now is the end of the windows of these tests.
var now = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// report returns a report of functions, of a window that is a month.
func report(t *testing.T, in cost.Input) cost.Report {
	t.Helper()
	prices, err := cost.ListPrices()
	if err != nil {
		t.Fatal(err)
	}
	in.From, in.To, in.Region = now.Add(-cost.Month), now, "us-east-1"
	r, err := cost.New(prices, in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestLines: the lines of each trigger are the products of quantities and prices, to
// the millionth of a dollar.
func TestLines(t *testing.T) {
	million := cost.Usage{Stack: "web", Function: "f", Architecture: "arm64", Memory: 512, Invocations: 1_000_000, Duration: 100_000 * time.Second}
	for name, c := range map[string]struct {
		change func(*cost.Usage)
		want   []string
	}{
		"invoke": {func(*cost.Usage) {}, nil},
		"http":   {func(u *cost.Usage) { u.Trigger = model.HTTPTrigger }, []string{"http_requests 1000000 requests 1.000000"}},
		"queue": {func(u *cost.Usage) { u.Trigger = model.QueueTrigger },
			[]string{"sqs_requests 3000000 requests 1.200000", "sqs_requests 657000 requests 0.262800 idle"}},
		"fifo": {func(u *cost.Usage) { u.Trigger, u.FIFO = model.QueueTrigger, true },
			[]string{"sqs_fifo_requests 3000000 requests 1.500000", "sqs_fifo_requests 657000 requests 0.328500 idle"}},
		"event": {func(u *cost.Usage) { u.Trigger, u.Subscribers = model.EventTrigger, 2 }, []string{
			"sqs_requests 3000000 requests 1.200000", "sqs_requests 657000 requests 0.262800 idle", "events 500000 events 0.500000"}},
		"object": {func(u *cost.Usage) { u.Trigger = model.ObjectTrigger },
			[]string{"sqs_requests 3000000 requests 1.200000", "sqs_requests 657000 requests 0.262800 idle"}},
		"schedule":    {func(u *cost.Usage) { u.Trigger = model.ScheduleTrigger }, []string{"schedules 1000000 invocations 1.000000"}},
		"logs":        {func(u *cost.Usage) { u.LogBytes = 3 << 30 }, []string{"log_ingestion 3 GB 1.500000"}},
		"stored":      {func(u *cost.Usage) { u.StoredBytes = 10 << 30 }, []string{"log_storage 10 GB-months 0.300000 idle"}},
		"alarms":      {func(u *cost.Usage) { u.Alarms = 3 }, []string{"alarms 3 alarm-months 0.300000 idle"}},
		"provisioned": {func(u *cost.Usage) { u.Provisioned = 2 }, []string{"lambda_provisioned_arm64 2628000 GB-s 8.760175 idle"}},
		"storage":     {func(u *cost.Usage) { u.Storage = 1536 }, []string{"lambda_storage 100000 GB-s 0.003090"}},
	} {
		u := million
		c.change(&u)
		want := append([]string{"lambda_requests 1000000 requests 0.200000", "lambda_arm64 50000 GB-s 0.666670"}, c.want...)
		var got []string
		for _, l := range report(t, cost.Input{Functions: []cost.Usage{u}}).Functions[0].Lines {
			text := string(l.Item) + " " + l.Quantity.String() + " " + l.Unit + " " + exact(t, l.USD)
			if l.Idle {
				text += " idle"
			}
			got = append(got, text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func exact(t *testing.T, m cost.Money) string {
	t.Helper()
	text, err := m.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestIdle: functions that nobody calls cost nothing, and what stands beside them does.
func TestIdle(t *testing.T) {
	r := report(t, cost.Input{Functions: []cost.Usage{{Stack: "web", Function: "f", Memory: 512, Trigger: model.HTTPTrigger}}})
	if got := exact(t, r.USD); got != "0.000000" {
		t.Errorf("an idle function costs %s", got)
	}
	r = report(t, cost.Input{Secrets: 2, Functions: []cost.Usage{{Stack: "web", Function: "f", Memory: 512, Alarms: 3}}})
	if got := exact(t, r.USD) + " " + exact(t, r.Idle); got != "1.100000 1.100000" {
		t.Errorf("alarms and secrets cost %s", got)
	}
}

// TestGrowth: what does not depend on requests stays, and the rest grows with them.
func TestGrowth(t *testing.T) {
	in := cost.Input{Functions: []cost.Usage{
		{Stack: "web", Function: "f", Architecture: "x86_64", Memory: 1024, Invocations: 500_000, Duration: 50_000 * time.Second, Alarms: 5},
		{Stack: "etl", Function: "g", Memory: 1024, Alarms: 5},
	}}
	growth := func(r cost.Report) (all []string) {
		for _, g := range r.Growth {
			all = append(all, g.Invocations.Round()+" "+exact(t, g.USD))
		}
		return all
	}
	want := []string{"0 1.000000", "500000 1.933335", "5000000 10.333350", "50000000 94.333500"}
	if diff := cmp.Diff(want, growth(report(t, in))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	in.Requests = []int64{250_000}
	if diff := cmp.Diff([]string{"0 1.000000", "250000 1.466668", "500000 1.933335"}, growth(report(t, in))); diff != "" {
		t.Errorf("--requests (-want +got):\n%s", diff)
	}
}

// TestMemory: the cheapest setting has what was used and a quarter more, and is never
// above that which is set.
func TestMemory(t *testing.T) {
	for _, c := range []struct {
		set, used, want int
		breakEven       string
	}{
		{1024, 40, 128, "8.00"}, {1024, 103, 128, "8.00"}, {1024, 104, 192, "5.33"}, {1024, 400, 512, "2.00"}, {256, 250, 256, "1.00"}, {200, 150, 192, "1.04"},
	} {
		u := cost.Usage{Stack: "web", Function: "f", Architecture: "arm64", Memory: c.set, Invocations: 1, Duration: time.Second,
			Reports: cost.Reports{Count: 1, Duration: time.Second, Billed: time.Second, MaxMemory: c.used}}
		m := report(t, cost.Input{Functions: []cost.Usage{u}}).Functions[0].Memory
		if m == nil || m.Cheapest != c.want || m.BreakEven != c.breakEven || m.Used != c.used {
			t.Errorf("%d MB set and %d used: %+v", c.set, c.used, m)
		}
	}
	if m := report(t, cost.Input{Functions: []cost.Usage{{Memory: 512, Invocations: 1}}}).Functions[0].Memory; m != nil {
		t.Errorf("nothing is known of its memory: %+v", m)
	}
}

// TestBilled: initialisations are billed; of reports that are not all, the proportion.
func TestBilled(t *testing.T) {
	u := cost.Usage{Memory: 1024, Architecture: "arm64", Invocations: 2, Duration: 1500 * time.Millisecond,
		Reports: cost.Reports{Count: 2, Duration: 1500 * time.Millisecond, Billed: 2 * time.Second}}
	for count, want := range map[int64]float64{0: 1500, 2: 2000} {
		u.Reports.Count = count
		if got := report(t, cost.Input{Functions: []cost.Usage{u}}).Functions[0].Measured.Billed; got != want {
			t.Errorf("%d reports: %g ms, want %g", count, got, want)
		}
	}
	u.Invocations, u.Duration, u.Reports.Count = 200, 150*time.Second, 2
	if got := report(t, cost.Input{Functions: []cost.Usage{u}}).Functions[0].Measured.Billed; got != 200_000 {
		t.Errorf("some reports: %g ms", got)
	}
}

// TestUnpriced: an item without a price is told of, and not taken for free in silence.
func TestUnpriced(t *testing.T) {
	prices, err := cost.ParsePrices([]byte(`{"date": "2026-01-01", "currency": "USD", "sources": ["x"], "regions": {"eu-west-1": {"lambda_requests": {"usd": "1", "per": 1}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	r, err := cost.New(prices, cost.Input{Region: "eu-west-1", From: now.Add(-time.Hour), To: now,
		Functions: []cost.Usage{{Invocations: 1, Memory: 128, Duration: time.Second, Alarms: 2}}})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"unpriced":true`, "no price of alarms in eu-west-1", "no price of lambda_arm64 in eu-west-1"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the report lacks %s: %s", want, text)
		}
	}
}

// TestBadPrices: a table that is wrong is refused, and says where.
func TestBadPrices(t *testing.T) {
	const head = `{"date": "2026-01-01", "currency": "USD", "sources": ["x"], "regions": {"r": `
	for table, want := range map[string]string{
		`{`: "unexpected EOF", `{"dates": 1}`: "unknown field", `{"date": "June", "currency": "USD", "sources": ["x"]}`: "it lacks a date",
		head + `{"gold": {"usd": "1", "per": 1}}}}`:                `r: there is no item "gold"`,
		head + `{"alarms": {"usd": "1e9", "per": 1}}}}`:            "r: alarms has no price",
		head + `{"alarms": {"usd": "1", "per": 0}}}}`:              "r: alarms has no price",
		head + `{"alarms": null}}}`:                                "r: alarms has no price",
		`{"date": "2026-01-01", "currency": "EUR", "sources": []}`: "it lacks a date",
	} {
		_, err := cost.ParsePrices([]byte(table))
		var d diag.Diagnostic
		if !errors.As(err, &d) || d.Code != diag.NoPrices || !strings.Contains(d.Message, want) {
			t.Errorf("%s: %v", table, err)
		}
	}
}

func TestMoney(t *testing.T) {
	for usd, want := range map[string]string{"0": "$0.00", "12.345": "$12.35", "0.00123": "$0.0012", "0.00001": "<$0.0001", "0.01": "$0.01"} {
		prices, err := cost.ParsePrices([]byte(`{"date": "2026-01-01", "currency": "USD", "sources": ["x"], "regions": {"r": {"secrets": {"usd": "` + usd + `", "per": 1}}}}`))
		if err != nil {
			t.Fatal(err)
		}
		r, err := cost.New(prices, cost.Input{Region: "r", From: now.Add(-time.Hour), To: now, Secrets: 1})
		if err != nil || r.USD.String() != want {
			t.Errorf("%s is %s, want %s (%v)", usd, r.USD, want, err)
		}
	}
}

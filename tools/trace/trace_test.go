package trace

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/localcloud/traces"
)

const ms = time.Millisecond

// span returns a span from one time to another, in milliseconds.
func span(id, parent, kind, function, name string, from, to int) traces.Span {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	s := traces.Span{
		SpanID: id, ParentID: parent, Kind: kind, Function: function, Name: name,
		Start: noon.Add(time.Duration(from) * ms), Duration: time.Duration(to-from) * ms,
	}
	if kind == traces.Client && name == "INSERT" {
		s.Attributes = map[string]string{"db.system.name": "postgresql"}
	}
	return s
}

// TestAnalyze: a request that writes a row, sends a message to a function that starts
// cold, and invokes another one.
func TestAnalyze(t *testing.T) {
	sum := span("8", "7", traces.Server, "web/sum", "invoke web/sum", 85, 90)
	sum.Error = "it is gone"
	row := span("6", "4", traces.Client, "worker/store", "INSERT", 140, 160)
	row.Links = []traces.Link{{TraceID: "other"}, {TraceID: "this"}, {TraceID: "other"}}
	spans := []traces.Span{
		span("1", "outside", traces.Server, "web/post", "POST /", 0, 100),
		span("2", "1", traces.Client, "web/post", "INSERT", 10, 30),
		span("3", "1", traces.Producer, "web/post", "send q", 20, 40),
		span("7", "1", traces.Client, "web/post", "invoke web/sum", 80, 95),
		sum,
		span("5", "4", traces.Internal, "worker/store", "init", 60, 110),
		span("4", "3", traces.Consumer, "worker/store", "process q", 120, 170),
		row,
	}
	got := Analyze("this", spans)
	want := []Share{
		{Function: "web/post", Runs: 1, Total: 100 * ms, Own: 55 * ms, SQL: 20 * ms, Calls: 35 * ms},
		{Function: "web/sum", Runs: 1, Total: 5 * ms, Own: 5 * ms, Waiting: 5 * ms},
		{Function: "worker/store", Runs: 1, Total: 50 * ms, Own: 30 * ms, SQL: 20 * ms, Init: 50 * ms, Waiting: 30 * ms},
	}
	if diff := cmp.Diff(want, got.Functions); diff != "" {
		t.Errorf("functions (-want +got):\n%s", diff)
	}
	var rows []string
	for _, r := range got.Rows {
		rows = append(rows, "          "[:2*r.Depth]+r.Name)
	}
	order := []string{"POST /", "  INSERT", "  send q", "    process q", "      init", "      INSERT", "  invoke web/sum", "    invoke web/sum"}
	if diff := cmp.Diff(order, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if got.Duration != 170*ms || got.Errors != 1 || got.Name != "POST /" || !cmp.Equal(got.Linked, []string{"other"}) {
		t.Errorf("%+v", got)
	}
}

// TestAnalyzeWhatNoSDKMakes: spans without an end of their parents are shown all the
// same.
func TestAnalyzeWhatNoSDKMakes(t *testing.T) {
	if got := Analyze("x", nil); len(got.Rows) != 0 {
		t.Errorf("%+v", got)
	}
	a, b := span("1", "2", traces.Server, "", "a", 0, 1), span("2", "1", traces.Server, "", "b", 0, 1)
	if got := Analyze("x", []traces.Span{a, b}); len(got.Rows) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestParseID(t *testing.T) {
	const id = "0af7651916cd43dd8448eb211c80319c"
	for _, text := range []string{
		id, "0AF7651916CD43DD8448EB211C80319C", "1-0af76519-16cd43dd8448eb211c80319c", "Root=1-0af76519-16cd43dd8448eb211c80319c",
		"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
	} {
		if got, ok := ParseID(text); got != id || !ok {
			t.Errorf("%s: %s, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "x", id[1:], "1-2-3", "g" + id[1:]} {
		if _, ok := ParseID(text); ok {
			t.Errorf("%q is an ID", text)
		}
	}
}

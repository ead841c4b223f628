package web_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/seastack/seastack/core/function"
)

// request is one request to the stack, as a client may make it.
type request struct {
	route       uint8
	id          string
	query       string
	key         string // of idempotency
	contentType string
	body        string
	base64      bool
}

// fuzzer serves requests with the stack's handlers on a real database.
type fuzzer struct {
	names    []string
	handlers []function.Handler
	id       string // of an interview
}

func newFuzzer(t testing.TB) *fuzzer {
	w := newWorld(t)
	f := &fuzzer{id: w.create(t).ID.String()}
	f.add("POST /interviews", function.HTTP(w.interviews.Create, function.Status(201)))
	f.add("GET /interviews/{id}", function.HTTP(w.interviews.Get))
	f.add("GET /interviews", function.HTTP(w.interviews.List))
	f.add("POST /interviews/{id}/complete", function.HTTP(w.completions.Complete))
	f.add("PUT /interviews/{id}/transcript", function.HTTP(w.transcripts.Upload, function.Status(202)))
	f.add("GET /interviews/{id}/notes", function.HTTP(w.notes.Get))
	f.add("GET /reports", function.HTTP(w.reports.List))
	return f
}

func (f *fuzzer) add(name string, h function.Handler) {
	f.names, f.handlers = append(f.names, name), append(f.handlers, h)
}

// serve fails the test when an answer says that the fault is ours.
func (f *fuzzer) serve(t testing.TB, r request) int {
	t.Helper()
	n := int(r.route) % len(f.handlers)
	if r.id == "" {
		r.id = f.id
	}
	event, err := json.Marshal(events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: f.names[n], PathParameters: map[string]string{"id": r.id}, RawQueryString: r.query,
		Headers: map[string]string{"content-type": r.contentType, "idempotency-key": r.key}, Body: r.body, IsBase64Encoded: r.base64,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	out, err := f.handlers[n].Invoke(ctx, event)
	var response events.APIGatewayV2HTTPResponse
	if err == nil {
		err = json.Unmarshal(out, &response)
	}
	if err != nil || response.StatusCode < 200 || response.StatusCode >= 500 {
		t.Errorf("%s: %v, status %d: %s\n%#v", f.names[n], err, response.StatusCode, response.Body, r)
	}
	return response.StatusCode
}

// create is a body that schedules an interview.
const create = `{"candidate":%s,"position":"p","interviewer":%s,"startsAt":%s,"minutes":%s}`

// seeds are requests that were answered with 500 once, or are near such.
func seeds() []request {
	js := "application/json"
	body := func(candidate, start, minutes string) string {
		return fmt.Sprintf(create, candidate, candidate, start, minutes)
	}
	list := []request{
		{contentType: js, body: body(`"Ada"`, `"2026-03-02T10:00:00Z"`, `45`), key: "k"},
		{contentType: js + "; charset=utf8", body: body(`"Grace"`, `"2026-03-02T10:00:00Z"`, `45`)},
		{contentType: js, body: body(`"a\u0000b"`, `"2026-03-02T10:00:00Z"`, `45`)},
		{contentType: js, body: body(`"\ud800"`, `"2026-03-02T10:00:00Z"`, `45`)},
		{contentType: js, body: body(`"x"`, `"0000-01-01T00:00:00+23:59"`, `45`)},
		{contentType: js, body: body(`"x"`, `"9999-12-31T23:59:59-23:59"`, `45`)},
		{contentType: js, body: body(`"x"`, `"2026-03-02T10:00:00Z"`, `1e400`)},
		{contentType: js, body: body(`"y"`, `"2026-03-02T10:00:00Z"`, `45`), key: "a\x00"},
		{contentType: js, body: body(`"z"`, `"2026-03-02T10:00:00Z"`, `45`), key: "\xff"},
		{contentType: js, body: base64.StdEncoding.EncodeToString([]byte(body("\"\xff\"", `"2026-03-02T10:00:00Z"`, `45`))), base64: true},
		{contentType: js, body: strings.Repeat("[", 100000)},
		{contentType: js, body: strings.Repeat(" ", function.MaxBodyDefault+1)},
		{route: 3, contentType: js, body: `{"recommendation":"yes","Recommendation":"no"}`},
		{route: 3, contentType: js, body: `{"recommendation":"yes\u0000"}`},
		{route: 4, contentType: js, body: `{"transcript":"Ada: \u0000"}`},
		{route: 4, contentType: js, body: `{"transcript":"Ada: Hello."}`},
		{route: 1, id: "a\x00b"}, {route: 1, id: "urn:uuid:" + strings.Repeat("0", 36)}, {route: 5, id: "\xff"},
	}
	for _, query := range []string{
		"interviewer=%00", "interviewer=%ff", "status=%00", "from=0000-01-01T00:00:00%2B23:59", "to=9999-12-31T23:59:59-23:59", "limit=-1",
		"limit=9223372036854775808", "after=%00", "after=f_______________________________", "after=gAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "a=%", "weeks=53;x",
	} {
		list = append(list, request{route: 2, query: query}, request{route: 6, query: query})
	}
	return append(list, request{route: 6, query: "weeks=53&interviewer=%00"}, request{route: 6, query: "weeks=-9223372036854775808"})
}

func TestRequestsOfSeeds(t *testing.T) {
	f := newFuzzer(t)
	for _, r := range seeds() {
		f.serve(t, r)
	}
	for want, r := range map[int]request{
		400: {route: 2, query: "after=f_______________________________"}, 413: seeds()[11], 201: {contentType: "application/json; charset=UTF8",
			body: fmt.Sprintf(create, `"Lin"`, `"Lin"`, `"2026-03-02T10:00:00Z"`, `45`)},
	} {
		if got := f.serve(t, r); got != want {
			t.Errorf("status %d; want %d", got, want)
		}
	}
}

func FuzzRequests(f *testing.F) {
	for _, r := range seeds() {
		f.Add(r.route, r.id, r.query, r.key, r.contentType, r.body, r.base64)
	}
	fuzzer := newFuzzer(f)
	f.Fuzz(func(t *testing.T, route uint8, id, query, key, contentType, body string, base64 bool) {
		fuzzer.serve(t, request{route: route, id: id, query: query, key: key, contentType: contentType, body: body, base64: base64})
	})
}

// randomRequests is how many requests a test makes up; SEASTACK_FUZZ_REQUESTS
// sets another number, and SEASTACK_FUZZ_SEED repeats a run.
const randomRequests = 1500

func TestRandomRequests(t *testing.T) {
	number, seed := randomRequests, rand.Uint64()
	if n, err := strconv.Atoi(os.Getenv("SEASTACK_FUZZ_REQUESTS")); err == nil {
		number = n
	}
	if n, err := strconv.ParseUint(os.Getenv("SEASTACK_FUZZ_SEED"), 10, 64); err == nil {
		seed = n
	}
	t.Logf("SEASTACK_FUZZ_SEED=%d", seed)
	f, g := newFuzzer(t), generator{rand.New(rand.NewPCG(seed, 0))}
	statuses := map[int]int{}
	for range number {
		statuses[f.serve(t, g.request())]++
		if t.Failed() {
			break
		}
	}
	t.Logf("statuses: %v", statuses)
	if statuses[200]+statuses[201]+statuses[202] == 0 {
		t.Error("no request got through to the database")
	}
}

// generator makes requests of parts that are often wrong.
type generator struct{ *rand.Rand }

func pick[T any](g generator, of ...T) T { return of[g.IntN(len(of))] }

func (g generator) request() request {
	route := g.IntN(7)
	return request{
		route: uint8(route), id: pick(g, "", "", "", g.text(), "00000000-0000-0000-0000-000000000000"), query: g.query(), key: pick(g, "", g.text()),
		contentType: pick(g, "application/json", "application/json", "application/json", "application/json; charset="+g.text(), g.text()),
		body:        pick(g, g.body(route), g.body(route), g.body(route), g.body(g.IntN(7)), g.value(0), g.text()), base64: g.IntN(20) == 0,
	}
}

// body is the body of a route, with something wrong now and then.
func (g generator) body(route int) string {
	names := map[int][]string{0: {"candidate", "position", "interviewer", "startsAt", "minutes"}, 3: {"recommendation"}, 4: {"transcript"}}[route]
	var members []string
	for _, name := range names {
		value := pick(g, `"Ada"`, `"Grace: I will send it."`, `"yes"`, `"no"`)
		switch {
		case g.IntN(12) == 0:
			value = g.value(0)
		case name == "startsAt":
			value = strconv.Quote(g.time())
		case name == "minutes":
			value = strconv.Itoa(g.IntN(500))
		}
		if g.IntN(30) == 0 {
			name = pick(g, strings.ToUpper(name), "other", g.text())
		}
		members = append(members, strconv.Quote(name)+":"+value)
	}
	if len(members) > 0 && g.IntN(20) == 0 {
		members = append(members[1:], pick(g, members...))
	}
	return "{" + strings.Join(members, ",") + "}"
}

func (g generator) text() string {
	text := pick(g, "", "Ada", "yes", "scheduled", "\x00", "\xff", "é", "\U0001f600", "'; --", "%", "\\", "\"", strings.Repeat("x", g.IntN(3000)), "-1", "NaN", "infinity", "2026-03-02T10:00:00Z")
	if g.IntN(3) == 0 {
		return text + g.text()
	}
	return text
}

func (g generator) time() string {
	return pick(g, "2026-03-02T10:00:00Z", time.Unix(g.Int64N(1<<37)-1<<36, g.Int64N(1e9)).UTC().Format(time.RFC3339Nano),
		"0000-01-01T00:00:00+23:59", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59.999999999Z", "2026-02-30T00:00:00Z", g.text())
}

func (g generator) query() string {
	var parts []string
	for range g.IntN(4) {
		name := pick(g, "interviewer", "status", "from", "to", "limit", "after", "weeks", g.text())
		value := pick(g, g.text(), g.time(), strconv.FormatInt(g.Int64()>>g.IntN(64), 10), base64.RawURLEncoding.EncodeToString([]byte(g.bytes(24))))
		parts = append(parts, pick(g, url.QueryEscape(name)+"="+url.QueryEscape(value), name+"="+value))
	}
	return strings.Join(parts, "&")
}

func (g generator) bytes(n int) string {
	raw := make([]byte, n)
	for i := range raw {
		raw[i] = byte(g.Uint32())
	}
	return string(raw)
}

func (g generator) value(depth int) string {
	if depth > 3 {
		return "null"
	}
	quoted, _ := json.Marshal(g.text())
	return pick(g, string(quoted), `"`+g.text()+`"`, `"\u0000"`, `"\ud83d"`, `"\\u0000"`, "null", "true", "1e400", "-0", "1.5", strconv.FormatInt(g.Int64(), 10),
		"["+g.value(depth+1)+","+g.value(depth+1)+"]", `{"level":`+g.value(depth+1)+"}")
}

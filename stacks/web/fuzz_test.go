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

// route is a route of the stack.
type route struct {
	name    string
	id      string // of what is there, where the route is of something
	handler function.Handler
}

// The routes whose bodies and queries are made up, by their numbers.
const (
	createInterview = iota
	getInterview
	listInterviews
	completeInterview
	uploadTranscript
	getNotes
	listReports
	createRole
	reviseRole
	listRoles
	submitApplication
	getApplication
	getCandidate
	searchCandidates
	listMessages
	stopMessages
	queryGraphQL
	exportApplications
	allRoutes
)

// fuzzer serves requests with the stack's handlers on a real database.
type fuzzer struct {
	routes          []route
	role, candidate string // their IDs
}

func newFuzzer(t testing.TB) *fuzzer {
	w := newWorld(t)
	id, role, who := w.create(t).ID.String(), w.role(t), w.candidate(t, "Ada")
	application := w.submit(t, role, who).ID.String()
	f := &fuzzer{role: role.ID.String(), candidate: who.ID.String()}
	f.routes = []route{
		createInterview:    {"POST /interviews", "", function.HTTP(w.interviews.Create, function.Status(201))},
		getInterview:       {"GET /interviews/{id}", id, function.HTTP(w.interviews.Get)},
		listInterviews:     {"GET /interviews", "", function.HTTP(w.interviews.List)},
		completeInterview:  {"POST /interviews/{id}/complete", id, function.HTTP(w.completions.Complete)},
		uploadTranscript:   {"PUT /interviews/{id}/transcript", id, function.HTTP(w.transcripts.Upload, function.Status(202))},
		getNotes:           {"GET /interviews/{id}/notes", id, function.HTTP(w.notes.Get)},
		listReports:        {"GET /reports", "", function.HTTP(w.reports.List)},
		createRole:         {"POST /roles", "", function.HTTP(w.roles.Create, function.Status(201))},
		reviseRole:         {"PUT /roles/{id}", f.role, function.HTTP(w.roles.Revise)},
		listRoles:          {"GET /roles", "", function.HTTP(w.roles.List)},
		submitApplication:  {"POST /applications", "", function.HTTP(w.submissions.Submit, function.Status(201))},
		getApplication:     {"GET /applications/{id}", application, function.HTTP(w.applications.Get)},
		getCandidate:       {"GET /candidates/{id}", f.candidate, function.HTTP(w.candidates.Get)},
		searchCandidates:   {"GET /candidates", "", function.HTTP(w.sourcing.Search)},
		listMessages:       {"GET /messages", "", function.HTTP(w.messages.List)},
		stopMessages:       {"POST /messages/stop", "", function.HTTP(w.messages.Stop)},
		queryGraphQL:       {"POST /graphql", "", function.HTTPFunc(w.graphql.ServeHTTP)},
		exportApplications: {"GET /", "", function.HTTPFunc(w.exports.Applications)},
	}
	return f
}

// serve fails the test when an answer says that the fault is ours.
func (f *fuzzer) serve(t testing.TB, r request) int {
	t.Helper()
	route := f.routes[int(r.route)%len(f.routes)]
	if r.id == "" {
		r.id = route.id
	}
	method, path, _ := strings.Cut(route.name, " ")
	event, err := json.Marshal(events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: route.name, RawPath: path, PathParameters: map[string]string{"id": r.id}, RawQueryString: r.query,
		Headers: map[string]string{"content-type": r.contentType, "idempotency-key": r.key}, Body: r.body, IsBase64Encoded: r.base64,
		RequestContext: events.APIGatewayV2HTTPRequestContext{HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: method}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	out, err := route.handler.Invoke(ctx, event)
	var response events.APIGatewayV2HTTPResponse
	if err == nil {
		err = json.Unmarshal(out, &response)
	}
	if err != nil || response.StatusCode < 200 || response.StatusCode >= 500 {
		t.Errorf("%s: %v, status %d: %s\n%#v", route.name, err, response.StatusCode, response.Body, r)
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
		{route: completeInterview, contentType: js, body: `{"recommendation":"yes","Recommendation":"no"}`},
		{route: completeInterview, contentType: js, body: `{"recommendation":"yes\u0000"}`},
		{route: uploadTranscript, contentType: js, body: `{"transcript":"Ada: \u0000"}`},
		{route: uploadTranscript, contentType: js, body: `{"transcript":"Ada: Hello."}`},
		{route: createRole, contentType: js, body: `{"title":"a\u0000","requiredSkills":["\u0000",null]}`},
		{route: createRole, contentType: js, body: `{"title":"Engineer","requiredSkills":["C++"],"minimumYears":2}`, key: "k"},
		{route: createRole, contentType: js, body: `{"title":"Engineer","requiredSkills":["C++"]}`, key: strings.Repeat("k", 1000)},
		{route: submitApplication, contentType: js, body: `{"candidateId":"00000000-0000-0000-0000-000000000000","roleId":"x"}`},
		{route: stopMessages, contentType: js, body: `{"candidate":"Ada\u0000","reason":"replied"}`},
		{route: queryGraphQL, contentType: js, body: `{"query":"{interviews(interviewer: \"\\u0000\") {items {id}}}"}`},
		{route: queryGraphQL, contentType: js, body: `{"query":"query($a: String) {candidates(skill: $a) {items {id}}}","variables":{"a":"\u0000"}}`},
		{route: queryGraphQL, contentType: js, body: `{"query":"{roles(first: 1e400) {items {id}}}"}`},
		{route: queryGraphQL, contentType: js, body: `{"query":"{` + strings.Repeat("a{", 8000) + `"}`},
		{route: searchCandidates, query: "q=%22%00"}, {route: searchCandidates, query: "q=a%22-b&skill=%ff&limit=0"}, {route: searchCandidates, query: "q=" + strings.Repeat("%2B", 400)},
		{route: searchCandidates, query: "after=f8AAAAAAAAAAAAAAAAAAAAAAAAA"}, {route: listRoles, query: "after=x"}, {route: listMessages, query: "candidate=%00"},
		{route: exportApplications, query: "role=%00"}, {route: exportApplications, query: "role=00000000-0000-0000-0000-000000000000"},
		{route: getInterview, id: "a\x00b"}, {route: getInterview, id: "urn:uuid:" + strings.Repeat("0", 36)}, {route: getNotes, id: "\xff"},
	}
	for _, query := range []string{
		"interviewer=%00", "interviewer=%ff", "status=%00", "from=0000-01-01T00:00:00%2B23:59", "to=9999-12-31T23:59:59-23:59", "limit=-1",
		"limit=9223372036854775808", "after=%00", "after=f_______________________________", "after=gAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "a=%", "weeks=53;x",
	} {
		list = append(list, request{route: listInterviews, query: query}, request{route: listReports, query: query})
	}
	return append(list, request{route: listReports, query: "weeks=53&interviewer=%00"}, request{route: listReports, query: "weeks=-9223372036854775808"})
}

func TestRequestsOfSeeds(t *testing.T) {
	f := newFuzzer(t)
	for _, r := range seeds() {
		f.serve(t, r)
	}
	if got := f.serve(t, request{route: exportApplications, query: "role=" + f.role}); got != 200 {
		t.Errorf("an export: status %d", got)
	}
	for want, r := range map[int]request{
		400: {route: listInterviews, query: "after=f_______________________________"}, 413: seeds()[11], 201: {contentType: "application/json; charset=UTF8",
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
	f := newFuzzer(t)
	g := generator{rand.New(rand.NewPCG(seed, 0)), f}
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
type generator struct {
	*rand.Rand
	*fuzzer
}

func pick[T any](g generator, of ...T) T { return of[g.IntN(len(of))] }

func (g generator) request() request {
	route := g.IntN(allRoutes)
	return request{
		route: uint8(route), id: pick(g, "", "", "", g.text(), "00000000-0000-0000-0000-000000000000"), query: g.query(), key: pick(g, "", g.text()),
		contentType: pick(g, "application/json", "application/json", "application/json", "application/json; charset="+g.text(), g.text()),
		body:        pick(g, g.body(route), g.body(route), g.body(route), g.body(g.IntN(allRoutes)), g.value(0), g.text()), base64: g.IntN(20) == 0,
	}
}

// bodies are the members of the bodies of routes.
var bodies = map[int][]string{
	createInterview:   {"candidate", "position", "interviewer", "startsAt", "minutes"},
	completeInterview: {"recommendation"},
	uploadTranscript:  {"transcript"},
	createRole:        {"title", "requiredSkills", "niceSkills", "minimumYears", "location"},
	reviseRole:        {"title", "requiredSkills", "niceSkills", "minimumYears", "location"},
	submitApplication: {"candidateId", "roleId", "years", "cover"},
	stopMessages:      {"candidate", "reason"},
	queryGraphQL:      {"query", "variables"},
}

// body is the body of a route, with something wrong now and then.
func (g generator) body(route int) string {
	var members []string
	for _, name := range bodies[route] {
		value := g.member(name)
		if g.IntN(12) == 0 {
			value = g.value(0)
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

// member is a value that a member of a body may have.
func (g generator) member(name string) string {
	switch name {
	case "startsAt":
		return strconv.Quote(g.time())
	case "minutes", "minimumYears", "years":
		return strconv.Itoa(g.IntN(500) - 5)
	case "requiredSkills", "niceSkills":
		return pick(g, `[]`, `["Go","C++"]`, `["Go",`+g.value(2)+`]`)
	case "candidateId":
		return strconv.Quote(g.candidate)
	case "roleId":
		return strconv.Quote(g.role)
	case "reason":
		return pick(g, `"replied"`, `"withdrew"`)
	case "query":
		return strconv.Quote(g.graphQL(0))
	case "variables":
		return `{"a":` + g.value(1) + `}`
	}
	return pick(g, `"Ada"`, `"Grace: I will send it."`, `"yes"`, `"no"`)
}

// graphQL is a query, or a part of one.
func (g generator) graphQL(depth int) string {
	if depth > 4 {
		return "id"
	}
	var fields []string
	for range 1 + g.IntN(3) {
		name := pick(g, "interviews", "candidates", "roles", "reports", "items", "applications", "role", "candidate", "notes", "id", "next", "__typename", "...on Role")
		arguments := pick(g, "", "", "(first: 2)", "(first: "+strconv.Itoa(g.IntN(200)-20)+")", `(id: "`+g.role+`")`, "(interviewer: "+strconv.Quote(g.text())+")", "(after: $a)")
		fields = append(fields, name+arguments+pick(g, "", g.graphQL(depth+1)))
	}
	selection := "{" + strings.Join(fields, " ") + "}"
	if depth == 0 && g.IntN(2) == 0 {
		return "query($a: String) " + selection
	}
	return selection
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
		name := pick(g, "interviewer", "status", "from", "to", "limit", "after", "weeks", "q", "skill", "location", "candidate", "role", g.text())
		value := pick(g, g.text(), g.role, g.time(), strconv.FormatInt(g.Int64()>>g.IntN(64), 10), base64.RawURLEncoding.EncodeToString([]byte(g.bytes(24))))
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

package graph_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/services/applications"
	"github.com/seastack/seastack/core/services/candidates"
	"github.com/seastack/seastack/core/services/graph"
	"github.com/seastack/seastack/core/services/interviews"
	"github.com/seastack/seastack/core/services/notes"
	"github.com/seastack/seastack/core/services/reports"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// world is a graph on a database of its own, whose statements are counted.
type world struct {
	*testing.T
	*graph.Graph
	primary    *db.Primary // past the counter
	statements *atomic.Int64
}

func newWorld(t *testing.T) *world {
	t.Helper()
	address := dbtest.URL(t)
	w := &world{T: t, primary: dbtest.Open(t, address), statements: new(atomic.Int64)}
	counted := w.count(address)
	primary, replica := dbtest.Open(t, counted), dbtest.OpenReplica(t, counted)
	people, meetings := candidates.New(primary), interviews.New(primary)
	g, err := graph.New(meetings, notes.New(primary, meetings), people, applications.New(primary, people), reports.New(primary, replica, meetings))
	if err != nil {
		t.Fatal(err)
	}
	w.Graph = g
	return w
}

// count returns the URL of a proxy that counts the statements that go through it.
func (w *world) count(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		w.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { listener.Close() })
	target := u.Host
	u.Host = listener.Addr().String()
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go w.relay(client, target)
		}
	}()
	return u.String()
}

// relay passes on what a client and a server say, and counts the client's messages
// Execute.
// https://www.postgresql.org/docs/current/protocol-message-formats.html
func (w *world) relay(client net.Conn, target string) {
	defer client.Close()
	server, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		_, _ = io.Copy(client, server)
		client.Close()
	}()
	for typed := false; ; typed = true { // the first message has no type
		head := make([]byte, 4)
		if typed {
			head = make([]byte, 5)
		}
		if _, err := io.ReadFull(client, head); err != nil {
			return
		}
		if typed && head[0] == 'E' {
			w.statements.Add(1)
		}
		size := int64(binary.BigEndian.Uint32(head[len(head)-4:])) - 4
		if _, err := server.Write(head); err != nil {
			return
		}
		if _, err := io.CopyN(server, client, size); err != nil {
			return
		}
	}
}

func (w *world) exec(sql string, args ...any) {
	w.Helper()
	if _, err := w.primary.Exec(w.Context(), sql, args...); err != nil {
		w.Fatal(err)
	}
}

// answer is a response of GraphQL.
type answer struct {
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
	executed bool
}

func (w *world) ask(query string, variables map[string]any) (a answer) {
	w.Helper()
	raw, executed, err := w.Query(w.Context(), query, "", variables)
	if err == nil {
		err = json.Unmarshal(raw, &a)
	}
	if err != nil {
		w.Fatal(err)
	}
	a.executed = executed
	return a
}

// data returns the data of a query, which has no errors.
func (w *world) data(query string, variables map[string]any) map[string]any {
	w.Helper()
	a := w.ask(query, variables)
	if len(a.Errors) > 0 {
		w.Fatalf("%s: %+v", query, a.Errors)
	}
	return a.Data
}

// fill adds n candidates who have each applied to n roles, and interviews with notes.
func (w *world) fill(n int) {
	w.exec(`INSERT INTO candidates (id, email, name, headline, skills, location, source, changed_at)
		SELECT gen_random_uuid(), 'c' || n || '@example.com', 'c' || n, '', '{Go}', '', 'ats', now() FROM generate_series(1, $1) n`, n)
	w.exec(`INSERT INTO roles (id, title, required_skills, nice_skills, minimum_years, location)
		SELECT gen_random_uuid(), 'r' || n, '{}', '{}', 0, '' FROM generate_series(1, $1) n`, n)
	w.exec(`INSERT INTO applications (id, candidate_id, role_id, years, cover, score, findings, role_version, candidate_version, reviewed_at)
		SELECT gen_random_uuid(), c.id, r.id, 1, '', 100, '[{"criterion":"x","met":true,"points":100,"of":100,"why":"y"}]', 1, 1, now()
		FROM candidates c, roles r`)
	w.exec(`INSERT INTO interviews (id, candidate, position, interviewer, starts_at, minutes, status)
		SELECT gen_random_uuid(), 'c', 'p', 'i', now() + n * interval '1 hour', 30, 'scheduled' FROM generate_series(1, $1) n`, n)
	w.exec(`INSERT INTO notes SELECT id, 1, '{a}', '{}', '{}', '{}', '{}', 1 FROM interviews`)
}

// TestStatementsAreConstant: a list of fifty costs as many statements as a list of
// two, however deep its fields are.
func TestStatementsAreConstant(t *testing.T) {
	w := newWorld(t)
	w.fill(50)
	const query = `query($n: Int!) {
		interviews(first: $n) { items { id notes { summary } } }
		candidates(first: $n) { items { name applications(first: 5) { review { score } role { title applications(first: 2) { candidate { name } } } candidate { email } } } }
	}`
	var counts [2]int64
	for i, n := range []int{2, 50} {
		w.data(`{roles(first: 1) {items {id}}}`, nil) // connects
		before := w.statements.Load()
		data := w.data(query, map[string]any{"n": n})
		counts[i] = w.statements.Load() - before
		items := data["candidates"].(map[string]any)["items"].([]any)
		if len(items) != n {
			t.Fatalf("%d candidates; want %d", len(items), n)
		}
		for _, item := range items {
			for _, a := range item.(map[string]any)["applications"].([]any) {
				if a.(map[string]any)["candidate"] == nil || a.(map[string]any)["role"] == nil {
					t.Fatalf("%v", a)
				}
			}
		}
		for _, item := range data["interviews"].(map[string]any)["items"].([]any) {
			if item.(map[string]any)["notes"] == nil {
				t.Fatalf("%v", item)
			}
		}
	}
	// Interviews, their notes; candidates, applications, roles, candidates of these;
	// applications of the roles, and their candidates.
	if diff := cmp.Diff([2]int64{8, 8}, counts); diff != "" {
		t.Errorf("statements of 2 and of 50 (-want +got):\n%s", diff)
	}
}

func TestAliasesWithOtherArguments(t *testing.T) {
	w := newWorld(t)
	w.fill(3)
	data := w.data(`{candidates(first: 1) {items {one: applications(first: 1) {id} two: applications(first: 2) {id}}}}`, nil)
	item := data["candidates"].(map[string]any)["items"].([]any)[0].(map[string]any)
	if len(item["one"].([]any)) != 1 || len(item["two"].([]any)) != 2 {
		t.Errorf("%v", item)
	}
}

// TestEveryField asks for all that there is, of one of each.
func TestEveryField(t *testing.T) {
	w := newWorld(t)
	w.fill(1)
	w.exec(`INSERT INTO interviewer_weeks (interviewer, week, scheduled, completed, minutes, recommended) VALUES ('i', $1, 4, 3, 2, 1)`, reports.Monday(time.Now()))
	w.exec(`UPDATE interviews SET status = 'completed', recommendation = 'yes', completed_at = now()`)
	ids := w.data(`{interviews {items {id}} candidates {items {id}} roles {items {id applications {id}}}}`, nil)
	first := func(name string) map[string]any {
		return ids[name].(map[string]any)["items"].([]any)[0].(map[string]any)
	}
	data := w.data(`query($i: ID!, $c: ID!, $r: ID!, $a: ID!) {
		interview(id: $i) {id candidate position interviewer startsAt minutes status recommendation createdAt completedAt
			notes {version summary questions actions skills topics words writtenAt}}
		candidate(id: $c) {id email name headline skills location source version createdAt updatedAt applications {id}}
		role(id: $r) {id title requiredSkills niceSkills minimumYears location version createdAt updatedAt applications {id}}
		application(id: $a) {id years cover submittedAt candidate {id} role {id}
			review {score roleVersion candidateVersion reviewedAt findings {criterion met points of why}}}
		reports {interviewer week scheduled completed minutes recommended refreshedAt}
	}`, map[string]any{"i": first("interviews")["id"], "c": first("candidates")["id"], "r": first("roles")["id"],
		"a": first("roles")["applications"].([]any)[0].(map[string]any)["id"]})
	got := fmt.Sprintln(data["interview"].(map[string]any)["recommendation"], data["interview"].(map[string]any)["notes"].(map[string]any)["summary"],
		data["candidate"].(map[string]any)["email"], data["role"].(map[string]any)["title"],
		data["application"].(map[string]any)["review"].(map[string]any)["findings"].([]any)[0].(map[string]any)["why"],
		data["reports"].([]any)[0].(map[string]any)["minutes"])
	if want := "yes [a] c1@example.com r1 y 2\n"; got != want {
		t.Errorf("%q; want %q\n%v", got, want, data)
	}
}

func TestNothingIsNull(t *testing.T) {
	w := newWorld(t)
	id := uuid.NewString()
	data := w.data(`query($id: ID!) {interview(id: $id) {id} candidate(id: $id) {id} role(id: $id) {id} application(id: $id) {id}}`, map[string]any{"id": id})
	if diff := cmp.Diff(map[string]any{"interview": nil, "candidate": nil, "role": nil, "application": nil}, data); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.exec(`INSERT INTO interviews (id, candidate, position, interviewer, starts_at, minutes, status) VALUES ($1, 'c', 'p', 'i', now(), 30, 'scheduled')`, id)
	data = w.data(`query($id: ID!) {interview(id: $id) {recommendation completedAt notes {words}}}`, map[string]any{"id": id})
	want := map[string]any{"interview": map[string]any{"recommendation": nil, "completedAt": nil, "notes": nil}}
	if diff := cmp.Diff(want, data); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPagesAndFilters(t *testing.T) {
	w := newWorld(t)
	w.fill(5)
	for query, want := range map[string]int{
		`query($after: %s) {interviews(first: 2, after: $after, interviewer: "i", status: scheduled) {items {id} next}}`: 5,
		`query($after: %s) {interviews(first: 2, after: $after, status: completed) {items {id} next}}`:                   0,
		`query($after: %s) {candidates(first: 2, after: $after, skill: "Go") {items {id} next}}`:                         5,
		`query($after: %s) {roles(first: 2, after: $after) {items {id} next}}`:                                           5,
	} {
		kind := "String = \"\""
		if strings.Contains(query, "roles") {
			kind = "ID"
		}
		seen, variables := map[any]bool{}, map[string]any{}
		for {
			data := w.data(fmt.Sprintf(query, kind), variables)
			var page map[string]any
			for _, value := range data {
				page = value.(map[string]any)
			}
			for _, item := range page["items"].([]any) {
				seen[item.(map[string]any)["id"]] = true
			}
			if page["next"] == nil {
				break
			}
			variables["after"] = page["next"]
		}
		if len(seen) != want {
			t.Errorf("%s: %d; want %d", query, len(seen), want)
		}
	}
}

// What is wrong with a query, or too much of it, is an error with a code, and is not
// executed or not loaded.
func TestRefused(t *testing.T) {
	w := newWorld(t)
	w.fill(1)
	deep := "{roles {items {id " + strings.Repeat("applications {role {", 8) + "id" + strings.Repeat("}}", 8) + "}}}"
	fields := "{" + strings.Repeat("roles {items {id}} ", 20) + "}"
	var aliases strings.Builder
	for i := range 600 {
		fmt.Fprintf(&aliases, "a%d: __typename ", i)
	}
	for name, c := range map[string]struct {
		query    string
		executed bool
	}{
		"malformed":           {`{roles {`, false},
		"empty":               {` `, false},
		"an unknown field":    {`{secrets}`, false},
		"an unknown argument": {`{roles(last: 1) {items {id}}}`, false},
		"a mutation":          {`mutation {roles {items {id}}}`, false},
		"too deep":            {deep, false},
		"too long":            {`{roles {items {id}}} #` + strings.Repeat("x", graph.MaxQuery), false},
		"a loop of fragments": {`{roles {...a}} fragment a on RolePage {...a}`, false},
		"too many selections": {"{" + aliases.String() + "}", true},
		"no UUID":             {`{role(id: "1") {id}}`, true},
		"first of none":       {`{roles(first: 0) {items {id}}}`, true},
		"first of too many":   {`{roles(first: 101) {items {id}}}`, true},
		"first within":        {`{roles {items {applications(first: -1) {id}}}}`, true},
		"a cursor of none":    {`{candidates(after: "?") {items {id}}}`, true},
		"NUL":                 {`{interviews(interviewer: "\u0000") {items {id}}}`, true},
		"NUL in reports":      {`{reports(interviewer: "\u0000") {week}}`, true},
		"weeks":               {`{reports(weeks: 54) {week}}`, true},
	} {
		a := w.ask(c.query, nil)
		if len(a.Errors) == 0 || a.executed != c.executed {
			t.Errorf("%s: executed %t, %+v", name, a.executed, a.Errors)
			continue
		}
		if code := a.Errors[0].Extensions["code"]; code != "invalid" {
			t.Errorf("%s: code %v: %s", name, code, a.Errors[0].Message)
		}
	}
	if a := w.ask(fields, nil); len(a.Errors) > 0 { // the same field many times is one
		t.Errorf("%+v", a.Errors)
	}
}

// A query is refused before it has loaded too much, and says so.
func TestTooComplex(t *testing.T) {
	w := newWorld(t)
	w.fill(60)
	before := w.statements.Load()
	if code := w.ask(`{candidates(first: 60) {items {applications(first: 100) {role {title}}}}}`, nil).Errors[0].Extensions["code"]; code != "invalid" {
		t.Errorf("code %v", code)
	}
	if n := w.statements.Load() - before; n > 1 {
		t.Errorf("%d statements; want that of the candidates alone", n)
	}
	var many strings.Builder
	for i := range 100 {
		fmt.Fprintf(&many, "a%d: roles(first: 100) {items {id}} ", i)
	}
	before = w.statements.Load()
	a := w.ask("{"+many.String()+"}", nil)
	if n := w.statements.Load() - before; n > 50 || len(a.Errors) == 0 || !strings.Contains(a.Errors[0].Message, "too complex") {
		t.Errorf("%d statements, %+v", n, a.Errors)
	}
}

// What goes wrong on our side is not shown.
func TestInternalErrorsAreHidden(t *testing.T) {
	w := newWorld(t)
	w.fill(2)
	w.exec(`DROP TABLE notes`)
	a := w.ask(`{interviews {items {id notes {words}}}}`, nil)
	if len(a.Errors) != 2 || a.Data == nil {
		t.Fatalf("%+v", a)
	}
	for _, e := range a.Errors {
		if e.Extensions["code"] != "internal" || strings.Contains(e.Message, "notes") || len(e.Path) == 0 {
			t.Errorf("%+v", e)
		}
	}
	if items := a.Data["interviews"].(map[string]any)["items"].([]any); items[0].(map[string]any)["id"] == "" {
		t.Errorf("%v: what was found is lost", items)
	}
	w.primary.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	raw, _, err := w.Query(ctx, `{roles {items {id}}}`, "", nil)
	if err != nil || !strings.Contains(string(raw), `"errors"`) {
		t.Errorf("%s, %v", raw, err)
	}
}

// TestIntrospection: tools can read the schema.
func TestIntrospection(t *testing.T) {
	w := newWorld(t)
	data := w.data(introspection, nil)
	types := data["__schema"].(map[string]any)["types"].([]any)
	if len(types) < 20 {
		t.Errorf("%d types", len(types))
	}
}

// introspection is the query of GraphQL's own tools.
// https://github.com/graphql/graphql-js/blob/main/src/utilities/getIntrospectionQuery.ts
const introspection = `query IntrospectionQuery {
  __schema { queryType { name } mutationType { name } subscriptionType { name } types { ...FullType }
    directives { name description locations args { ...InputValue } } } }
fragment FullType on __Type { kind name description
  fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
  inputFields { ...InputValue } interfaces { ...TypeRef } enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef } }
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
  ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }`

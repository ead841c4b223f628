package sourcing_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/candidates"
	"github.com/seastack/seastack/core/services/sourcing"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

type world struct {
	*testing.T
	*sourcing.Service
}

func newWorld(t *testing.T) *world {
	url := dbtest.URL(t)
	return &world{t, sourcing.New(dbtest.Open(t, url), dbtest.OpenReplica(t, url))}
}

func (w *world) index(c candidates.Saved) {
	w.Helper()
	if err := w.Index(w.Context(), c); err != nil {
		w.Fatal(err)
	}
}

// people indexes candidates: name, headline, location, skills.
func (w *world) people(rows ...[]string) {
	w.Helper()
	for _, row := range rows {
		w.index(candidates.Saved{ID: uuid.New(), Version: 1, Name: row[0], Headline: row[1], Location: row[2], Skills: row[3:]})
	}
}

func (w *world) search(s sourcing.Search) *sourcing.Page {
	w.Helper()
	page, err := w.Search(w.Context(), s)
	if err != nil {
		w.Fatalf("%+v: %v", s, err)
	}
	return page
}

func names(page *sourcing.Page) []string {
	all := []string{}
	for _, h := range page.Items {
		all = append(all, h.Name)
	}
	return all
}

func TestSearch(t *testing.T) {
	w := newWorld(t)
	w.people(
		[]string{"Ada Lovelace", "Engineer of engines", "London, UK", "C++", "Go"},
		[]string{"Bjarne", "C++ author", "Aarhus", "C"},
		[]string{"Anders", "Language designer", "Seattle", "C#", ".NET", "ASP.NET"},
		[]string{"Ryan", "Runtimes", "San Diego", "node.js"},
		[]string{"José Valim", "The Elixir person", "Kraków", "Erlang", "Go"},
	)
	for _, c := range []struct {
		search sourcing.Search
		want   []string // from the best to the worst
	}{
		{sourcing.Search{Query: "c++"}, []string{"Bjarne", "Ada Lovelace"}}, // the headline has more weight
		{sourcing.Search{Query: "c++ -java"}, []string{"Bjarne", "Ada Lovelace"}},
		{sourcing.Search{Query: `"or" or c#`}, []string{"Anders"}},
		{sourcing.Search{Query: "-go -c -node -.net"}, []string{}},
		{sourcing.Search{Query: "C#"}, []string{"Anders"}},
		{sourcing.Search{Query: "c"}, []string{"Bjarne"}},
		{sourcing.Search{Query: ".net"}, []string{"Anders"}},
		{sourcing.Search{Query: "Node.JS"}, []string{"Ryan"}},
		{sourcing.Search{Query: "nodejs"}, []string{"Ryan"}},
		{sourcing.Search{Query: "node"}, []string{"Ryan"}},
		{sourcing.Search{Query: "jose"}, []string{"José Valim"}},
		{sourcing.Search{Query: "KRAKOW"}, []string{"José Valim"}},
		{sourcing.Search{Query: "the"}, []string{"José Valim"}}, // no stop words
		{sourcing.Search{Query: "go -erlang"}, []string{"Ada Lovelace"}},
		{sourcing.Search{Query: `"language designer"`}, []string{"Anders"}},
		{sourcing.Search{Query: `"designer language"`}, []string{}},
		{sourcing.Search{Query: "ryan or anders", Skills: []string{"c#"}}, []string{"Anders"}},
		{sourcing.Search{Query: "go", Location: "london"}, []string{"Ada Lovelace"}},
		{sourcing.Search{Skills: []string{"GO", "c++"}}, []string{"Ada Lovelace"}},
		{sourcing.Search{Skills: []string{"c+"}}, []string{}},
		{sourcing.Search{Query: "' | & ! :* <-> engines"}, []string{"Ada Lovelace"}},
		{sourcing.Search{Query: "nobody"}, []string{}},
	} {
		if diff := cmp.Diff(c.want, names(w.search(c.search))); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", c.search, diff)
		}
	}
	if got := w.search(sourcing.Search{}); len(got.Items) != 5 {
		t.Errorf("without a query: %v", names(got))
	}
}

func TestSnippets(t *testing.T) {
	w := newWorld(t)
	w.people([]string{"Ada", "Writes C++ & SQL", "London", "C++", "Node.js", "C"})
	got := w.search(sourcing.Search{Query: `c++ node -java`}).Items[0]
	want := []sourcing.Snippet{
		{Field: "headline", Parts: []sourcing.Part{{Text: "Writes "}, {Text: "C++", Match: true}, {Text: " & SQL"}}},
		{Field: "skills", Parts: []sourcing.Part{{Text: "C++", Match: true}, {Text: ", "}, {Text: "Node.js", Match: true}, {Text: ", C"}}},
	}
	if diff := cmp.Diff(want, got.Snippets); diff != "" || got.Rank < 0.01 {
		t.Errorf("rank %v, snippets (-want +got):\n%s", got.Rank, diff)
	}
}

// Events come twice and in any order; the newest version stays.
func TestIndexNeverGoesBack(t *testing.T) {
	w := newWorld(t)
	id := uuid.New()
	for _, version := range []int{2, 2, 1, 3, 1} {
		w.index(candidates.Saved{ID: id, Version: version, Name: fmt.Sprint("version", version), Skills: nil})
	}
	if diff := cmp.Diff([]string{"version3"}, names(w.search(sourcing.Search{}))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := w.search(sourcing.Search{Query: "version1 or version2"}); len(got.Items) != 0 {
		t.Errorf("%v is found by what it was", names(got))
	}
	for name, c := range map[string]candidates.Saved{"no id": {Version: 1}, "no version": {ID: id}} {
		if err := w.Index(t.Context(), c); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPages(t *testing.T) {
	for _, query := range []string{"", "go"} {
		w := newWorld(t)
		for i := range 7 { // of three ranks
			w.people([]string{fmt.Sprint("n", i), strings.Repeat("Go ", i%3), "", "Go"})
		}
		want := names(w.search(sourcing.Search{Query: query}))
		got := []string{}
		for s := (sourcing.Search{Query: query, Limit: 2}); ; {
			page := w.search(s)
			got = append(got, names(page)...)
			if s.After = page.Next; s.After == "" {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || len(want) != 7 {
			t.Errorf("%q: (-whole +by pages):\n%s", query, diff)
		}
	}
}

func TestValidation(t *testing.T) {
	w := newWorld(t)
	cursor := func(raw string) sourcing.Cursor {
		return sourcing.Cursor(base64.RawURLEncoding.EncodeToString([]byte(raw)))
	}
	for name, s := range map[string]sourcing.Search{
		"NUL":              {Query: "a\x00"},
		"not UTF-8":        {Query: "\xff"},
		"long":             {Query: strings.Repeat("a ", 251)},
		"no words":         {Query: "+++ --"},
		"many skills":      {Skills: make([]string, 11)},
		"a skill of NUL":   {Skills: []string{"\x00"}},
		"a place of NUL":   {Location: "\x00"},
		"limit":            {Limit: 101},
		"no cursor":        {After: "?"},
		"a cursor of NaN":  {After: cursor("\x7f\xc0\x00\x00" + strings.Repeat("a", 16))},
		"a cursor of -1":   {After: cursor("\xbf\x80\x00\x00" + strings.Repeat("a", 16))},
		"a cursor of none": {After: cursor(strings.Repeat("\x00", 20))},
	} {
		if _, err := w.Search(t.Context(), s); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var c sourcing.Cursor
	if err := c.UnmarshalText([]byte("?")); err == nil {
		t.Error("? is a cursor")
	}
}

// Whatever is typed is a query for PostgreSQL.
func FuzzQuery(f *testing.F) {
	for _, text := range []string{`"`, `""`, `-`, `- -a`, `or`, `a or`, `or or or`, `"a -b" -"c d`, `--a`, `a.b.c+#`, "é\u0301", "\u0130", ".....", `\`, `'`, "a-b", `-"`} {
		f.Add(text)
	}
	url := dbtest.URL(f)
	s := sourcing.New(dbtest.Open(f, url), dbtest.OpenReplica(f, url))
	f.Fuzz(func(t *testing.T, text string) {
		if err := s.Index(t.Context(), candidates.Saved{ID: uuid.New(), Version: 1, Name: strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "")}); err != nil {
			t.Fatalf("index %q: %v", text, err)
		}
		if _, err := s.Search(t.Context(), sourcing.Search{Query: text}); err != nil && !fault.Is(err, fault.Invalid) {
			t.Fatalf("search %q: %v", text, err)
		}
	})
}

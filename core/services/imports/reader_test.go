package imports

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// got is a row as the tests compare it.
type got struct {
	Line   int
	Fields string // with bars between them
	Wrong  string
}

func readAll(t *testing.T, text string) (rows []got) {
	t.Helper()
	r := newReader(strings.NewReader(text))
	for {
		row, err := r.row()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, got{row.line, strings.Join(row.fields, "|"), row.wrong})
	}
}

const (
	notClosed = "a quote is not closed, or something stands behind it"
	bare      = "a quote stands in a field that does not begin with one"
)

func TestRows(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []got
	}{
		{"none", "", nil},
		{"blank lines", "\n \r\n\n", nil},
		{"line feeds", "a,b\nc,d\n", []got{{1, "a|b", ""}, {2, "c|d", ""}}},
		{"carriage returns, too", "a,b\r\nc,d\r\n", []got{{1, "a|b", ""}, {2, "c|d", ""}}},
		{"no line end at the end", "a\nb", []got{{1, "a", ""}, {2, "b", ""}}},
		{"a byte order mark", "\ufeffa,b\n\ufeffc", []got{{1, "a|b", ""}, {2, "\ufeffc", ""}}},
		{"quotes", `"a,b","say ""hi""",` + "\n", []got{{1, `a,b|say "hi"|`, ""}}},
		{"a line break in quotes", "\"a\r\nb\",c\nd\n", []got{{1, "a\nb|c", ""}, {3, "d", ""}}},
		{"a quote that is not closed", "a,\"b\nc\nd\n", []got{{1, "", notClosed}, {2, "c", ""}, {3, "d", ""}}},
		{"two of them", "\"a\nb\n\"c\nd\n", []got{{1, "", notClosed}, {2, "b", ""}, {3, "", notClosed}, {4, "d", ""}}},
		{"a quote within a field", "a\"b\"\nc\n", []got{{1, "", bare}, {2, "c", ""}}},
		{"one quote within a field", "5\" disk\nc\n", []got{{1, "", bare}, {2, "c", ""}}},
		{"something behind a quote", "\"a\"b,c\nd\n", []got{{1, "", notClosed}, {2, "d", ""}}},
		{"not UTF-8", "a\n\xff\nb\n", []got{{1, "a", ""}, {2, "", "the line is no text in UTF-8"}, {3, "b", ""}}},
		{"not UTF-8, in quotes", "\"a\n\xff\nb\n", []got{{1, "", notClosed}, {2, "", "the line is no text in UTF-8"}, {3, "b", ""}}},
		{"a NUL", "a\x00\nb\n", []got{{1, "", "the line is no text in UTF-8"}, {2, "b", ""}}},
		{"a long line", strings.Repeat("a", MaxLine+1) + "\nb\n", []got{{1, "", "the line is too long"}, {2, "b", ""}}},
		{"a long line at the end", "b\n" + strings.Repeat("a", 3*MaxLine), []got{{1, "b", ""}, {2, "", "the line is too long"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, readAll(t, c.text)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

// TestARowEnds: a quote that is not closed costs MaxLines lines, and not the file.
func TestARowEnds(t *testing.T) {
	const lines = 20_000
	start := time.Now()
	rows := readAll(t, strings.Repeat("\"\"\"\n", lines)) // each opens a quote for itself
	if len(rows) > lines || len(rows) == 0 {
		t.Errorf("%d rows", len(rows))
	}
	long := readAll(t, "\"a\n"+strings.Repeat("b\n", MaxLines)+"c\"\n")
	if len(long) != MaxLines+2 || long[0].Wrong == "" || long[1].Fields != "b" {
		t.Errorf("%d rows: %v", len(long), long[:2])
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %s", took)
	}
}

// TestReadingFails: what cannot be read is no end of the file.
func TestReadingFails(t *testing.T) {
	failure := errors.New("the connection is lost")
	for _, text := range []string{"", "a\nb", "\"a\n"} {
		r := newReader(io.MultiReader(strings.NewReader(text), failing{failure}))
		var err error
		for err == nil {
			_, err = r.row()
		}
		if !errors.Is(err, failure) {
			t.Errorf("%q: error = %v", text, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestHeader(t *testing.T) {
	for _, c := range []struct {
		name, text, refusal string
	}{
		{"all columns", "location,skills,external_id,headline,name,email", ""},
		{"the least, in any case", " Name,E" + "MAIL ", ""},
		{"none", "", "the file has no header"},
		{"no address", "name", "the header has no column email"},
		{"a column twice", "name,email,Name", "the header has the column name twice"},
		{"semicolons", "name;email", `the header has a column "name;email"; columns are email, name, headline, skills, location, external_id, with commas between them`},
		{"UTF-16", "\xff\xfen\x00a\x00", "line 1, which has the names of the columns: the line is no text in UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, refusal, err := newScanner(strings.NewReader(c.text), time.Now())
			if err != nil || refusal != c.refusal {
				t.Errorf("refusal = %q, %v; want %q", refusal, err, c.refusal)
			}
		})
	}
}

func scanAll(t *testing.T, text string) (all []entry, refusal string) {
	t.Helper()
	s, refusal, err := newScanner(strings.NewReader(text), time.Now())
	if err != nil || refusal != "" {
		t.Fatal(refusal, err)
	}
	for {
		some, refusal, err := s.batch(7)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, some...)
		if len(some) < 7 {
			return all, refusal
		}
	}
}

func TestEntries(t *testing.T) {
	entries, _ := scanAll(t, "name,email,skills\nAda,ada@example.com,Go;SQL\n,x,\nAda,ADA@example.com ,\nAda\nGrace,grace@example.com,\n")
	var problems []Problem
	var valid []string
	for _, e := range entries {
		if problems = append(problems, e.problems...); len(e.problems) == 0 {
			valid = append(valid, e.profile.Email)
		}
	}
	want := []Problem{
		{3, "email", "must be an e-mail address in ASCII of 254 characters at most"}, {3, "name", "is required"},
		{4, "email", "is that of line 2"}, {5, "", "the row has 1 fields, and the header 3"},
	}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"ada@example.com", "grace@example.com"}, valid); diff != "" {
		t.Errorf("valid (-want +got):\n%s", diff)
	}
}

func TestTooManyRows(t *testing.T) {
	entries, refusal := scanAll(t, "name,email\n"+strings.Repeat("x\n", MaxRows+1))
	if len(entries) != MaxRows || !strings.Contains(refusal, "more than 50000 rows; line 50002") {
		t.Errorf("%d entries, refusal = %q", len(entries), refusal)
	}
	if entries, refusal := scanAll(t, "name,email\n"+strings.Repeat("x\n", MaxRows)); len(entries) != MaxRows || refusal != "" {
		t.Errorf("%d entries, refusal = %q", len(entries), refusal)
	}
}

// FuzzScan: nothing makes the scanner panic, each entry is a candidate or has
// problems, addresses come once, and a scanner that skips entries goes on as the one
// that did not.
func FuzzScan(f *testing.F) {
	for _, text := range []string{
		"", "name,email\n", "name,email\nAda,ada@example.com\n", "name,email\n\"Ada,ada@example.com\nGrace,grace@example.com\n",
		"name,email,skills\n\"a\nb\",x@y,\"\"\"\"\n\xff\n\x00\n", "\ufeffemail,name\r\na@b,c\r\n\r\n\"\r\n", "email,name\n\"a\"\"b\"\n\"\"\"\n",
	} {
		f.Add(text, 1)
	}
	f.Fuzz(func(t *testing.T, text string, skip int) {
		s, refusal, err := newScanner(strings.NewReader(text), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if refusal != "" {
			return
		}
		all, _, err := s.batch(1000)
		if err != nil {
			t.Fatal(err)
		}
		line, seen := 1, map[string]bool{}
		for _, e := range all {
			email := strings.ToLower(strings.TrimSpace(e.profile.Email))
			if len(e.problems) == 0 && (e.profile.Validate() != nil || seen[email]) || e.line <= line {
				t.Fatalf("entry %+v, after line %d", e, line)
			}
			if line = e.line; len(e.problems) == 0 {
				seen[email] = true
			}
		}
		again, _, _ := newScanner(strings.NewReader(text), time.Time{})
		skip = min(max(skip, 0), len(all))
		if _, _, err := again.batch(skip); err != nil {
			t.Fatal(err)
		}
		rest, _, err := again.batch(1000)
		if err != nil || len(rest) != len(all)-skip {
			t.Fatalf("%d entries after %d of %d, %v", len(rest), skip, len(all), err)
		}
		for i, e := range rest {
			if e.line != all[skip+i].line || len(e.problems) != len(all[skip+i].problems) {
				t.Errorf("entry %+v; want %+v", e, all[skip+i])
			}
		}
	})
}

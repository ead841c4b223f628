package annotation

import (
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/help.golden")

func TestVerbsAreSortedAndHaveGoodExamples(t *testing.T) {
	if names := verbNames(); !slices.IsSorted(names) {
		t.Errorf("not sorted: %v", names)
	}
	for _, v := range Verbs() {
		a, found := decode(prefix+v.Example, token.Position{Filename: "x.go", Line: 1, Column: 1})
		if len(found) > 0 || a.Verb.Name != v.Name {
			t.Errorf("example of %s: %v", v.Name, found)
		}
	}
}

func TestHelp(t *testing.T) {
	var b strings.Builder
	for _, v := range Verbs() {
		ref, ok := Help(v.Name)
		if !ok || ref.Synopsis == "" {
			t.Fatalf("%s has no help", v.Name)
		}
		fmt.Fprintf(&b, "%s, on %s: %s\n\n%s\n", v.Name, v.Place, ref.Synopsis, ref.Doc)
		for _, f := range append(ref.Arguments, ref.Settings...) {
			if f.Doc == "" {
				t.Errorf("%s: %s is not documented", v.Name, f.Name)
			}
			fmt.Fprintf(&b, "  %s: %s\n", f.Name, strings.Join(strings.Fields(f.Doc), " "))
		}
		b.WriteString("\n")
	}
	const golden = "testdata/help.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", golden, diff)
	}
	if _, ok := Help("nothing"); ok {
		t.Error("there is help for nothing")
	}
}

func TestDecode(t *testing.T) {
	for text, want := range map[string]any{
		"//seastack:stack": &Stack{},
		"//seastack:stack\towner=\"the \\x41 team\"  memory=128 ":       &Stack{Owner: "the A team", Memory: 128},
		"//seastack:schedule cron(0 6 * * ? *) timezone=Asia/Kathmandu": &Schedule{Expression: "cron(0 6 * * ? *)", Timezone: "Asia/Kathmandu"},
		"//seastack:schedule timezone=UTC \"rate(2 days)\"":             &Schedule{Expression: "rate(2 days)", Timezone: "UTC"},
		"//seastack:http GET /":                                         &HTTP{Method: "GET", Path: "/"},
		"//seastack:http ANY /a/{b}/{c-d.e+} status=299":                &HTTP{Method: "ANY", Path: "/a/{b}/{c-d.e+}", Status: 299},
		"//seastack:consume batch=10000 window=1s":                      &Consume{Batching: Batching{Batch: 10000, Window: 1}},
		"//seastack:consume batch=10 window=0s":                         &Consume{Batching: Batching{Batch: 10}},
		"//seastack:queue a-1 retention=14d":                            &Queue{Name: "a-1", Keeping: Keeping{Retention: 14 * 86400}},
		"//seastack:function timeout=1h memory=10240":                   nil,
		"//seastack:bucket a prefix=in/ expire=30d":                     &Bucket{Name: "a", Prefix: "in/", Expire: 30 * 86400},
		"//seastack:bucket a prefix=in":                                 nil,
		"//seastack:bucket artifacts":                                   nil,
		"//seastack:bucket a expire=36h":                                nil,
		"//seastack:object created suffix=.csv":                         &Object{What: "created", Suffix: ".csv"},
		"//seastack:object create":                                      nil,
		"//seastack:object removed prefix=a*":                           nil,
		"//seastack:function timeout=15m memory=10240":                  &Function{Timeout: 900, Memory: 10240},
	} {
		a, found := decode(text, token.Position{Line: 1, Column: 1})
		if a.Broken != (want == nil) || a.Broken != (len(found) > 0) {
			t.Errorf("%s: broken: %v, found: %v", text, a.Broken, found)
		}
		if diff := cmp.Diff(want, a.Value); want != nil && diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestSecondsReadAndWrittenAlike(t *testing.T) {
	for _, s := range []Seconds{0, 1, 59, 60, 61, 3600, 5400, 86_400, 1_209_600} {
		if got, err := parseSeconds(s.String()); err != nil || got != s {
			t.Errorf("%d is written %s and read %d, %v", int(s), s, int(got), err)
		}
	}
}

// FuzzScan asserts that no comment makes the scanner panic, that what is found stands
// where it belongs, and that every finding has a code, a line and a next step.
func FuzzScan(f *testing.F) {
	for _, v := range Verbs() {
		f.Add(prefix + v.Example)
	}
	for _, text := range []string{
		"//seastack:", "// seastack:http", `//seastack:stack owner="`, "//seastack:schedule cron(((", "//seastack:http GET /{",
		"//seastack:schedule rate(99999999999999999999 days)", "//seastack:queue é retries=٣", "//seastack:function timeout=9223372036854775807d",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, comment string) {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, "x.go", comment+"\npackage x\n\n"+comment+"\nfunc F() {\n"+comment+"\nG()\n"+comment+"\nvar x = 1\n}\n\n"+comment+"\ntype T struct{}\n", parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return // not a comment
		}
		declarations, found := Scan(file, set.Position)
		for _, d := range declarations {
			for _, a := range d.Annotations {
				if a.Verb.Place != d.Place || a.Broken != (a.Value == nil) {
					t.Errorf("an annotation of %s on %s, broken: %t", a.Verb.Name, d.Place, a.Broken)
				}
			}
		}
		for _, d := range found {
			if d.Code == "" || d.Line == 0 || d.Next == "" {
				t.Errorf("an incomplete finding: %v", d)
			}
		}
	})
}

package change

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExplain(t *testing.T) {
	m := &mutated{t: t, root: shop(t)}
	m.write("seastack.hcl", "project = \"shop\"\n\nenvironment \"local\" {\n  stack \"web\" {\n    memory = 256\n    function \"read\" {\n      memory = 1\n    }\n  }\n}\n")
	git(t, m.root, "commit", "-qam", "Configure")
	m.replace("core/services/prices/tax.go", "return 19", "return 20")
	m.replace("core/services/prices/prices.go", "Base = 100", "Base = 99")
	m.replace("core/services/prices/prices.go", "// Base is the price of everything.", "// Base is the price.")
	m.replace("go.mod", "uuid v1.5.0", "uuid v1.6.0")
	m.replace("seastack.hcl", "memory = 256", "memory = 512")
	m.replace("seastack.hcl", "memory = 1\n", "memory = 2\n")
	m.write("terraform/stacks/web/show.gen.tf", "locals {\n  memory = coalesce(var.memory, 512)\n}\n")
	s := since(t, m.root)
	got := s.Explain("web/show")
	if err := s.Declare(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	want := Explanation{
		Module: "example.com/shop", Stack: "web", Function: "show", Kind: Code,
		Modules: []ModuleChange{{Module: "github.com/google/uuid", Before: "v1.5.0", After: "v1.6.0", Packages: 1}},
		Packages: []PackageChange{{
			Package: here + "core/services/prices", Change: "changed",
			Chain: []string{here + "stacks/web/lambda/show", here + "stacks/web", here + "core/services/prices"},
			Files: []FileChange{
				{
					File: "core/services/prices/prices.go", Change: "changed",
					Declarations: []Declaration{{"const Base", "changed", 6}},
					Calls:        [][]string{{"show.main", "web.Show", "prices.Of", "prices.Base"}},
				},
				{
					File: "core/services/prices/tax.go", Change: "changed",
					Declarations: []Declaration{{"func tax", "changed", 3}},
					Calls:        [][]string{{"show.main", "web.Show", "prices.Of", "prices.tax"}},
				},
			},
		}},
		Configuration: []string{
			"locals memory 256 -> coalesce(var.memory, 512) in terraform/stacks/web/show.gen.tf:2",
			"environment local stack web memory 256 -> 512 in seastack.hcl:5",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := s.Explain("jobs/sum"); got.Kind != "" || got.Line() != "" {
		t.Errorf("a function that is the same: %+v", got)
	}
	if !s.Has("web/show") || s.Has("web/none") {
		t.Error("Has")
	}
}

func TestExplainSettings(t *testing.T) {
	got := settingChanges(
		[]string{"go go1.26.8", "env GOARCH=arm64", "flag -trimpath", "tools " + strings.Repeat("a", 64), "zip 1"},
		[]string{"go go1.26.9", "env GOARCH=amd64", "tools " + strings.Repeat("b", 64), "zip 1"})
	want := []string{"env GOARCH arm64 -> amd64", "go go1.26.8 -> go1.26.9", "tools aaaaaaaaaaaa -> bbbbbbbbbbbb", "flag -trimpath was removed"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestDeclarationChanges(t *testing.T) {
	const before = `package a

// A is.
func A() int { return 1 }

func (b *B) M() {}

type B struct {
	x int // once
}

const (
	one = iota
	two
)

var _ = A()
`
	for name, c := range map[string]struct {
		now  string
		want []Declaration
	}{
		"nothing":        {before, nil},
		"a comment":      {strings.Replace(before, "// A is.", "// A was.", 1), nil},
		"layout":         {strings.Replace(before, "{ return 1 }", "{\n\treturn 1\n}", 1), nil},
		"lines above":    {strings.Replace(before, "// A is.", "\n\n\n// A is.", 1), nil},
		"a field":        {strings.Replace(before, "x int // once", "y int", 1), []Declaration{{"type B", "changed", 8}}},
		"a method":       {strings.Replace(before, "M() {}", "M() { A() }", 1), []Declaration{{"func (*B).M", "changed", 6}}},
		"an enumeration": {strings.Replace(before, "one = iota", "zero = iota\n\tone", 1), []Declaration{{"const one", "changed", 12}, {"const two", "changed", 12}, {"const zero", "was added", 12}}},
		"a blank":        {strings.Replace(before, "var _ = A()", "var _ = A() + 1", 1), []Declaration{{"var _", "changed", 17}}},
		"gone":           {strings.Replace(before, "func (b *B) M() {}", "", 1), []Declaration{{"func (*B).M", "was removed", 6}}},
		"no Go any more": {"package", []Declaration{{"func A", "was removed", 4}, {"func (*B).M", "was removed", 6}, {"type B", "was removed", 8}, {"const one", "was removed", 12}, {"const two", "was removed", 12}, {"var _", "was removed", 17}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, declarationChanges([]byte(before), []byte(c.now))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestExactly: what has another key and the same bytes is taken out.
func TestExactly(t *testing.T) {
	m := &mutated{t: t, root: shop(t)}
	m.replace("core/services/sums/sums.go", "// Add adds.", "// Add adds two.")
	m.replace("core/services/prices/tax.go", "19", "20")
	s := since(t, m.root)
	a := s.Affected()
	if got := strings.Join(ids(a), " "); got != "jobs/sum web/show" {
		t.Errorf("by keys: %s", got)
	}
	if err := s.Exactly(t.Context(), &a, nil); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(ids(a), " "); got != "web/show" || len(a.Stacks) != 1 || a.Untouched.Functions != 2 {
		t.Errorf("by bytes: %s; %+v", got, a)
	}
	built, err := s.Build(t.Context(), []string{"web/show"}, nil)
	if b := built["web/show"]; err != nil || b.Same() || b.Before.Size == 0 || b.After.Size == 0 {
		t.Errorf("built %+v, %v", b, err)
	}
}

func TestAudit(t *testing.T) {
	m := &mutated{t: t, root: shop(t)}
	m.replace("core/services/sums/sums.go", "// Add adds.", "// Add adds two.")
	m.replace("core/services/prices/tax.go", "19", "20")
	s := since(t, m.root)
	a, err := s.Audit(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if a.Missed != 0 || len(a.Functions) != 3 || a.Recall != 1 || a.Precision != 0.5 {
		t.Errorf("got %+v", a)
	}
	// A key that did not change, as one that covers too little would not.
	show := s.Head.Closure.Functions["web/show"]
	show.Key = s.Base.Closure.Functions["web/show"].Key
	s.Head.Closure.Functions["web/show"] = show
	if a, err = s.Audit(t.Context(), nil); err != nil || a.Missed != 1 || a.Recall != 0 || len(a.Misses()) != 1 {
		t.Errorf("a miss is not seen: %+v, %v", a, err)
	}
}

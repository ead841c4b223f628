package tagset

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMergeAndWithout(t *testing.T) {
	old := []Tag{{"b", "1"}, {"c", "2"}}
	if d := cmp.Diff([]Tag{{"a", "3"}, {"b", "4"}, {"c", "2"}}, Merge(old, []Tag{{"b", "4"}, {"a", "3"}})); d != "" {
		t.Errorf("Merge (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]Tag{{"c", "2"}}, Without(old, []string{"b", "x"})); d != "" {
		t.Errorf("Without (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]Tag{{"b", "1"}, {"c", "2"}}, old); d != "" {
		t.Errorf("the original changed (-want +got):\n%s", d)
	}
}

func TestRepeated(t *testing.T) {
	if got := Repeated([]Tag{{"a", ""}, {"b", ""}, {"a", ""}}); got != "a" {
		t.Errorf("Repeated = %q, want a", got)
	}
	if got := Repeated([]Tag{{"a", ""}, {"A", ""}}); got != "" {
		t.Errorf("Repeated = %q, want none", got)
	}
}

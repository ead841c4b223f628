package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRootsInTheirOrder(t *testing.T) {
	stacks := []string{"jobs", "web"}
	for _, c := range []struct {
		wanted []string
		want   [][]string
	}{
		{nil, [][]string{{"platform"}, {"jobs", "web"}}},
		{[]string{"web", "platform"}, [][]string{{"platform"}, {"web"}}},
		{[]string{"platform"}, [][]string{{"platform"}}},
		{[]string{"web"}, [][]string{{"web"}}},
	} {
		names, err := selectRoots(stacks, c.wanted)
		if diff := cmp.Diff(c.want, groups(names)); diff != "" || err != nil {
			t.Errorf("%v: %v (-want +got):\n%s", c.wanted, err, diff)
		}
	}
	if _, err := selectRoots(stacks, []string{"etl"}); err == nil || !strings.Contains(err.Error(), "stacks: platform, jobs, web") {
		t.Errorf("got %v", err)
	}
}

package page

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCutGivesEveryElementOnce(t *testing.T) {
	all := []int{1, 2, 3, 4, 5}
	for n := 1; n <= 6; n++ {
		var got []int
		for token := ""; ; {
			some, next, ok := Cut(all, token, n)
			if !ok {
				t.Fatalf("n=%d: token %q is refused", n, token)
			}
			got = append(got, some...)
			if token = next; token == "" {
				break
			}
		}
		if d := cmp.Diff(all, got); d != "" {
			t.Errorf("n=%d (-want +got):\n%s", n, d)
		}
	}
}

func TestCutRefusesStrangeTokens(t *testing.T) {
	for _, token := range []string{"x", "-1", "6"} {
		if _, _, ok := Cut([]int{1, 2, 3, 4, 5}, token, 1); ok {
			t.Errorf("token %q is accepted", token)
		}
	}
}

func TestSize(t *testing.T) {
	for _, tc := range []struct{ asked, want int }{{0, 100}, {7, 7}, {5000, 1000}} {
		if got := Size(tc.asked, 100, 1000); got != tc.want {
			t.Errorf("Size(%d) = %d, want %d", tc.asked, got, tc.want)
		}
	}
}

package tagset

import "testing"

func TestReserved(t *testing.T) {
	for key, want := range map[string]string{"aws:a": "aws:a", "AWS:a": "AWS:a", "aws:": "aws:", "aws": "", "a:aws:": "", "": ""} {
		if got := Reserved("team", key); got != want {
			t.Errorf("%q: got %q", key, got)
		}
	}
	if keys := Keys([]Tag{{"a", "1"}, {"b", "2"}}); len(keys) != 2 || keys[0] != "a" || keys[1] != "b" {
		t.Errorf("keys %v", keys)
	}
}

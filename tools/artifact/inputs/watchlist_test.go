package inputs

import (
	"testing"
)

func TestEmbedPrefix(t *testing.T) {
	cases := map[string]string{
		"files/*": "files", "all:web/dist": "web/dist", "*.txt": "", "a/b?/c": "a", "page.html": "page.html", `a\[b/c`: "",
	}
	for pattern, want := range cases {
		if got := embedPrefix(pattern); got != want {
			t.Errorf("%q has prefix %q, want %q", pattern, got, want)
		}
	}
}

package front

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestKebab(t *testing.T) {
	for name, want := range map[string]string{
		"Create": "create", "GetInterview": "get-interview", "HTTPServer": "http-server",
		"GetURL": "get-url", "OAuth2Token": "o-auth2-token", "On_Placed": "on-placed", "X": "x",
	} {
		if got := kebab(name); got != want {
			t.Errorf("kebab(%s) = %s, want %s", name, got, want)
		}
	}
}

func TestSummaryFitsLambda(t *testing.T) {
	if short := strings.Repeat("é", maxDescription); summary(short) != short {
		t.Error("a text that fits was changed")
	}
	got := summary(strings.Repeat("words, ", 100))
	if n := utf8.RuneCountInString(got); n > maxDescription || !strings.HasSuffix(got, "words...") {
		t.Errorf("%d characters: %s", n, got)
	}
}

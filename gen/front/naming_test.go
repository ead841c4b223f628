package front

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSummaryFitsLambda(t *testing.T) {
	if short := strings.Repeat("é", maxDescription); summary(short) != short {
		t.Error("a text that fits was changed")
	}
	got := summary(strings.Repeat("words, ", 100))
	if n := utf8.RuneCountInString(got); n > maxDescription || !strings.HasSuffix(got, "words...") {
		t.Errorf("%d characters: %s", n, got)
	}
}

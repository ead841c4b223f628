package diag

import (
	"strings"

	"github.com/agext/levenshtein"
)

// Closest returns the option that differs from a word by a third of its letters
// at most, whatever their case; ok is false where there is none.
func Closest(word string, options []string) (best string, ok bool) {
	distance := len(word)/3 + 2
	for _, option := range options {
		if d := levenshtein.Distance(strings.ToLower(word), strings.ToLower(option), nil); d < distance {
			best, distance = option, d
		}
	}
	return best, best != ""
}

package annotation

import (
	"strconv"
	"strings"

	"github.com/seastack/seastack/gen/diag"
)

func quote(s string) string { return strconv.Quote(s) }

// didYouMean names the option that is closest to a word, and all of them.
func didYouMean(word string, options []string) string {
	if len(options) == 0 {
		return "it takes none"
	}
	all := strings.Join(options, ", ")
	if best, ok := diag.Closest(word, options); ok {
		return "did you mean " + best + "? There are: " + all
	}
	return "there are: " + all
}

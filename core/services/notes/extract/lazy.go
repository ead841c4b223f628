package extract

import (
	"regexp"
	"strings"
	"sync"
)

// Nothing here is made before it is needed: most functions that reach this
// package never read a transcript, and would pay for it at each cold start.

func lazy(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

func lazySet(words string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		set := map[string]bool{}
		for word := range strings.FieldsSeq(words) {
			set[word] = true
		}
		return set
	})
}

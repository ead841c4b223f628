package config

import (
	"strings"
	"unicode"
)

// screaming writes a Go name as variables are written: MAX_AGE for MaxAge, HTTP_PORT
// for HTTPPort.
func screaming(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && startsWord(runes, i) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}

// startsWord reports whether the capital at i is not just part of an initialism.
func startsWord(runes []rune, i int) bool {
	if runes[i-1] == '_' {
		return false
	}
	return !unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])
}

package names

import (
	"strings"
	"unicode"
)

// Kebab writes a Go name as AWS names are written: GetInterview -> get-interview,
// HTTPServer -> http-server.
func Kebab(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if r == '_' {
			b.WriteByte('-')
			continue
		}
		if i > 0 && unicode.IsUpper(r) && startsWord(runes, i) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
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

// Field returns the variable of a field of that name, less its prefix, as
// core/config reads it: MaxAge -> MAX_AGE.
func Field(name string) string {
	return strings.ToUpper(strings.ReplaceAll(Kebab(name), "-", "_"))
}

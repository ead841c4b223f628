package front

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kebab writes a Go name as AWS names are written: GetInterview -> get-interview,
// HTTPServer -> http-server.
func kebab(name string) string {
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

// maxDescription is Lambda's limit in characters:
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html (Description).
const maxDescription = 256

// summary shortens a text to what Lambda takes as a description, at a word.
func summary(text string) string {
	if utf8.RuneCountInString(text) <= maxDescription {
		return text
	}
	const more = "..."
	short := string([]rune(text)[:maxDescription-len(more)])
	if i := strings.LastIndexByte(short, ' '); i > 0 {
		short = short[:i]
	}
	return strings.TrimRight(short, " ,;:") + more
}

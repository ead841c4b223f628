package front

import (
	"strings"
	"unicode/utf8"
)

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

package annotation

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// word is one argument or setting of a directive.
type word struct {
	key   string // empty for an argument
	value string
	at    int // offset of the word in the comment
	valAt int // offset of its value
}

// syntaxError is a place where a directive cannot be split any further.
type syntaxError struct {
	at      int
	message string
	next    string
}

var keys = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9_-]*)=`)

// split splits the part of a comment after its verb, which starts at offset
// from. Spaces part words, but not inside of quotes or parentheses.
func split(text string, from int) ([]word, *syntaxError) {
	var words []word
	for at := from; at < len(text); {
		if text[at] == ' ' || text[at] == '\t' {
			at++
			continue
		}
		w, end, err := readWord(text, at)
		if err != nil {
			return words, err
		}
		words = append(words, w)
		at = end
	}
	return words, nil
}

func readWord(text string, at int) (word, int, *syntaxError) {
	w := word{at: at, valAt: at}
	if m := keys.FindStringSubmatch(text[at:]); m != nil {
		w.key = m[1]
		w.valAt = at + len(m[0])
	}
	value, length, err := readValue(text[w.valAt:])
	if err != nil {
		err.at += w.valAt
		return w, 0, err
	}
	if w.key != "" && length == 0 {
		return w, 0, &syntaxError{w.at, w.key + " has no value", "write " + w.key + "=value without spaces; quote a value that has some"}
	}
	w.value = value
	return w, w.valAt + length, nil
}

// readValue reads a value off the start of text, and says how long it is there.
func readValue(text string) (string, int, *syntaxError) {
	if strings.HasPrefix(text, `"`) || strings.HasPrefix(text, "`") {
		return readQuoted(text)
	}
	depth, opened := 0, 0
	for i, r := range text {
		switch {
		case r == '(':
			if depth == 0 {
				opened = i
			}
			depth++
		case r == ')':
			depth--
		case depth <= 0 && (r == ' ' || r == '\t'):
			return text[:i], i, nil
		}
	}
	if depth > 0 {
		return "", 0, &syntaxError{opened, "this parenthesis is not closed", "close it on the same line"}
	}
	return text, len(text), nil
}

func readQuoted(text string) (string, int, *syntaxError) {
	prefix, err := strconv.QuotedPrefix(text)
	if err != nil {
		return "", 0, &syntaxError{0, "this quote is not closed, or has an unknown escape", "write it as a Go string, on the same line"}
	}
	value, err := strconv.Unquote(prefix)
	if err != nil {
		return "", 0, &syntaxError{0, "this is not a Go string", "write it as a Go string, on the same line"}
	}
	if rest := text[len(prefix):]; rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		r, _ := utf8.DecodeRuneInString(rest)
		return "", 0, &syntaxError{len(prefix), fmt.Sprintf("%q follows a quote", r), "put a space after the quote"}
	}
	return value, len(prefix), nil
}

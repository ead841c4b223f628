// Package pattern is CloudWatch Logs' filter pattern language: it parses patterns
// and matches messages. It knows nothing of log groups.
//
// It has terms (foo "a phrase" -not ?either ?or %regular expression%) and JSON
// patterns ({ $.level = "ERROR" && $.ms > 100 }). It has no space-delimited
// patterns ([ip, user, ...]).
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
package pattern

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Matcher reports whether a message matches.
type Matcher func(message string) bool

// Parse parses a pattern; an empty one matches everything.
func Parse(pattern string) (Matcher, error) {
	pattern = strings.TrimSpace(pattern)
	switch {
	case strings.HasPrefix(pattern, "{"):
		return parseJSON(pattern)
	case strings.HasPrefix(pattern, "["):
		return nil, errors.New("space-delimited patterns ([...]) are not supported by the local cloud")
	}
	return parseTerms(pattern)
}

// terms is a parsed pattern of terms.
type terms struct{ all, none, any []Matcher }

func (t terms) match(message string) bool {
	for _, m := range t.all {
		if !m(message) {
			return false
		}
	}
	for _, m := range t.none {
		if m(message) {
			return false
		}
	}
	// Optional terms count only if there are no others: AWS ignores them next to
	// other terms.
	if len(t.any) == 0 || len(t.all)+len(t.none) > 0 {
		return true
	}
	for _, m := range t.any {
		if m(message) {
			return true
		}
	}
	return false
}

func parseTerms(pattern string) (Matcher, error) {
	var t terms
	for rest := pattern; rest != ""; rest = strings.TrimLeft(rest, " \t\n") {
		list := &t.all
		switch rest[0] {
		case '-':
			list, rest = &t.none, rest[1:]
		case '?':
			list, rest = &t.any, rest[1:]
		}
		m, after, err := parseTerm(rest)
		if err != nil {
			return nil, err
		}
		*list, rest = append(*list, m), after
	}
	return t.match, nil
}

// plain matches a term that needs no quotes.
var plain = regexp.MustCompile(`^\w+$`)

func parseTerm(s string) (m Matcher, rest string, err error) {
	switch {
	case strings.HasPrefix(s, `"`):
		word, rest, err := quoted(s)
		return contains(word), rest, err
	case strings.HasPrefix(s, "%"):
		re, rest, err := regex(s)
		if err != nil {
			return nil, "", err
		}
		return re.MatchString, rest, nil
	}
	end := strings.IndexAny(s, " \t\n")
	if end < 0 {
		end = len(s)
	}
	if !plain.MatchString(s[:end]) {
		return nil, "", fmt.Errorf("Invalid character(s) in term '%s'", s[:end])
	}
	return contains(s[:end]), s[end:], nil
}

func contains(word string) Matcher {
	return func(message string) bool { return strings.Contains(message, word) }
}

// quoted reads a "string", in which a backslash escapes the next character.
func quoted(s string) (word, rest string, err error) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:], nil
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", fmt.Errorf("Unterminated string in pattern: %s", s)
}

// regex reads a %regular expression%.
func regex(s string) (re *regexp.Regexp, rest string, err error) {
	end := strings.IndexByte(s[1:], '%')
	if end < 0 {
		return nil, "", fmt.Errorf("Unterminated regular expression in pattern: %s", s)
	}
	re, err = regexp.Compile(s[1 : end+1])
	return re, s[end+2:], err
}

package policy

import (
	"strings"
	"unicode/utf8"
)

// Marks that replace the characters *, ? and $ where a policy escapes them as
// ${*}, ${?} and ${$}: these are not wildcards. The marks are not valid in ARNs.
const (
	literalStar     = '\x01'
	literalQuestion = '\x02'
	literalDollar   = '\x03'
)

// literals are the marks; mark inserts them and unmark removes them.
const literals = string(literalStar) + string(literalQuestion) + string(literalDollar)

var (
	mark   = strings.NewReplacer("*", string(literalStar), "?", string(literalQuestion))
	unmark = strings.NewReplacer(
		string(literalStar), "*", string(literalQuestion), "?", string(literalDollar), "$")
)

// Glob reports whether s matches a pattern in which * matches any text, including
// none, and ? matches one character. Colons and slashes are not special: a * at
// the end of a segment of an ARN may match beyond it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func Glob(pattern, s string) bool {
	p, i := 0, 0
	star, end := -1, 0 // the last * and where its text ends so far
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, end = p, i
			p++
		case p < len(pattern) && pattern[p] == '?':
			p++
			i += width(s[i:])
		case p < len(pattern) && literal(pattern[p]) == s[i]:
			p++
			i++
		case star >= 0:
			end += width(s[end:])
			p, i = star+1, end
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// width returns the number of bytes of the first character of s.
func width(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}

func literal(c byte) byte {
	switch c {
	case literalStar:
		return '*'
	case literalQuestion:
		return '?'
	case literalDollar:
		return '$'
	}
	return c
}

// arnLike matches an ARN part by part: a wildcard matches within its part. The
// sixth part is the rest of the ARN.
func arnLike(pattern, arn string) bool {
	want, have := strings.SplitN(pattern, ":", 6), strings.SplitN(arn, ":", 6)
	if len(want) != 6 || len(have) != 6 {
		return pattern == "*"
	}
	for i := range want {
		if !Glob(want[i], have[i]) {
			return false
		}
	}
	return true
}

// expand replaces ${key} and ${key, 'default'} by values. A key without a value,
// or with several, makes a pattern that nothing matches.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func expand(pattern string, context map[string][]string) string {
	if !strings.Contains(pattern, "${") {
		return pattern
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(pattern, "${")
		name, rest, closed := strings.Cut(after, "}")
		if !found || !closed {
			b.WriteString(pattern)
			return b.String()
		}
		b.WriteString(before)
		b.WriteString(variable(name, context))
		pattern = rest
	}
}

func variable(name string, context map[string][]string) string {
	switch name {
	case "*":
		return string(literalStar)
	case "?":
		return string(literalQuestion)
	case "$":
		return string(literalDollar)
	}
	key, fallback, hasFallback := strings.Cut(name, ",")
	if v := context[strings.ToLower(strings.TrimSpace(key))]; len(v) == 1 {
		return mark.Replace(v[0])
	}
	if hasFallback {
		return strings.Trim(strings.TrimSpace(fallback), "'")
	}
	return "\x00"
}

package iam

import (
	"crypto/rand"
	"encoding/base32"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

var (
	nameFormat = regexp.MustCompile(`^[\w+=,.@-]+$`)
	pathFormat = regexp.MustCompile(`^/$|^/[\x21-\x7E]*/$`)
)

// checkName checks a name of at most max characters; member is its parameter.
func checkName(member, name string, max int) error {
	if name == "" || len(name) > max {
		return invalid("1 validation error detected: Value at '%s' failed to satisfy constraint: "+
			"Member must have length less than or equal to %d and greater than or equal to 1", member, max)
	}
	if !nameFormat.MatchString(name) {
		return invalid("The specified value for %s is invalid. "+
			"It must contain only alphanumeric characters and/or the following: +=,.@_-", member)
	}
	return nil
}

func checkPath(path string) error {
	if len(path) > 512 || !pathFormat.MatchString(path) {
		return invalid("The specified value for path is invalid. " +
			"It must begin and end with / and contain only alphanumeric characters and/or / characters.")
	}
	return nil
}

// checkPathPrefix checks the path prefix of a list operation.
func checkPathPrefix(prefix string) error {
	if prefix == "" || (len(prefix) <= 512 && strings.HasPrefix(prefix, "/")) {
		return nil
	}
	return invalid("The specified value for pathPrefix is invalid. It must begin with / and have at most 512 characters.")
}

// checkOneOf checks an optional member that has a list of values.
func checkOneOf(member, value string, all ...string) error {
	if value == "" || slices.Contains(all, value) {
		return nil
	}
	return invalid("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: "+
		"Member must satisfy enum value set: [%s]", value, member, strings.Join(all, ", "))
}

// orRoot returns the path, "/" if none was given.
func orRoot(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

// size is a document's length as IAM counts it: without white space.
func size(document string) int {
	n := 0
	for _, r := range document {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

// encoded returns a document as IAM's answers contain it: percent-encoded by RFC
// 3986.
func encoded(document string) string {
	return strings.ReplaceAll(url.QueryEscape(document), "+", "%20")
}

// newID returns a unique id ("AROA...") of 21 characters, as long as AWS's.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func newID(prefix string) string { return prefix + random(17) }

// random returns n characters of A-Z and 2-7.
func random(n int) string {
	raw := make([]byte, n)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the process instead
	return base32.StdEncoding.EncodeToString(raw)[:n]
}

// now is the time in whole seconds, UTC, as in IAM's answers.
func (s *Service) now() time.Time { return s.env.Now().UTC().Truncate(time.Second) }

package database

import (
	"net/url"
	"strings"
)

const malformedURL = "its URL does not have the form postgres://user:password@host:port/database, " +
	"with %40 for @, %2F for /, %3F for ?, %23 for # and %25 for % in user and password (it is not shown: there may be a password in it)"

// withoutPassword returns a text without the password.
func withoutPassword(text, password string) string {
	for _, secret := range []string{password, url.QueryEscape(password), url.PathEscape(password), url.UserPassword("", password).String()} {
		if secret = strings.TrimPrefix(secret, ":"); secret != "" {
			text = strings.ReplaceAll(text, secret, "xxxxx")
		}
	}
	return text
}

// ambiguous reports whether a URL parses, but most likely not as it is meant: a
// # or ? in a password ends the part with the host, and what stands before it is
// then taken for host and port.
func ambiguous(address string) bool {
	if !strings.Contains(address, "://") {
		return false
	}
	u, err := url.Parse(address)
	return err != nil || u.Fragment != "" || u.User == nil && strings.Contains(address, "@")
}

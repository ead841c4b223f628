package oidc

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Claims are the claims of a token as JSON has them, with json.Number for
// numbers.
type Claims map[string]any

// check returns a *Refusal unless the claims are those of a token that is valid
// now.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
func (c Claims) check(issuer string, audience []string, now time.Time) error {
	if c["iss"] != issuer {
		return refuse("the token does not have a valid issuer", nil)
	}
	if !slices.ContainsFunc(c.audience(), func(a string) bool { return slices.Contains(audience, a) }) {
		return refuse("the token does not have a valid audience", nil)
	}
	expires, ok := c.time("exp")
	if !ok || expires.IsZero() {
		return refuse("the token does not have a valid exp", nil)
	}
	if !now.Before(expires) {
		return refuse("the token has expired", nil)
	}
	for _, name := range []string{"nbf", "iat"} {
		switch from, ok := c.time(name); {
		case !ok:
			return refuse("the token does not have a valid "+name, nil)
		case now.Before(from):
			return refuse("the token is not valid yet by its "+name, nil)
		}
	}
	return nil
}

// audience returns the aud of a token or, if it has none, its client_id.
func (c Claims) audience() []string {
	if aud, ok := c["aud"]; ok {
		return words(aud)
	}
	return words(c["client_id"])
}

// words returns a claim that is a string, or an array of strings.
func words(claim any) (all []string) {
	switch v := claim.(type) {
	case string:
		return []string{v}
	case []any:
		for _, one := range v {
			if s, ok := one.(string); ok {
				all = append(all, s)
			}
		}
	}
	return all
}

// maxTime is the last second that a claim may name, that of the year 9999.
const maxTime = 253_402_300_799

// time returns a claim that is a time, the zero time if there is none, and false
// if it is no time.
func (c Claims) time(name string) (t time.Time, ok bool) {
	v, exists := c[name]
	if !exists {
		return time.Time{}, true
	}
	n, isNumber := v.(json.Number)
	if !isNumber {
		return time.Time{}, false
	}
	seconds, err := n.Float64()
	if err != nil || seconds < 0 || seconds > maxTime {
		return time.Time{}, false
	}
	whole := int64(seconds)
	return time.Unix(whole, int64((seconds-float64(whole))*float64(time.Second))), true
}

// Scopes returns the scopes of a token, from its scope or its scp.
func (c Claims) Scopes() (all []string) {
	claim, ok := c["scope"]
	if !ok {
		claim = c["scp"]
	}
	for _, s := range words(claim) {
		all = append(all, strings.Fields(s)...)
	}
	return all
}

// Strings returns the claims as functions get them: all values are strings, and
// arrays are written as [a b]. Claims that are null are left out.
func (c Claims) Strings() map[string]string {
	all := make(map[string]string, len(c))
	for name, v := range c {
		if v != nil {
			all[name] = text(v)
		}
	}
	return all
}

func text(v any) string {
	switch v := v.(type) {
	case []any:
		parts := make([]string, len(v))
		for i, one := range v {
			parts[i] = text(one)
		}
		return "[" + strings.Join(parts, " ") + "]"
	case map[string]any:
		raw, err := json.Marshal(v)
		if err == nil {
			return string(raw)
		}
	}
	return fmt.Sprint(v)
}

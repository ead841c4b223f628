package policy

import (
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// positives gives, for each negated operator, the one that it negates.
var positives = map[string]string{
	"StringNotEquals":           "StringEquals",
	"StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
	"StringNotLike":             "StringLike",
	"NumericNotEquals":          "NumericEquals",
	"DateNotEquals":             "DateEquals",
	"ArnNotEquals":              "ArnEquals",
	"ArnNotLike":                "ArnLike",
	"NotIpAddress":              "IpAddress",
}

// comparisons are the operators.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
var comparisons = map[string]comparison{
	"StringEquals":             func(want, have string) bool { return plain(want) == have },
	"StringEqualsIgnoreCase":   func(want, have string) bool { return strings.EqualFold(plain(want), have) },
	"StringLike":               Glob,
	"Bool":                     func(want, have string) bool { return strings.EqualFold(want, have) },
	"BinaryEquals":             func(want, have string) bool { return want == have },
	"ArnEquals":                arnLike, // AWS: the two behave identically
	"ArnLike":                  arnLike,
	"IpAddress":                inNetwork,
	"NumericEquals":            numeric(func(have, want float64) bool { return have == want }),
	"NumericLessThan":          numeric(func(have, want float64) bool { return have < want }),
	"NumericLessThanEquals":    numeric(func(have, want float64) bool { return have <= want }),
	"NumericGreaterThan":       numeric(func(have, want float64) bool { return have > want }),
	"NumericGreaterThanEquals": numeric(func(have, want float64) bool { return have >= want }),
	"DateEquals":               date(func(c int) bool { return c == 0 }),
	"DateLessThan":             date(func(c int) bool { return c < 0 }),
	"DateLessThanEquals":       date(func(c int) bool { return c <= 0 }),
	"DateGreaterThan":          date(func(c int) bool { return c > 0 }),
	"DateGreaterThanEquals":    date(func(c int) bool { return c >= 0 }),
}

// plain gives the text of a value whose escaped characters were marked.
func plain(s string) string {
	return strings.NewReplacer(
		string(literalStar), "*", string(literalQuestion), "?", string(literalDollar), "$").Replace(s)
}

func numeric(is func(have, want float64) bool) comparison {
	return func(want, have string) bool {
		w, errW := strconv.ParseFloat(want, 64)
		h, errH := strconv.ParseFloat(have, 64)
		return errW == nil && errH == nil && is(h, w)
	}
}

func date(is func(order int) bool) comparison {
	return func(want, have string) bool {
		w, okW := parseDate(want)
		h, okH := parseDate(have)
		return okW && okH && is(h.Compare(w))
	}
}

// parseDate reads ISO 8601 or seconds since 1970.
func parseDate(s string) (time.Time, bool) {
	if seconds, err := strconv.ParseInt(s, 10, 64); err == nil {
		return time.Unix(seconds, 0), true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func inNetwork(want, have string) bool {
	address, err := netip.ParseAddr(have)
	if err != nil {
		return false
	}
	if network, err := netip.ParsePrefix(want); err == nil {
		return network.Contains(address)
	}
	only, err := netip.ParseAddr(want)
	return err == nil && only == address
}

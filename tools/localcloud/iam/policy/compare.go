package policy

import (
	"encoding/base64"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// positives maps each negated operator to the one that it negates.
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

// kinds are the operators, except Null.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
var kinds = map[string]kind{
	"StringEquals": {variables: true, compare: func(want, have string) bool { return plain(want) == have }},
	"StringEqualsIgnoreCase": {
		variables: true, compare: func(want, have string) bool { return strings.EqualFold(plain(want), have) },
	},
	"StringLike":               {variables: true, compare: Glob},
	"Bool":                     {valid: isBool, compare: strings.EqualFold},
	"BinaryEquals":             {valid: isBase64, compare: func(want, have string) bool { return want == have }},
	"ArnEquals":                {variables: true, compare: arnLike}, // AWS documents that the two behave identically
	"ArnLike":                  {variables: true, compare: arnLike},
	"IpAddress":                {valid: isNetwork, compare: inNetwork},
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

func isBool(s string) bool { return strings.EqualFold(s, "true") || strings.EqualFold(s, "false") }

func isBase64(s string) bool {
	_, err := base64.StdEncoding.DecodeString(s)
	return err == nil
}

// plain returns the text of a value whose escaped characters were marked.
func plain(s string) string {
	if !strings.ContainsAny(s, literals) {
		return s
	}
	return unmark.Replace(s)
}

func numeric(is func(have, want float64) bool) kind {
	return kind{valid: isNumber, compare: func(want, have string) bool {
		w, errW := strconv.ParseFloat(want, 64)
		h, errH := strconv.ParseFloat(have, 64)
		return errW == nil && errH == nil && is(h, w)
	}}
}

func isNumber(s string) bool {
	n, err := strconv.ParseFloat(s, 64)
	return err == nil && !math.IsNaN(n) && !math.IsInf(n, 0)
}

func date(is func(order int) bool) kind {
	return kind{valid: isDate, compare: func(want, have string) bool {
		w, okW := parseDate(want)
		h, okH := parseDate(have)
		return okW && okH && is(h.Compare(w))
	}}
}

func isDate(s string) bool {
	_, ok := parseDate(s)
	return ok
}

// dateLayouts are the forms of ISO 8601 in the W3C's note, which AWS accepts. Go
// reads fractions of a second in the first.
// https://www.w3.org/TR/NOTE-datetime
var dateLayouts = []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01", "2006"}

// parseDate reads ISO 8601 or seconds since 1970. Four digits are a year.
func parseDate(s string) (time.Time, bool) {
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	seconds, err := strconv.ParseFloat(s, 64)
	if err != nil || math.Abs(seconds) > 1<<52 { // NaN compares as not greater
		return time.Time{}, false
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9)), !math.IsNaN(seconds)
}

func isNetwork(s string) bool {
	_, errPrefix := netip.ParsePrefix(s)
	_, errAddress := netip.ParseAddr(s)
	return errPrefix == nil || errAddress == nil
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

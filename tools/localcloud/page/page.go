// Package page cuts lists into the parts that AWS's list operations return. The
// token of a part is opaque to clients.
package page

import "strconv"

// Cut returns at most n elements of all from the place that token names (the
// start if it is empty), and the token of the next part, empty if this is the
// last. ok is false if no part has the token.
func Cut[T any](all []T, token string, n int) (some []T, next string, ok bool) {
	start := 0
	if token != "" {
		var err error
		if start, err = strconv.Atoi(token); err != nil || start < 0 || start > len(all) {
			return nil, "", false
		}
	}
	end := min(start+n, len(all))
	if end < len(all) {
		next = strconv.Itoa(end)
	}
	return all[start:end], next, true
}

// Size returns how many elements a part has: the number asked for, at most most,
// or otherwise if no number was asked for.
func Size(asked, otherwise, most int) int {
	if asked <= 0 {
		return otherwise
	}
	return min(asked, most)
}

// Package page cuts lists into the parts that AWS's list operations give. The
// token of a part is opaque to clients.
package page

import "strconv"

// Cut gives at most n elements of all from where token says (the start where it
// is empty), and the token of the next part, empty where there is none. ok is
// false for a token that no part has.
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

// Size gives how many elements a part has: what was asked for, but not more
// than most; otherwise where nothing was asked for.
func Size(asked, otherwise, most int) int {
	if asked <= 0 {
		return otherwise
	}
	return min(asked, most)
}

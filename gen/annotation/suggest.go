package annotation

import (
	"slices"
	"strconv"
	"strings"
)

func quote(s string) string { return strconv.Quote(s) }

// didYouMean names the option that is closest to a word, and all of them.
func didYouMean(word string, options []string) string {
	if len(options) == 0 {
		return "it takes none"
	}
	all := strings.Join(options, ", ")
	if best, ok := closest(word, options); ok {
		return "did you mean " + best + "? There are: " + all
	}
	return "there are: " + all
}

// closest finds the option that differs from a word by a third of its letters
// at most, whatever their case.
func closest(word string, options []string) (string, bool) {
	best, distance := "", len(word)/3+2
	for _, option := range options {
		if d := editDistance(strings.ToLower(word), strings.ToLower(option)); d < distance {
			best, distance = option, d
		}
	}
	return best, best != ""
}

// editDistance counts insertions, deletions, replacements and swaps of
// neighbours between two words.
func editDistance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			changed := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				changed++
			}
			rows[i][j] = slices.Min([]int{rows[i-1][j] + 1, rows[i][j-1] + 1, changed})
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

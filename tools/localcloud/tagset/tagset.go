// Package tagset is what AWS's services have in common about tags: lists of
// keys and values, without repeats. It knows no service's limits or errors.
package tagset

import (
	"cmp"
	"slices"
)

// Tag is one tag.
type Tag struct{ Key, Value string }

// Sorted gives tags in the order of their keys.
func Sorted(tags []Tag) []Tag {
	return slices.SortedFunc(slices.Values(tags), func(a, b Tag) int { return cmp.Compare(a.Key, b.Key) })
}

// Merge gives tags with more set over them, sorted.
func Merge(tags, more []Tag) []Tag {
	var keys []string
	for _, t := range more {
		keys = append(keys, t.Key)
	}
	return Sorted(append(Without(tags, keys), more...))
}

// Without gives tags but for those with these keys; tags itself stays as it is.
func Without(tags []Tag, keys []string) []Tag {
	return slices.DeleteFunc(slices.Clone(tags), func(t Tag) bool { return slices.Contains(keys, t.Key) })
}

// Repeated gives a key that occurs twice, "" where none does.
func Repeated(tags []Tag) string {
	seen := map[string]bool{}
	for _, t := range tags {
		if seen[t.Key] {
			return t.Key
		}
		seen[t.Key] = true
	}
	return ""
}

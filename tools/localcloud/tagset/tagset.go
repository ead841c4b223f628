// Package tagset holds lists of tags, without repeated keys, as AWS's services
// have them. It knows no service's limits or errors.
package tagset

import (
	"cmp"
	"slices"
)

// Tag is one tag.
type Tag struct{ Key, Value string }

// Sorted returns tags in the order of their keys.
func Sorted(tags []Tag) []Tag {
	return slices.SortedFunc(slices.Values(tags), func(a, b Tag) int { return cmp.Compare(a.Key, b.Key) })
}

// Merge returns tags with more set over them, sorted.
func Merge(tags, more []Tag) []Tag {
	var keys []string
	for _, t := range more {
		keys = append(keys, t.Key)
	}
	return Sorted(append(Without(tags, keys), more...))
}

// Without returns the tags without those that have these keys. It does not change
// tags.
func Without(tags []Tag, keys []string) []Tag {
	return slices.DeleteFunc(slices.Clone(tags), func(t Tag) bool { return slices.Contains(keys, t.Key) })
}

// Repeated returns a key that occurs twice, "" if none does.
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

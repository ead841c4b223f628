package fault

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Items holds the errors of single items of a batch, by their index in it: the
// others are done.
type Items map[int]error

// Error lists the errors in the order of the items.
func (i Items) Error() string {
	var texts []string
	for _, index := range slices.Sorted(maps.Keys(i)) {
		texts = append(texts, fmt.Sprintf("item %d: %v", index, i[index]))
	}
	return strings.Join(texts, "; ")
}

// Err returns the items as an error; nil when there are none.
func (i Items) Err() error {
	if len(i) == 0 {
		return nil
	}
	return i
}

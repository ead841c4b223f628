package apierror

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Violations collects what is wrong with the members of a request.
type Violations []string

// Add adds a violation of a constraint by a member's value.
func (v *Violations) Add(value any, member, constraint string) {
	*v = append(*v, fmt.Sprintf("Value '%v' at '%s' failed to satisfy constraint: %s", value, member, constraint))
}

// Between adds a violation if value is set and not from least to most.
func (v *Violations) Between(value *int, member string, least, most int) {
	switch {
	case value == nil:
	case *value < least:
		v.Add(*value, member, fmt.Sprintf("Member must have value greater than or equal to %d", least))
	case *value > most:
		v.Add(*value, member, fmt.Sprintf("Member must have value less than or equal to %d", most))
	}
}

// OneOf adds a violation if value is not in set.
func (v *Violations) OneOf(value, member string, set ...string) {
	if !slices.Contains(set, value) {
		v.Add(value, member, "Member must satisfy enum value set: ["+strings.Join(set, ", ")+"]")
	}
}

// Err returns the ValidationException of all violations, nil if there are none.
func (v Violations) Err() error {
	if len(v) == 0 {
		return nil
	}
	noun := "errors"
	if len(v) == 1 {
		noun = "error"
	}
	return User(http.StatusBadRequest, "ValidationException",
		"%d validation %s detected: %s", len(v), noun, strings.Join(v, "; "))
}

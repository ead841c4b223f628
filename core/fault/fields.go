package fault

import (
	"fmt"
	"strings"
)

// Fields collects what is wrong with an input, member by member, so that a
// caller hears of everything at once:
//
//	var wrong fault.Fields
//	wrong.Require("candidate", in.Candidate)
//	wrong.Check(in.Minutes > 0, "minutes", "must be positive")
//	return wrong.Err()
type Fields []Field

// Add notes that a member is wrong.
func (f *Fields) Add(field, format string, args ...any) {
	*f = append(*f, Field{Field: field, Detail: fmt.Sprintf(format, args...)})
}

// Check notes that a member is wrong unless ok.
func (f *Fields) Check(ok bool, field, format string, args ...any) {
	if !ok {
		f.Add(field, format, args...)
	}
}

// Require notes that a text is missing when it is empty or blank.
func (f *Fields) Require(field, value string) {
	f.Check(strings.TrimSpace(value) != "", field, "is required")
}

// Err returns an Invalid fault of all that was noted; nil when that is nothing.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Detail: "The input is not valid.", Fields: f}
}

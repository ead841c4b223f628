// Package diag is how Seastack reports what a user can correct: with a position, a
// stable code, the cause, the chain that led there and the next step. It knows
// nothing of what it reports.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Diagnostic is one finding. Code and Message are always set.
type Diagnostic struct {
	Code    string   `json:"code"`              // stable: "SEA1003"
	File    string   `json:"file,omitempty"`    // from the module's root, with slashes
	Line    int      `json:"line,omitempty"`    // from 1; 0 where there is none
	Column  int      `json:"column,omitempty"`  // from 1; 0 where there is none
	Message string   `json:"message"`           // what is wrong and why, one line
	Details []string `json:"details,omitempty"` // the chain, or lines of another tool's own words
	Next    string   `json:"next,omitempty"`    // what to do about it
}

// Error returns the text that a person reads:
//
//	file:line:column: SEA1003: message
//	    detail
//	    next: what to do
func (d Diagnostic) Error() string {
	var b strings.Builder
	b.WriteString(d.position())
	fmt.Fprintf(&b, "%s: %s", d.Code, d.Message)
	for _, line := range d.Details {
		b.WriteString("\n    " + line)
	}
	if d.Next != "" {
		b.WriteString("\n    next: " + d.Next)
	}
	return b.String()
}

func (d Diagnostic) position() string {
	switch {
	case d.File == "":
		return ""
	case d.Line == 0:
		return d.File + ": "
	case d.Column == 0:
		return fmt.Sprintf("%s:%d: ", d.File, d.Line)
	}
	return fmt.Sprintf("%s:%d:%d: ", d.File, d.Line, d.Column)
}

// List is all that a run found. It is an error when it is not empty; see Err.
type List []Diagnostic

// Error returns all findings, one after the other.
func (l List) Error() string {
	texts := make([]string, len(l))
	for i, d := range l {
		texts[i] = d.Error()
	}
	return strings.Join(texts, "\n")
}

// Err returns the list, sorted and without repeats, as an error; nil when empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	sorted := slices.Clone(l)
	slices.SortStableFunc(sorted, compare)
	return slices.CompactFunc(sorted, func(a, b Diagnostic) bool { return a.Error() == b.Error() })
}

func compare(a, b Diagnostic) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Column, b.Column), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
}

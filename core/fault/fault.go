// Package fault provides the errors that a caller of a service may see: what went
// wrong in the terms of the service, with a text that may be shown to anyone.
// It knows nothing of HTTP or of any other way in; adapters map a Kind to what
// their protocol has. An error that is no fault is a defect or an outage, and
// its text stays in the logs.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure an Error is.
type Kind string

// The kinds of fault.
const (
	Invalid         Kind = "invalid"         // the input breaks a rule
	NotFound        Kind = "not_found"       // what was named does not exist
	Conflict        Kind = "conflict"        // the state does not allow it
	Unauthenticated Kind = "unauthenticated" // nobody known is asking
	Forbidden       Kind = "forbidden"       // who asks may not
	TooMany         Kind = "too_many"        // a limit on use is reached
	Unavailable     Kind = "unavailable"     // something needed does not answer; trying again may help
)

// ParseKind returns the kind of that name, and reports whether there is one.
func ParseKind(name string) (kind Kind, ok bool) {
	switch kind = Kind(name); kind {
	case Invalid, NotFound, Conflict, Unauthenticated, Forbidden, TooMany, Unavailable:
		return kind, true
	}
	return "", false
}

// Field is one member of an input and what is wrong with it. Field is its name
// as the caller wrote it: a JSON member, a query parameter, a header.
type Field struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// Error is a failure that the caller may be told about. Detail is a sentence
// for people and holds nothing that the caller must not see.
type Error struct {
	Kind   Kind
	Detail string
	Fields []Field // of Invalid: one for each wrong member
	cause  error
}

// New returns a fault with a detail in the manner of fmt.Sprintf.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Detail: fmt.Sprintf(format, args...)}
}

// Because returns a copy of the fault that wraps its cause. The cause's text is
// for the logs and is never part of Detail.
func (e *Error) Because(cause error) *Error {
	dup := *e
	dup.cause = cause
	return &dup
}

// Error returns the whole story, the cause included: it is meant for logs.
func (e *Error) Error() string {
	text := string(e.Kind) + ": " + e.Detail
	for _, f := range e.Fields {
		text += "; " + f.Field + ": " + f.Detail
	}
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether err is, or wraps, a fault of the kind.
func Is(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

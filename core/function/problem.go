package function

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"github.com/seastack/seastack/core/fault"
)

// Problem is an answer in the form of RFC 9457. A handler returns one to choose
// the status itself; most return a fault and leave the choice to the adapter.
type Problem struct {
	Type      string        `json:"type,omitempty"` // empty: "about:blank"
	Title     string        `json:"title"`          // empty: the status's own words
	Status    int           `json:"status"`
	Detail    string        `json:"detail,omitempty"` // shown to the caller
	Errors    []fault.Field `json:"errors,omitempty"`
	RequestID string        `json:"requestId,omitempty"` // filled in by the adapter
}

// Error returns the detail, or the title when there is none.
func (p *Problem) Error() string { return cmp.Or(p.Detail, p.Title, http.StatusText(p.Status)) }

func badRequest(detail string, fields ...fault.Field) *Problem {
	return &Problem{Status: http.StatusBadRequest, Detail: detail, Errors: fields}
}

// statuses returns the HTTP status of each kind of fault.
var statuses = map[fault.Kind]int{
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.TooMany:         http.StatusTooManyRequests,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

// problemOf returns what a caller may see of an error. An error that is neither a
// problem nor a fault shows nothing of itself.
func problemOf(ctx context.Context, err error) Problem {
	p := Problem{Status: http.StatusInternalServerError, Detail: "The request failed for a reason on our side."}
	var problem *Problem
	var known *fault.Error
	switch {
	case errors.As(err, &problem):
		p = *problem
	case errors.As(err, &known) && statuses[known.Kind] != 0:
		p = Problem{Status: statuses[known.Kind], Detail: known.Detail, Errors: known.Fields}
	case errors.Is(err, context.DeadlineExceeded):
		p = Problem{Status: http.StatusServiceUnavailable, Detail: "The request took too long."}
	}
	p.Status = cmp.Or(p.Status, http.StatusInternalServerError)
	p.Title = cmp.Or(p.Title, http.StatusText(p.Status))
	p.RequestID = RequestID(ctx)
	return p
}

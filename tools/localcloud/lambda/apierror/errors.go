// Package apierror makes the errors of Lambda's API, in AWS's codes and words.
// It knows nothing of functions.
package apierror

import (
	"net/http"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// User returns an error with the member Type that Lambda's clients expect.
func User(status int, code, format string, args ...any) *wire.Error {
	e := wire.Errorf(status, code, format, args...)
	e.Fields = map[string]any{"Type": "User"}
	return e
}

// NotFound returns a ResourceNotFoundException. It has its message under
// "Message" too: it is the only error of Lambda that is modelled so.
func NotFound(format string, args ...any) *wire.Error {
	e := User(http.StatusNotFound, "ResourceNotFoundException", format, args...)
	e.Fields["Message"] = e.Message
	return e
}

// NoSuchResource returns the NotFound of a resource that has no name in it.
func NoSuchResource() *wire.Error { return NotFound("The resource you requested does not exist.") }

// Conflict returns a ResourceConflictException.
func Conflict(format string, args ...any) *wire.Error {
	return User(http.StatusConflict, "ResourceConflictException", format, args...)
}

// Invalid returns an InvalidParameterValueException.
func Invalid(format string, args ...any) *wire.Error {
	return User(http.StatusBadRequest, "InvalidParameterValueException", format, args...)
}

// Denied returns an AccessDeniedException.
func Denied(format string, args ...any) *wire.Error {
	return User(http.StatusForbidden, "AccessDeniedException", format, args...)
}

// Throttled returns a TooManyRequestsException with its reason.
func Throttled(reason string) *wire.Error {
	e := User(http.StatusTooManyRequests, "TooManyRequestsException", "Rate Exceeded.")
	e.Fields["Reason"] = reason
	return e
}

// StaleRevision returns the error of a request whose RevisionId is not the latest.
func StaleRevision() *wire.Error {
	return User(http.StatusPreconditionFailed, "PreconditionFailedException",
		"The Revision Id provided does not match the latest Revision Id. "+
			"Call the GetFunction/GetAlias API to retrieve the latest Revision Id")
}

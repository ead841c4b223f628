package lambda

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// userError is an error with the member Type that Lambda's clients expect.
func userError(status int, code, format string, args ...any) *wire.Error {
	e := wire.Errorf(status, code, format, args...)
	e.Fields = map[string]any{"Type": "User"}
	return e
}

// notFound has its message under "Message" too: alone among Lambda's errors
// ResourceNotFoundException is modelled so.
func notFound(format string, args ...any) *wire.Error {
	e := userError(http.StatusNotFound, "ResourceNotFoundException", format, args...)
	e.Fields["Message"] = e.Message
	return e
}

func conflict(format string, args ...any) *wire.Error {
	return userError(http.StatusConflict, "ResourceConflictException", format, args...)
}

func invalid(format string, args ...any) *wire.Error {
	return userError(http.StatusBadRequest, "InvalidParameterValueException", format, args...)
}

func denied(format string, args ...any) *wire.Error {
	return userError(http.StatusForbidden, "AccessDeniedException", format, args...)
}

func throttled(reason string) *wire.Error {
	e := userError(http.StatusTooManyRequests, "TooManyRequestsException", "Rate Exceeded.")
	e.Fields["Reason"] = reason
	return e
}

func staleRevision() *wire.Error {
	return userError(http.StatusPreconditionFailed, "PreconditionFailedException",
		"The Revision Id provided does not match the latest Revision Id. "+
			"Call the GetFunction/GetAlias API to retrieve the latest Revision Id")
}

func noSuchResource() *wire.Error { return notFound("The resource you requested does not exist.") }

// violations collects what is wrong with a request's members.
type violations []string

func (v *violations) add(value any, member, constraint string) {
	*v = append(*v, fmt.Sprintf("Value '%v' at '%s' failed to satisfy constraint: %s", value, member, constraint))
}

func (v *violations) between(value *int, member string, least, most int) {
	switch {
	case value == nil:
	case *value < least:
		v.add(*value, member, fmt.Sprintf("Member must have value greater than or equal to %d", least))
	case *value > most:
		v.add(*value, member, fmt.Sprintf("Member must have value less than or equal to %d", most))
	}
}

func (v *violations) oneOf(value, member string, set ...string) {
	for _, s := range set {
		if value == s {
			return
		}
	}
	v.add(value, member, "Member must satisfy enum value set: ["+strings.Join(set, ", ")+"]")
}

func (v violations) err() error {
	if len(v) == 0 {
		return nil
	}
	noun := "errors"
	if len(v) == 1 {
		noun = "error"
	}
	return userError(http.StatusBadRequest, "ValidationException",
		"%d validation %s detected: %s", len(v), noun, strings.Join(v, "; "))
}

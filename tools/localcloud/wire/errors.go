package wire

import (
	"fmt"
	"net/http"
)

// Error is an error of AWS's, with its code and its HTTP status.
type Error struct {
	Code      string // "ResourceNotFoundException"
	Status    int    // 400 where zero
	Message   string
	QueryCode string         // JSON: the code in x-amzn-query-error, where the service has one
	Fields    map[string]any // further members of the body ("Type": "User")
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// HTTPStatus gives the status to answer with.
func (e *Error) HTTPStatus() int {
	if e.Status == 0 {
		return http.StatusBadRequest
	}
	return e.Status
}

// Errorf makes an Error; the format is the message's.
func Errorf(status int, code, format string, args ...any) *Error {
	return &Error{Code: code, Status: status, Message: fmt.Sprintf(format, args...)}
}

package wire

import (
	"errors"
	"fmt"
	"net/http"
)

// Error is an AWS error, with its code and its HTTP status.
type Error struct {
	Code      string // "ResourceNotFoundException"
	Status    int    // 400 if zero
	Message   string
	QueryCode string         // JSON: the code in x-amzn-query-error, if the service has one
	Fields    map[string]any // more members of the body ("Type": "User")
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// HTTPStatus returns the status of the answer.
func (e *Error) HTTPStatus() int {
	if e.Status == 0 {
		return http.StatusBadRequest
	}
	return e.Status
}

// Errorf returns an Error with a formatted message.
func Errorf(status int, code, format string, args ...any) *Error {
	return &Error{Code: code, Status: status, Message: fmt.Sprintf(format, args...)}
}

func errUnsigned() *Error {
	return Errorf(http.StatusForbidden, "MissingAuthenticationToken", "Request is missing Authentication Token")
}

// jsonCodes are the JSON protocols' names of the errors that all services
// share; the names of the Query protocol are the keys.
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
var jsonCodes = map[string]string{
	"AccessDenied":               "AccessDeniedException",
	"ExpiredToken":               "ExpiredTokenException",
	"InvalidClientTokenId":       "UnrecognizedClientException",
	"SignatureDoesNotMatch":      "InvalidSignatureException",
	"MissingAuthenticationToken": "MissingAuthenticationTokenException",
}

// common returns an error of the authority, which has a name of the Query
// protocol, with the name that it has in the protocol of s.
func (s *Service) common(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	if e.Code == "AccessDenied" && s.DeniedCode != "" {
		renamed := *e
		renamed.Code = s.DeniedCode
		return &renamed
	}
	if s.Protocol == Query || s.Protocol == RESTXML {
		return err
	}
	code, ok := jsonCodes[e.Code]
	if !ok {
		return err
	}
	renamed := *e
	if s.QueryCompatible {
		renamed.QueryCode = e.Code
	} else if s.Protocol == JSON || s.Protocol == cborProtocol {
		renamed.Status = http.StatusBadRequest
	}
	renamed.Code = code
	return &renamed
}

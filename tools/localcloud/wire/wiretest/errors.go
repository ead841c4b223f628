package wiretest

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// WantCode checks the code of an error as a client sees it, and that it has a
// message.
func WantCode(t testing.TB, err error, code string) {
	t.Helper()
	WantError(t, err, code, "")
}

// WantError is WantCode for an error whose message contains text.
func WantError(t testing.TB, err error, code, text string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Errorf("got %v, want an error with code %s", err, code)
		return
	}
	if api.ErrorCode() != code || !strings.Contains(api.ErrorMessage(), text) {
		t.Errorf("got code %s (%s), want %s (...%s...)", api.ErrorCode(), api.ErrorMessage(), code, text)
	}
	if api.ErrorMessage() == "" {
		t.Errorf("code %s came without a message", code)
	}
}

// WantStatus is WantError for an answer that has an HTTP status.
func WantStatus(t testing.TB, err error, code string, status int, text string) {
	t.Helper()
	WantError(t, err, code, text)
	var answer *smithyhttp.ResponseError
	if !errors.As(err, &answer) || answer.HTTPStatusCode() != status {
		t.Errorf("got %v, want status %d", err, status)
	}
}

package function_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/function"
)

func TestErrorOfNetHTTP(t *testing.T) {
	for want, err := range map[int]error{
		http.StatusNotFound:            fault.New(fault.NotFound, "There is none."),
		http.StatusMethodNotAllowed:    &function.Problem{Status: http.StatusMethodNotAllowed, Detail: "There is none."},
		http.StatusInternalServerError: errors.New("a secret"),
	} {
		w := httptest.NewRecorder()
		function.Error(w, httptest.NewRequest(http.MethodGet, "/", nil), err)
		var p function.Problem
		if e := json.Unmarshal(w.Body.Bytes(), &p); e != nil || w.Code != want || p.Status != want || strings.Contains(p.Detail, "secret") {
			t.Errorf("%v: %d %s, %v", err, w.Code, w.Body, e)
		}
		if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("content type %q", got)
		}
	}
}

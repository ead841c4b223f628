package function

import (
	"encoding/json"
	"net/http"
)

// Error answers a request to a handler of package net/http with an error, as those
// of handlers with inputs are answered: a fault with the status of its kind, and any
// other error with 500 and without its text, which is logged.
func Error(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(r.Context(), err)
	if p.Status >= http.StatusInternalServerError {
		Logger().ErrorContext(r.Context(), "the request failed", "error", err.Error())
	}
	body, _ := json.Marshal(p) // a struct of texts and numbers always has a JSON form
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // a client that has left needs no answer
}

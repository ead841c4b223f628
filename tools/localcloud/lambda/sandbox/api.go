package sandbox

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/origin"
)

const apiPrefix = "/2018-06-01/runtime/"

// MaxResponse is the largest answer of a function, in bytes: 6 MiB plus the
// envelope that Lambda allows.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MaxResponse = 6<<20 + 100

// ServeHTTP is the Runtime API of this sandbox. It answers only requests that
// name its own address and that no browser sent: a web page that tries all ports,
// by any name, must not receive events or answer them.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Host != s.address || origin.Browser(r) {
		refuse(w, http.StatusForbidden, "Forbidden", "the Runtime API answers only its own function, at "+s.address)
		return
	}
	path, ok := strings.CutPrefix(r.URL.Path, apiPrefix)
	switch {
	case !ok:
		http.NotFound(w, r)
	case path == "invocation/next" && r.Method == http.MethodGet:
		s.serveNext(w, r)
	case path == "init/error" && r.Method == http.MethodPost:
		s.serveInitError(w, r)
	case r.Method == http.MethodPost && strings.HasPrefix(path, "invocation/"):
		s.serveAnswer(w, r, strings.TrimPrefix(path, "invocation/"))
	default:
		http.NotFound(w, r)
	}
}

func (s *Sandbox) serveNext(w http.ResponseWriter, r *http.Request) {
	if !s.settle() {
		refuse(w, http.StatusForbidden, "InvalidStateTransition",
			"next was called before the invocation was answered")
		return
	}
	select {
	case j := <-s.work:
		s.fetch(j)
		deliver(w, j)
	case <-r.Context().Done():
	case <-s.exited:
	}
}

func deliver(w http.ResponseWriter, j *job) {
	h := w.Header()
	h.Set("Lambda-Runtime-Aws-Request-Id", j.request.ID)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(j.deadline.UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", j.request.FunctionARN)
	h.Set("Lambda-Runtime-Trace-Id", j.request.TraceID)
	if j.request.ClientContext != "" {
		h.Set("Lambda-Runtime-Client-Context", j.request.ClientContext)
	}
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(j.request.Payload)))
	_, _ = w.Write(j.request.Payload) // a runtime that is gone is noticed by its exit
}

func (s *Sandbox) serveAnswer(w http.ResponseWriter, r *http.Request, path string) {
	id, kind, _ := strings.Cut(path, "/")
	if kind != "response" && kind != "error" {
		http.NotFound(w, r)
		return
	}
	if kind == "response" {
		if j := s.claim(id); j != nil {
			s.serveStream(w, r, j)
			return
		}
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxResponse+1))
	if err != nil {
		refuse(w, http.StatusBadRequest, "InvalidRequest", err.Error())
		return
	}
	a := answer(r, kind, body)
	switch s.accept(id, a) {
	case wrongID:
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		return
	case outOfTurn:
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "the invocation is answered already")
		return
	}
	if a.ErrorType == tooLarge {
		refuseSize(w, MaxResponse)
		return
	}
	accepted(w)
}

const tooLarge = "Function.ResponseSizeTooLarge"

// oversized returns the outcome of a response of more than limit bytes.
func oversized(limit int64) Outcome {
	return failed(tooLarge, fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", limit))
}

func refuseSize(w http.ResponseWriter, limit int64) {
	refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge",
		fmt.Sprintf("Exceeded maximum allowed payload size (%d bytes).", limit))
}

// answer reads the answer of a runtime. The error of a response that the runtime
// streams is in its trailers.
func answer(r *http.Request, kind string, body []byte) Outcome {
	if len(body) > MaxResponse {
		return oversized(MaxResponse)
	}
	if kind == "error" {
		return Outcome{Status: Failed, ErrorType: r.Header.Get("Lambda-Runtime-Function-Error-Type"), Payload: body}
	}
	return trailed(r, Outcome{Status: Answered, Payload: body})
}

func (s *Sandbox) serveInitError(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxResponse))
	if err != nil {
		refuse(w, http.StatusBadRequest, "InvalidRequest", err.Error())
		return
	}
	if !s.failInit(Outcome{Status: Failed, ErrorType: r.Header.Get("Lambda-Runtime-Function-Error-Type"), Payload: body}) {
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "the initialisation is over")
		return
	}
	accepted(w)
}

func accepted(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`+"\n")
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(ErrorPayload(code, message))
}

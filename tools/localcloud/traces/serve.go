package traces

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/origin"
)

// The paths of a Handler, which follow the cloud's endpoint.
const (
	// OTLP is what OTEL_EXPORTER_OTLP_ENDPOINT ends with: exporters append
	// /v1/traces.
	OTLP = "/_localcloud/otlp"
	// Path lists traces, and followed by a slash and an ID it reads one.
	Path = "/_localcloud/traces"
)

const exportPath = OTLP + "/v1/traces"

// maxExport limits an export, in bytes after decompression.
const maxExport = 16 << 20

// Handler receives spans into a store and answers with traces.
type Handler struct{ store *Store }

// NewHandler returns a handler of a store.
func NewHandler(s *Store) *Handler { return &Handler{s} }

// Owns reports whether a request is for a Handler.
func Owns(req *http.Request) bool {
	path := req.URL.Path
	return path == Path || strings.HasPrefix(path, Path+"/") || strings.HasPrefix(path, OTLP+"/")
}

// ServeHTTP takes exports of programs, and answers GET of Path for everybody but
// other sites' pages.
func (h *Handler) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	path := req.URL.Path
	switch {
	case path == exportPath && req.Method == http.MethodPost && !origin.Browser(req):
		h.receive(w, req)
	case req.Method == http.MethodGet && foreign(req):
		answer(w, http.StatusForbidden, failure{"traces are for programs of this machine, not for web pages"})
	case path == Path && req.Method == http.MethodGet:
		h.list(w, req.URL.Query())
	case strings.HasPrefix(path, Path+"/") && req.Method == http.MethodGet:
		h.read(w, strings.ToLower(strings.TrimPrefix(path, Path+"/")))
	default:
		answer(w, http.StatusNotFound, failure{"there is GET " + Path + ", GET " + Path + "/ID and POST " + exportPath})
	}
}

// foreign reports whether the request is of a page that is not the cloud's own.
func foreign(req *http.Request) bool {
	return origin.OtherSite(req) && req.Header.Get("Sec-Fetch-Site") != "same-origin"
}

type failure struct {
	Message string `json:"message"`
}

// receive takes an export.
// https://opentelemetry.io/docs/specs/otlp/#otlphttp-request
func (h *Handler) receive(w http.ResponseWriter, req *http.Request) {
	decode, binary := decodeJSON, false
	switch kind, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type")); kind {
	case "application/json":
	case "application/x-protobuf":
		decode, binary = decodeProtobuf, true
	default:
		answer(w, http.StatusUnsupportedMediaType, failure{"the body is neither application/json nor application/x-protobuf"})
		return
	}
	body, err := readBody(w, req)
	if err != nil {
		answer(w, http.StatusBadRequest, failure{err.Error()})
		return
	}
	data, err := decode(body)
	if err != nil {
		answer(w, http.StatusBadRequest, failure{err.Error()})
		return
	}
	spans, rejected := data.spans()
	h.store.Add(spans...)
	switch {
	case binary:
		w.Header().Set("Content-Type", "application/x-protobuf") // an empty message has no bytes
	case rejected > 0:
		answer(w, http.StatusOK, map[string]any{"partialSuccess": map[string]any{
			"rejectedSpans": strconv.Itoa(rejected), "errorMessage": "spans without valid IDs",
		}})
	default:
		answer(w, http.StatusOK, struct{}{})
	}
}

func readBody(w http.ResponseWriter, req *http.Request) ([]byte, error) {
	r := http.MaxBytesReader(w, req.Body, maxExport)
	if req.Header.Get("Content-Encoding") != "gzip" {
		return io.ReadAll(r)
	}
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(http.MaxBytesReader(w, z, maxExport))
}

// list answers with {"traces": [Summary]}. The query is a Filter: function,
// minDuration (2s, 150ms), errors (true), since (RFC 3339) and limit.
func (h *Handler) list(w http.ResponseWriter, query url.Values) {
	f, err := parseFilter(query)
	if err != nil {
		answer(w, http.StatusBadRequest, failure{err.Error()})
		return
	}
	answer(w, http.StatusOK, Listing{h.store.List(f)})
}

// read answers with a Trace.
func (h *Handler) read(w http.ResponseWriter, id string) {
	spans, ok := h.store.Trace(id)
	if !ok {
		answer(w, http.StatusNotFound, failure{fmt.Sprintf("there is no trace %q", id)})
		return
	}
	answer(w, http.StatusOK, Trace{id, spans})
}

// Listing is the answer to GET of Path.
type Listing struct {
	Traces []Summary `json:"traces"` // the newest first
}

// Trace is the answer to GET of Path/ID.
type Trace struct {
	ID    string `json:"id"`
	Spans []Span `json:"spans"` // by their start
}

// Query returns the filter as GET of Path takes it.
func (f Filter) Query() url.Values {
	query := url.Values{}
	set := func(name, text string, isSet bool) {
		if isSet {
			query.Set(name, text)
		}
	}
	set("function", f.Function, f.Function != "")
	set("minDuration", f.MinDuration.String(), f.MinDuration > 0)
	set("errors", "true", f.Errors)
	set("since", f.Since.Format(time.RFC3339Nano), !f.Since.IsZero())
	set("limit", strconv.Itoa(f.Limit), f.Limit > 0)
	return query
}

// parseFilter reads what Query returns.
func parseFilter(query url.Values) (f Filter, err error) {
	f.Function = query.Get("function")
	parse := func(name string, into func(string) error) {
		if text := query.Get(name); text != "" && err == nil {
			if e := into(text); e != nil {
				err = fmt.Errorf("%s: %w", name, e)
			}
		}
	}
	parse("minDuration", func(text string) (e error) { f.MinDuration, e = time.ParseDuration(text); return e })
	parse("errors", func(text string) (e error) { f.Errors, e = strconv.ParseBool(text); return e })
	parse("since", func(text string) (e error) { f.Since, e = time.Parse(time.RFC3339Nano, text); return e })
	parse("limit", func(text string) (e error) { f.Limit, e = strconv.Atoi(text); return e })
	return f, err
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client is gone: there is no one to report an error to
}

package lambda

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// serveInvoke is the operation Invoke.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
func (s *Service) serveInvoke(ctx context.Context, c *wire.Call) (any, error) {
	in, err := s.invocation(c)
	if err != nil {
		return nil, err
	}
	switch kind := cmp.Or(c.Header.Get("X-Amz-Invocation-Type"), "RequestResponse"); kind {
	case "RequestResponse":
		res, err := s.Invoke(ctx, in)
		if err != nil {
			return nil, err
		}
		return res.response(), nil
	case "Event":
		_, err := s.InvokeAsync(ctx, in)
		return &wire.Response{Status: http.StatusAccepted}, err
	case "DryRun":
		return s.dryRun(in)
	default:
		var v apierror.Violations
		v.OneOf(kind, "invocationType", "Event", "RequestResponse", "DryRun")
		return nil, v.Err()
	}
}

// dryRun checks an invocation that is not to run.
func (s *Service) dryRun(in Invocation) (*wire.Response, error) {
	t, err := s.admit(&in, maxPayload)
	if err != nil {
		return nil, err
	}
	return &wire.Response{Status: http.StatusNoContent, Header: http.Header{"X-Amz-Executed-Version": {t.primary.Version}}}, nil
}

func (s *Service) invocation(c *wire.Call) (Invocation, error) {
	r, err := s.names.Target(c)
	if err != nil {
		return Invocation{}, err
	}
	in := Invocation{
		FunctionARN: s.names.ARN(r), Payload: c.Body, RequestID: c.RequestID, TraceID: c.Header.Get("X-Amzn-Trace-Id"),
		LogTail: c.Header.Get("X-Amz-Log-Type") == "Tail", Nested: c.Principal.RoleARN != "",
	}
	if given := c.Header.Get("X-Amz-Client-Context"); given != "" {
		raw, err := base64.StdEncoding.DecodeString(given)
		if err != nil || !json.Valid(raw) {
			return in, apierror.User(http.StatusBadRequest, "InvalidRequestContentException",
				"Client context must be a valid Base64-encoded JSON object.")
		}
		in.ClientContext = string(raw)
	}
	return in, nil
}

func (r Result) response() *wire.Response {
	h := http.Header{
		"Content-Type":           {"application/json"},
		"Content-Length":         {strconv.Itoa(len(r.Payload))},
		"X-Amz-Executed-Version": {r.ExecutedVersion},
	}
	if r.FunctionError != "" {
		h.Set("X-Amz-Function-Error", r.FunctionError)
	}
	if r.LogTail != nil {
		h.Set("X-Amz-Log-Result", base64.StdEncoding.EncodeToString(r.LogTail))
	}
	return &wire.Response{Status: http.StatusOK, Header: h, Body: r.Payload}
}

// serveInvokeAsync is the deprecated operation InvokeAsync.
func (s *Service) serveInvokeAsync(ctx context.Context, c *wire.Call) (any, error) {
	in, err := s.invocation(c)
	if err != nil {
		return nil, err
	}
	if _, err := s.InvokeAsync(ctx, in); err != nil {
		return nil, err
	}
	return struct{ Status int }{http.StatusAccepted}, nil
}

// CodePath is where the local cloud serves the zips that GetFunction points to.
const CodePath = "/_aws/lambda/code/"

// ServeCode answers GET CodePath<digest>.zip. On AWS that is a signed URL; here
// the digest is the secret, which only GetFunction returns.
func (s *Service) ServeCode(w http.ResponseWriter, r *http.Request) {
	digest, ok := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, CodePath), ".zip")
	if !ok || len(digest) != 64 || strings.Trim(digest, "0123456789abcdef") != "" {
		http.NotFound(w, r)
		return
	}
	f, err := os.Open(s.code.Zip(digest))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer func() { _ = f.Close() }() // opened for reading
	info, err := f.Stat()
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/zip")
	http.ServeContent(w, r, "", info.ModTime(), f)
}

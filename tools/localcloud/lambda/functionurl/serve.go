package functionurl

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/httpevent"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// dataPath is the path of URLs for clients that do not find *.localhost: it is
// followed by <id>/<path>.
const dataPath = "/_aws/lambda-url/"

// maxPayload is the largest event, in bytes.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxPayload = 6 << 20

// helpText is AWS's text for requests that are not authorized.
const helpText = "Forbidden. For troubleshooting Function URL authorization issues, see: " +
	"https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"

// Owns reports whether a request is for a URL: by its host,
// <id>.lambda-url.<region>.localhost, or by its path, /_aws/lambda-url/<id>/...
func (u *URLs) Owns(req *http.Request) bool {
	_, _, ok := u.find(req)
	return ok
}

// find returns the ID of the URL and the escaped path that a request is for.
func (u *URLs) find(req *http.Request) (id, path string, ok bool) {
	host := req.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if id, ok := strings.CutSuffix(strings.ToLower(host), u.domain()); ok {
		return id, req.URL.EscapedPath(), true
	}
	rest, ok := strings.CutPrefix(req.URL.EscapedPath(), dataPath)
	id, path, _ = strings.Cut(rest, "/")
	return id, "/" + path, ok
}

// exchange is one request to a URL.
type exchange struct {
	*URLs
	config
	req     *http.Request
	w       *recorder
	id      string // of the request
	at      time.Time
	path    string // escaped
	body    []byte
	caller  *caller // nil: anyone
	version string  // that ran
}

// ServeHTTP serves a URL.
func (u *URLs) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	id, path, _ := u.find(req)
	function, ok, err := u.ids.Get(id)
	var c config
	if err == nil && ok {
		c, ok, err = u.configs.Get(function.Key())
	}
	if err != nil || !ok {
		u.unknown(w, err)
		return
	}
	x := &exchange{
		URLs: u, config: c, req: req, w: &recorder{ResponseWriter: w, status: http.StatusOK},
		id: uuid.NewString(), at: u.env.Now(), path: path,
	}
	defer func() { // a panic closes the connection of an answer that is not complete
		u.deps.Functions.Measure(c.Function, x.version, x.w.status, u.env.Now().Sub(x.at))
	}()
	x.serve()
}

func (u *URLs) unknown(w http.ResponseWriter, err error) {
	if err != nil {
		u.env.Log.Error("function URL", "err", err)
		writeMessage(w, http.StatusInternalServerError, "InternalServerErrorException", "Internal Server Error")
		return
	}
	writeMessage(w, http.StatusForbidden, "AccessDeniedException", "Forbidden")
}

// writeMessage writes an answer of the URL itself.
func writeMessage(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Errortype", code)
	w.WriteHeader(status)
	// The client may be gone: there is no one to report an error to.
	_ = json.NewEncoder(w).Encode(map[string]string{"Message": message})
}

func (x *exchange) serve() {
	x.w.Header().Set("X-Amzn-Requestid", x.id)
	x.Cors.set(x.w.Header(), x.req)
	if x.Cors.preflight(x.req) {
		return
	}
	var err error
	x.body, err = io.ReadAll(io.LimitReader(x.req.Body, maxPayload+1))
	if err != nil {
		writeMessage(x.w, http.StatusBadRequest, "BadRequestException", "Bad Request")
		return
	}
	if err := x.authorize(); err != nil {
		x.refuse(err)
		return
	}
	payload, err := json.Marshal(x.event())
	switch {
	case err != nil:
		x.refuse(err)
	case len(payload) > maxPayload:
		writeMessage(x.w, http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException", "Request Entity Too Large")
	case x.InvokeMode == streamed:
		x.stream(payload)
	default:
		x.whole(payload)
	}
}

// refuse answers a request that did not run.
func (x *exchange) refuse(err error) {
	var known *wire.Error
	if !errors.As(err, &known) {
		x.env.Log.Error("function URL", "function", x.names.ARN(x.Function), "err", err)
		writeMessage(x.w, http.StatusInternalServerError, "InternalServerErrorException", "Internal Server Error")
		return
	}
	status, message := known.HTTPStatus(), known.Message
	if known.Code == "AccessDenied" {
		x.env.Log.Warn("function URL", "function", x.names.ARN(x.Function), "err", err)
		status, message = http.StatusForbidden, helpText
	}
	writeMessage(x.w, status, known.Code, message)
}

// fail answers for a function that failed before it began to answer.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html
func (x *exchange) fail() {
	h := x.w.Header()
	h.Set("Content-Type", "application/json")
	x.w.WriteHeader(http.StatusBadGateway)
	_, _ = io.WriteString(x.w, "Internal Server Error") // the client is gone: there is no one to report an error to
}

func (x *exchange) invocation(payload []byte) Invocation {
	return Invocation{
		RequestID: x.id, TraceID: x.req.Header.Get("X-Amzn-Trace-Id"), Payload: payload,
		Nested: x.caller != nil && x.caller.RoleARN != "",
	}
}

// whole answers with the whole answer of the function, in payload format 2.0.
func (x *exchange) whole(payload []byte) {
	end, err := x.deps.Functions.Invoke(x.req.Context(), x.Function, x.invocation(payload))
	x.version = end.Version
	if err != nil {
		x.refuse(err)
		return
	}
	r, err := httpevent.ParseResponse(end.Payload)
	if end.Failed || err != nil {
		x.fail()
		return
	}
	r.Write(x.w, x.req.Method, x.Cors.owns)
}

// stream answers as the function does, while it runs.
func (x *exchange) stream(payload []byte) {
	a := x.deps.Functions.Stream(x.req.Context(), x.Function, x.invocation(payload))
	complete := x.pass(a)
	end, err := a.End() // also of a function whose client has left: it goes on
	x.version = end.Version
	switch {
	case x.w.wrote && !complete:
		panic(http.ErrAbortHandler)
	case x.w.wrote:
	case err != nil:
		x.refuse(err)
	default:
		x.fail()
	}
}

// event returns the request in payload format 2.0.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
func (x *exchange) event() httpevent.Event {
	const route = "$default"
	e := httpevent.New(x.req, x.body, x.at)
	e.RouteKey, e.RawPath = route, x.path
	path, err := url.PathUnescape(x.path)
	if err != nil {
		path = x.path
	}
	c := &e.RequestContext
	c.AccountID, c.APIID, c.DomainName, c.DomainPrefix = "anonymous", x.ID, x.ID+x.domain(), x.ID
	c.RequestID, c.RouteKey, c.Stage, c.HTTP.Path = x.id, route, route, path
	if x.caller != nil {
		c.AccountID = x.env.Account
		c.Authorizer = map[string]any{"iam": x.caller.context(x.env.Account)}
	}
	return e
}

// recorder records whether an answer began, and its status.
type recorder struct {
	http.ResponseWriter
	status int
	wrote  bool
}

func (r *recorder) WriteHeader(status int) {
	r.status, r.wrote = status, true
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	r.wrote = true
	return r.ResponseWriter.Write(p)
}

// Unwrap returns the wrapped writer, for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

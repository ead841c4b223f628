package apigateway

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// DataPath is what stands before the path of a request to an API: the API's ID and the
// path follow.
const DataPath = "/_aws/execute-api/"

const (
	dataDomain = ".execute-api.localhost"   // after <api>
	maxBody    = 10 << 20                   // bytes; https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
	notFound   = "Not Found"                // for APIs, stages and routes that do not exist
	failed     = "Internal Server Error"    // for functions that fail
	tooLate    = "Service Unavailable"      // for functions that take too long
	tooLarge   = "Request Entity Too Large" // for bodies larger than maxBody

	// maxHeader bounds a request's line and the values of its header, in bytes.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
	maxHeader   = 10_240
	headerLarge = "Request Header Fields Too Large"
)

// Owns reports whether a request is for the data plane: by its path,
// /_aws/execute-api/<api>/..., or by its host, <api>.execute-api.localhost.
func (s *Service) Owns(req *http.Request) bool {
	_, _, ok := address(req)
	return ok
}

// DataPlane serves the APIs.
func (s *Service) DataPlane() http.Handler { return http.HandlerFunc(s.serveData) }

// address returns the API and the escaped path that a request is for.
func address(req *http.Request) (apiID, path string, ok bool) {
	host := req.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if id, ok := strings.CutSuffix(strings.ToLower(host), dataDomain); ok {
		return id, req.URL.EscapedPath(), true
	}
	rest, ok := strings.CutPrefix(req.URL.EscapedPath(), DataPath)
	if !ok {
		return "", "", false
	}
	id, path, _ := strings.Cut(rest, "/")
	return id, "/" + path, true
}

// headerSize returns the size that maxHeader limits.
func headerSize(req *http.Request) int {
	n := len(req.Method) + len(" ") + len(req.RequestURI) + len(" ") + len(req.Proto) + len(req.Host)
	for _, values := range req.Header {
		for _, value := range values {
			n += len(value)
		}
	}
	return n
}

func (s *Service) serveData(w http.ResponseWriter, req *http.Request) {
	if headerSize(req) > maxHeader {
		writeMessage(w, http.StatusRequestHeaderFieldsTooLarge, headerLarge)
		return
	}
	x, err := s.newExchange(req)
	var known *wire.Error
	switch {
	case errors.As(err, &known):
		writeMessage(w, known.HTTPStatus(), known.Message)
		return
	case err != nil:
		s.env.Log.Error("api gateway", "path", req.URL.Path, "err", err)
		writeMessage(w, http.StatusInternalServerError, failed)
		return
	}
	x.cors(w)
	w.Header().Set("Apigw-Requestid", x.id)
	counter := &counting{ResponseWriter: w}
	x.serve(s, counter)
	s.logAccess(x, counter)
}

// writeMessage answers with a message of API Gateway itself.
func writeMessage(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": message}) // the client is gone: there is no one to report an error to
}

// exchange is one request to an API.
type exchange struct {
	req      *http.Request
	api      *api
	stage    servedStage
	id       string    // of the request
	at       time.Time // of its arrival
	path     string    // decoded, with the stage's name
	resource string    // decoded, without it
	route    *route    // nil: none
	vars     map[string]string
	body     []byte
	failure  string // for the access log
	refusal  string // why the request is not authorized, for the access log

	authorizer map[string]any // what the function gets of the authorizer
}

// newExchange finds what a request is for. It returns an *Error for the client.
func (s *Service) newExchange(req *http.Request) (*exchange, error) {
	apiID, escaped, _ := address(req)
	// HTTP APIs decode the path before they route, and functions get it decoded.
	path, err := url.PathUnescape(escaped)
	if err != nil {
		return nil, wire.Errorf(http.StatusBadRequest, "", "Bad Request")
	}
	missing := wire.Errorf(http.StatusNotFound, "", notFound)
	v, err := s.serve(apiID)
	var none *wire.Error
	if errors.As(err, &none) {
		return nil, missing
	}
	if err != nil {
		return nil, err
	}
	st, resource, ok := v.stage(path)
	if !ok || v.api.DisableExecuteAPIEndpoint {
		return nil, missing
	}
	x := &exchange{req: req, api: &v.api, stage: st, id: requestID(), at: s.env.Now(), path: path, resource: resource}
	x.route, x.vars = st.table.find(req.Method, resource)
	return x, nil
}

func (x *exchange) serve(s *Service, w http.ResponseWriter) {
	switch {
	case x.preflight():
		w.WriteHeader(http.StatusNoContent)
		return
	case x.route == nil || x.route.Target == "":
		x.fail(w, http.StatusNotFound, notFound)
		return
	}
	i, ok := x.stage.table.integrations[x.route.integrationID()]
	if !ok {
		x.fail(w, http.StatusInternalServerError, failed)
		return
	}
	var err error
	if x.body, err = io.ReadAll(io.LimitReader(x.req.Body, maxBody+1)); err != nil {
		x.fail(w, http.StatusBadRequest, "Bad Request")
		return
	}
	if len(x.body) > maxBody {
		x.fail(w, http.StatusRequestEntityTooLarge, tooLarge)
		return
	}
	if x.authorize(s, w) {
		x.invoke(s, i, w)
	}
}

func (x *exchange) invoke(s *Service, i integration, w http.ResponseWriter) {
	payload, err := json.Marshal(x.event(s.env))
	if err != nil {
		x.fail(w, http.StatusInternalServerError, failed)
		return
	}
	o := x.await(s, invocation{i.function(), x.sourceARN(s.env), payload, i.timeout()})
	var refused *wire.Error
	switch {
	case errors.Is(o.err, errTimeout):
		x.failure = "Integration timed out"
		x.fail(w, http.StatusServiceUnavailable, tooLate)
	case errors.As(o.err, &refused) && refused.HTTPStatus() == http.StatusTooManyRequests:
		x.failure = refused.Message
		x.fail(w, http.StatusServiceUnavailable, tooLate)
	case o.err != nil:
		x.failure = o.err.Error()
		s.env.Log.Warn("api gateway could not invoke", "route", x.route.Key, "function", i.function(), "err", o.err)
		x.fail(w, http.StatusInternalServerError, failed)
	case o.functionError != "":
		x.failure = "The Lambda function returned the following error: " + o.functionError
		x.fail(w, http.StatusInternalServerError, failed)
	default:
		x.answer(w, o.answer)
	}
}

// errTimeout means that a function did not answer within its timeout.
var errTimeout = errors.New("the function did not answer in time")

// invocation is what an Invoker is asked for.
type invocation struct {
	arn, source string
	payload     []byte
	timeout     time.Duration
}

// outcome is what an Invoker returns.
type outcome struct {
	answer        []byte
	functionError string
	err           error
}

// await invokes a function and waits for its answer until the timeout is over.
// The function then continues until its own timeout, as it does when the client
// disconnects.
func (x *exchange) await(s *Service, v invocation) outcome {
	if p, ok := s.invoker.(Patient); ok && p.Patient(v.arn) {
		v.timeout = patience
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.req.Context()), v.timeout)
	done := make(chan outcome, 1)
	go func() {
		defer cancel()
		var o outcome
		o.answer, o.functionError, o.err = s.invoker.Invoke(ctx, v.arn, v.payload, v.source)
		if o.err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
			o.err = errTimeout // no instance became free in time
		}
		done <- o
	}()
	timer := time.NewTimer(v.timeout)
	defer timer.Stop()
	select {
	case o := <-done:
		return o
	case <-timer.C:
		return outcome{err: errTimeout}
	}
}

func (x *exchange) fail(w http.ResponseWriter, status int, message string) {
	if x.failure == "" {
		x.failure = message
	}
	writeMessage(w, status, message)
}

// sourceARN returns the ARN of the route, for the function's resource policy.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func (x *exchange) sourceARN(env *wire.Env) string {
	where := env.ARN("execute-api", x.api.ID+"/"+x.stage.Name+"/")
	if x.route.Key == defaultRoute {
		return where + defaultRoute
	}
	_, path, _ := strings.Cut(x.route.Key, " ")
	return where + x.req.Method + path
}

// counting records the status and the size of the answer.
type counting struct {
	http.ResponseWriter
	status, bytes int
}

func (c *counting) WriteHeader(status int) {
	c.status = status
	c.ResponseWriter.WriteHeader(status)
}

func (c *counting) Write(b []byte) (int, error) {
	n, err := c.ResponseWriter.Write(b)
	c.bytes += n
	return n, err
}

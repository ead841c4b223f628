package wire

import (
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"

	"github.com/google/uuid"
)

// maxBody is the largest request that is read, in bytes: Lambda's limit for a
// direct upload of a zip (50 MB) in base64, plus the rest of the request.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxBody = 72 << 20

// Handler serves the control plane of a set of services.
type Handler struct {
	env       *Env
	router    *Router
	authority Authority
}

// NewHandler returns a handler of services. authority identifies callers and
// authorizes their calls.
func NewHandler(env *Env, authority Authority, services []Service) *Handler {
	return &Handler{env: env, router: NewRouter(services), authority: authority}
}

// ServeHTTP answers one request of an AWS client.
func (h *Handler) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	id := uuid.NewString()
	w.Header().Set("X-Amzn-Requestid", id)
	if h.logs(req.Context()) {
		h.serveLogged(w, req, id)
		return
	}
	h.serve(w, req, id)
}

func (h *Handler) serve(w http.ResponseWriter, req *http.Request, id string) Match {
	who := credentialOf(req)
	if s := h.router.signed[who.service]; s != nil && s.Protocol == RESTXML {
		return h.stream(w, req, id, s, who)
	}
	body, err := readBody(w, req)
	if err != nil {
		encodeError(w, nil, id, Errorf(http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException", "%v", err))
		return Match{}
	}
	m, err := h.router.Match(req, who.service, body)
	if err != nil {
		encodeError(w, m.Service, id, err)
		return m
	}
	if m.Service.Protocol == cborProtocol {
		if body, err = cborToJSON(body); err != nil {
			encodeError(w, m.Service, id, err)
			return m
		}
	}
	out, err := h.perform(req.Context(), m, h.call(m, req, id, body), who)
	if err != nil {
		encodeError(w, m.Service, id, err)
		return m
	}
	encode(w, m, id, out)
	return m
}

// stream serves a request whose body the operation reads itself.
func (h *Handler) stream(w http.ResponseWriter, req *http.Request, id string, s *routed, who credential) Match {
	defer drain(req.Body)
	name, path := s.Find(req)
	m := Match{Service: s.Service, Operation: s.named[name], Path: path}
	if m.Operation == nil {
		encodeError(w, m.Service, id, Errorf(http.StatusNotImplemented, "NotImplemented",
			"the local cloud does not have the operation %s %s", req.Method, req.URL.RequestURI()))
		return m
	}
	c := h.call(m, req, id, nil)
	err := h.admit(m, c, who)
	if err == nil {
		err = h.serveStream(w, req, m.Operation, c)
	}
	if err != nil {
		encodeError(w, m.Service, id, h.known(c, m.Service.common(err)))
	}
	return m
}

// drain reads what an operation has left of a body. A client that is still sending
// when the connection is closed does not see the answer.
func drain(body io.Reader) { _, _ = io.Copy(io.Discard, io.LimitReader(body, maxBody)) }

// serveStream runs the operation; a panic must not close the client's connection.
func (h *Handler) serveStream(w http.ResponseWriter, req *http.Request, op *Operation, c *Call) (err error) {
	defer h.rescue(c, &err)
	return op.Serve(w, req, c)
}

// readBody reads a request's body, in one allocation if its length is known.
func readBody(w http.ResponseWriter, req *http.Request) ([]byte, error) {
	r := http.MaxBytesReader(w, req.Body, maxBody)
	if req.Header.Get("Content-Encoding") == "gzip" { // the SDKs compress large requests of some operations
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, err
		}
		return io.ReadAll(http.MaxBytesReader(w, z, maxBody))
	}
	if n := req.ContentLength; n >= 0 && n <= maxBody {
		body := make([]byte, n)
		_, err := io.ReadFull(r, body)
		return body, err
	}
	return io.ReadAll(r)
}

func (h *Handler) call(m Match, req *http.Request, id string, body []byte) *Call {
	c := &Call{
		Env: h.env, Service: m.Service.Name, Operation: m.Operation.Name, RequestID: id,
		Path: m.Path, Header: req.Header, Body: body,
	}
	if m.Service.Protocol == Query {
		c.Query = m.Form
	} else {
		c.Query = req.URL.Query()
	}
	return c
}

func (h *Handler) perform(ctx context.Context, m Match, c *Call, who credential) (any, error) {
	if err := h.admit(m, c, who); err != nil {
		return nil, m.Service.common(err)
	}
	out, err := h.handle(ctx, m.Operation, c)
	return out, h.known(c, err)
}

// known returns err, and one of AWS's errors for one that is none.
func (h *Handler) known(c *Call, err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	h.env.Log.Error("internal failure", "service", c.Service, "operation", c.Operation, "err", err)
	return Errorf(http.StatusInternalServerError, "InternalFailure", "%v", err)
}

// handle runs the operation; a panic must not close the client's connection.
func (h *Handler) handle(ctx context.Context, op *Operation, c *Call) (out any, err error) {
	defer h.rescue(c, &err)
	return op.Handle(ctx, c)
}

// rescue is deferred: it turns a panic into an error.
func (h *Handler) rescue(c *Call, err *error) {
	if r := recover(); r != nil {
		h.env.Log.Error("panic", "service", c.Service, "operation", c.Operation, "stack", string(debug.Stack()))
		*err = fmt.Errorf("panic: %v", r)
	}
}

// admit identifies the caller and authorizes the call.
func (h *Handler) admit(m Match, c *Call, who credential) (err error) {
	if who.accessKey == "" {
		return errUnsigned()
	}
	if err := h.checkRegion(m.Service, who); err != nil {
		return err
	}
	if c.Principal, err = h.authority.Principal(who.accessKey, who.token); err != nil {
		return err
	}
	isRoot := c.Principal.RoleARN == ""
	if m.Operation.Free || isRoot && (m.Service.Policy == nil || m.Operation.SetsPolicy) {
		return nil
	}
	return h.authorize(m, c)
}

func (h *Handler) authorize(m Match, c *Call) error {
	action := m.Operation.Action
	if action == "" {
		action = m.Operation.Name
	}
	authorize := h.authority.Authorize
	if a, ok := h.authority.(TagAuthority); ok {
		authorize = func(p Principal, action, resource string) error {
			return a.AuthorizeTags(p, action, resource, c.requestTags)
		}
	}
	if a, ok := h.authority.(KeyAuthority); ok && m.Operation.Keys != nil {
		authorize = func(p Principal, action, resource string) error {
			return a.AuthorizeKeys(p, action, resource, m.Operation.Keys(c))
		}
	}
	for _, resource := range m.Operation.resources(c) {
		if err := authorize(c.Principal, cmp.Or(m.Service.Prefix, m.Service.Name)+":"+action, resource); err != nil {
			return err
		}
	}
	return h.authorizePass(m, c)
}

// authorizePass checks that the caller may pass the service the role that it will
// assume. Otherwise a caller that may create a function could use the permissions
// of any role.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
func (h *Handler) authorizePass(m Match, c *Call) error {
	if m.Operation.Passes == nil {
		return nil
	}
	role := m.Operation.Passes(c)
	if role == "" || c.Principal.RoleARN == "" {
		return nil
	}
	if a, ok := h.authority.(PassAuthority); ok {
		return a.AuthorizePass(c.Principal, role, m.Service.Name)
	}
	return h.authority.Authorize(c.Principal, "iam:PassRole", role)
}

func (o *Operation) resources(c *Call) []string {
	switch {
	case o.Resources != nil:
		return o.Resources(c)
	case o.Resource != nil:
		return []string{o.Resource(c)}
	}
	return []string{"*"}
}

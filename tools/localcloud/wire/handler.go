package wire

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/google/uuid"
)

// maxBody is the largest request that is read, in bytes: Lambda's limit for a
// direct upload of a zip (50 MB) in base64, and room around it.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxBody = 72 << 20

// Handler serves the control plane of a set of services.
type Handler struct {
	env       *Env
	router    *Router
	authority Authority
}

// NewHandler makes the handler of services; authority answers for who calls.
func NewHandler(env *Env, authority Authority, services []Service) *Handler {
	return &Handler{env: env, router: NewRouter(services), authority: authority}
}

// ServeHTTP answers one request of an AWS client.
func (h *Handler) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	id := uuid.NewString()
	w.Header().Set("X-Amzn-Requestid", id)
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxBody))
	if err != nil {
		encodeError(w, nil, id, Errorf(http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException", "%v", err))
		return
	}
	key, service := credential(req)
	m, err := h.router.Match(req, service, body)
	if err != nil {
		encodeError(w, m.Service, id, err)
		return
	}
	c := h.call(m, req, id, body)
	out, err := h.perform(req.Context(), m, c, key, req.Header.Get("X-Amz-Security-Token"))
	if err != nil {
		encodeError(w, m.Service, id, err)
		return
	}
	encode(w, m, id, out)
}

func (h *Handler) call(m Match, req *http.Request, id string, body []byte) *Call {
	c := &Call{
		Env: h.env, Service: m.Service.Name, Operation: m.Operation.Name, RequestID: id,
		Path: m.Path, Query: req.URL.Query(), Header: req.Header, Body: body,
	}
	if m.Service.Protocol == Query {
		c.Query = m.Form
	}
	return c
}

func (h *Handler) perform(ctx context.Context, m Match, c *Call, key, token string) (any, error) {
	var err error
	if c.Principal, err = h.authority.Principal(key, token); err != nil {
		return nil, err
	}
	if c.Principal.RoleARN != "" {
		if err := h.authorize(m, c); err != nil {
			return nil, err
		}
	}
	out, err := m.Operation.Handle(ctx, c)
	var known *Error
	if err != nil && !errors.As(err, &known) {
		h.env.Log.Error("internal failure", "service", c.Service, "operation", c.Operation, "err", err)
		return nil, Errorf(http.StatusInternalServerError, "InternalFailure", "%v", err)
	}
	return out, err
}

func (h *Handler) authorize(m Match, c *Call) error {
	action, resource := m.Operation.Action, "*"
	if action == "" {
		action = m.Operation.Name
	}
	if m.Operation.Resource != nil {
		resource = m.Operation.Resource(c)
	}
	return h.authority.Authorize(c.Principal, m.Service.Name+":"+action, resource)
}

// credential gives the access key and the service of a request's SigV4
// signature, from its header or, for a presigned URL, its query string.
func credential(req *http.Request) (accessKey, service string) {
	scope := req.URL.Query().Get("X-Amz-Credential")
	if _, after, ok := strings.Cut(req.Header.Get("Authorization"), "Credential="); ok {
		scope, _, _ = strings.Cut(after, ",")
	}
	parts := strings.Split(strings.TrimSpace(scope), "/") // key/date/region/service/aws4_request
	if len(parts) != 5 {
		return "", ""
	}
	return parts[0], parts[3]
}

package wire

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Router finds the operation of a request among its services.
type Router struct {
	targets map[string]*routed // JSON, by TargetPrefix
	signed  map[string]*routed // by signing name, for requests without a target
}

// routed is a service with its operations indexed, so that finding one does not
// try all of them.
type routed struct {
	*Service
	named    map[string]*Operation // JSON, Query
	patterns map[string][]pattern  // RESTJSON, by method, in the order of the list
}

// NewRouter returns a router of services.
func NewRouter(services []Service) *Router {
	r := &Router{targets: map[string]*routed{}, signed: map[string]*routed{}}
	for i := range services {
		s := index(&services[i])
		if s.Protocol == JSON {
			r.targets[s.TargetPrefix] = s
		}
		r.signed[s.Name] = s
		if s.Former != nil {
			r.signed[s.Name] = index(s.Former)
		}
	}
	return r
}

func index(s *Service) *routed {
	r := &routed{Service: s, named: map[string]*Operation{}, patterns: map[string][]pattern{}}
	for i := range s.Operations {
		op := &s.Operations[i]
		r.named[op.Name] = op
		if s.Protocol == RESTJSON {
			r.patterns[op.Method] = append(r.patterns[op.Method], compile(op))
		}
	}
	return r
}

// Match is what a request asks for.
type Match struct {
	Service   *Service
	Operation *Operation
	Path      map[string]string
	Form      url.Values // Query: the form
}

// Match finds the service and the operation. signed is the service's name in the
// request's signature, empty if it is unsigned; body is the request's body. A
// service may be found although the operation is not: then the error must be
// encoded as that service encodes errors.
func (r *Router) Match(req *http.Request, signed string, body []byte) (Match, error) {
	if req.Header.Get(cborHeader) == cborName {
		return r.matchCBOR(req)
	}
	if target := req.Header.Get("X-Amz-Target"); target != "" {
		return r.matchTarget(target)
	}
	if signed == "" {
		return r.matchUnsigned(req, body)
	}
	if s := r.signed[signed]; s != nil {
		return s.match(req, body)
	}
	return Match{Service: unknownService(signed, req)}, Errorf(http.StatusNotImplemented, "UnknownService",
		"the local cloud does not have the service %q; it has %s", signed, strings.Join(r.names(), ", "))
}

// matchUnsigned finds the service that a request without a signature is for, so
// that the error has the form of that service's errors.
func (r *Router) matchUnsigned(req *http.Request, body []byte) (Match, error) {
	for _, name := range r.names() {
		if m, err := r.signed[name].match(req, body); err == nil {
			return m, nil
		}
	}
	return Match{Service: unknownService("", req)}, errUnsigned()
}

// unknownService returns a service that the local cloud does not have, with the
// protocol of its clients as far as the request shows it.
func unknownService(name string, req *http.Request) *Service {
	isForm := strings.HasPrefix(req.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
	if isForm || slices.Contains([]string{"cloudfront", "route53"}, name) {
		return &Service{Name: name, Protocol: Query}
	}
	return &Service{Name: name, Protocol: RESTJSON}
}

// names returns the services' names, sorted.
func (r *Router) names() []string { return slices.Sorted(maps.Keys(r.signed)) }

// match finds the operation of a request without X-Amz-Target.
func (s *routed) match(req *http.Request, body []byte) (Match, error) {
	switch s.Protocol {
	case Query:
		return matchForm(s, req, body)
	case RESTJSON:
		return matchPath(s, req)
	case RESTXML:
		return Match{Service: s.Service}, unknownOperation(req.Method + " " + req.URL.Path)
	}
	return Match{Service: s.Service}, Errorf(http.StatusNotFound, "UnknownOperationException",
		"%s %s has no X-Amz-Target: %s speaks AWS's JSON protocol", req.Method, req.URL.Path, s.Name)
}

func (r *Router) matchTarget(target string) (Match, error) {
	i := strings.LastIndexByte(target, '.')
	if i < 0 {
		return Match{}, unknownOperation(target)
	}
	s := r.targets[target[:i]]
	if s == nil {
		return Match{}, Errorf(http.StatusNotImplemented, "UnknownOperationException",
			"the local cloud does not have the operation %s, nor its service; it has %s", target, strings.Join(r.names(), ", "))
	}
	if op := s.named[target[i+1:]]; op != nil {
		return Match{Service: s.Service, Operation: op}, nil
	}
	return Match{Service: s.Service}, unknownOperation(target)
}

func matchForm(s *routed, req *http.Request, body []byte) (Match, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return Match{Service: s.Service}, Errorf(http.StatusBadRequest, "MalformedQueryString", "%v", err)
	}
	for k, v := range req.URL.Query() {
		form[k] = append(form[k], v...)
	}
	if op := s.named[form.Get("Action")]; op != nil {
		return Match{Service: s.Service, Operation: op, Form: form}, nil
	}
	e := Errorf(http.StatusBadRequest, "InvalidAction",
		"the local cloud does not have the operation %s of %s", form.Get("Action"), s.Name)
	return Match{Service: s.Service}, e
}

func matchPath(s *routed, req *http.Request) (Match, error) {
	have := segments(req.URL.EscapedPath())
	for _, p := range s.patterns[req.Method] {
		if vars, ok := p.match(have); ok {
			return Match{Service: s.Service, Operation: p.operation, Path: vars}, nil
		}
	}
	return Match{Service: s.Service}, unknownOperation(req.Method + " " + req.URL.Path)
}

func unknownOperation(what string) *Error {
	return Errorf(http.StatusNotImplemented, "UnknownOperationException",
		"the local cloud does not have the operation %s", what)
}

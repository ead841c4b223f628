package wire

import (
	"net/http"
	"net/url"
	"strings"
)

// Router finds the operation of a request among the services it knows.
type Router struct {
	targets map[string]*Service // JSON, by TargetPrefix
	byName  map[string]*Service // by signing name
}

// NewRouter makes a router over services.
func NewRouter(services []Service) *Router {
	r := &Router{targets: map[string]*Service{}, byName: map[string]*Service{}}
	for i := range services {
		s := &services[i]
		if s.Protocol == JSON {
			r.targets[s.TargetPrefix] = s
		}
		r.byName[s.Name] = s
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

// Match finds the service and the operation. signed is the service's name in
// the request's signature, empty where it is unsigned; body is the request's.
// A service may be found although the operation is not: then the error is to
// be encoded as that service encodes errors.
func (r *Router) Match(req *http.Request, signed string, body []byte) (Match, error) {
	if target := req.Header.Get("X-Amz-Target"); target != "" {
		return r.matchTarget(target)
	}
	if s := r.byName[signed]; s != nil && s.Protocol == Query {
		return matchForm(s, req, body)
	}
	if s := r.byName[signed]; s != nil && s.Protocol == RESTJSON {
		return matchPath(s, req)
	}
	return Match{}, Errorf(http.StatusNotFound, "UnknownService",
		"the local cloud has no service %q that answers %s %s", signed, req.Method, req.URL.Path)
}

func (r *Router) matchTarget(target string) (Match, error) {
	prefix, name, _ := strings.Cut(target, ".")
	if i := strings.LastIndexByte(target, '.'); i >= 0 {
		prefix, name = target[:i], target[i+1:]
	}
	s := r.targets[prefix]
	if s == nil {
		return Match{}, unknownOperation(target)
	}
	for i := range s.Operations {
		if s.Operations[i].Name == name {
			return Match{Service: s, Operation: &s.Operations[i]}, nil
		}
	}
	return Match{Service: s}, unknownOperation(target)
}

func matchForm(s *Service, req *http.Request, body []byte) (Match, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return Match{Service: s}, Errorf(http.StatusBadRequest, "MalformedQueryString", "%v", err)
	}
	for k, v := range req.URL.Query() {
		form[k] = append(form[k], v...)
	}
	for i := range s.Operations {
		if s.Operations[i].Name == form.Get("Action") {
			return Match{Service: s, Operation: &s.Operations[i], Form: form}, nil
		}
	}
	e := Errorf(http.StatusBadRequest, "InvalidAction",
		"the local cloud does not have the operation %s of %s", form.Get("Action"), s.Name)
	return Match{Service: s}, e
}

func matchPath(s *Service, req *http.Request) (Match, error) {
	for i := range s.Operations {
		op := &s.Operations[i]
		if op.Method != req.Method {
			continue
		}
		if vars, ok := matchPattern(op.Path, req.URL.EscapedPath()); ok {
			return Match{Service: s, Operation: op, Path: vars}, nil
		}
	}
	return Match{Service: s}, unknownOperation(req.Method + " " + req.URL.Path)
}

func unknownOperation(what string) *Error {
	return Errorf(http.StatusNotImplemented, "UnknownOperationException",
		"the local cloud does not have the operation %s", what)
}

// matchPattern matches an escaped path against a pattern with {variables}.
func matchPattern(pattern, path string) (map[string]string, bool) {
	vars := map[string]string{}
	want := strings.Split(strings.Trim(pattern, "/"), "/")
	have := strings.Split(strings.Trim(path, "/"), "/")
	for i, w := range want {
		if i >= len(have) {
			return nil, false
		}
		name, isVar := strings.CutPrefix(w, "{")
		value := have[i]
		switch name = strings.TrimSuffix(name, "}"); {
		case isVar && strings.HasSuffix(name, "+"):
			name, value = strings.TrimSuffix(name, "+"), strings.Join(have[i:], "/")
			have = have[:i+1]
		case !isVar && w != value:
			return nil, false
		case !isVar:
			continue
		}
		plain, err := url.PathUnescape(value)
		if err != nil {
			return nil, false
		}
		vars[name] = plain
	}
	return vars, len(have) == len(want)
}

package annotation

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/limits"
	"github.com/seastack/seastack/gen/model"
)

// An Authorizer is a handler that API Gateway asks who may call the routes with
// auth=NAME, of all stacks. It is
//
//	func(context.Context, auth.Request) (Principal, error)
//	func(context.Context, events.APIGatewayV2CustomAuthorizerV2Request) (events.APIGatewayV2CustomAuthorizerSimpleResponse, error)
//
// Principal is a struct that says who calls; the routes' handlers get it as an
// auth.Caller[Principal]. A fault of the kind Unauthenticated or Forbidden refuses
// the request, which is answered with 403; any other error is a failure, which is
// answered with 500. A request without one of the headers is answered with 401, and
// the handler is not asked. API Gateway waits for 10s at most.
type Authorizer struct {
	// Name is unique in the module: lower-case letters, digits and hyphens, and
	// neither "public" nor "jwt".
	Name string `arg:"NAME"`
	// TTL is how long an answer holds for requests with the same headers, whatever
	// their route: 5m. Default: 0s, each request is asked about. API Gateway takes 0s
	// to 1h.
	TTL Seconds `key:"ttl" min:"0" max:"3600"`
	// Identity has the names of the headers that say who calls, with spaces between
	// them: identity="Authorization X-Tenant". Default: Authorization. What else an
	// answer depends on must not be kept: leave ttl= at 0s then.
	Identity string `key:"identity"`
}

// headerName is a token of RFC 9110, section 5.6.2, without the characters that
// API Gateway reads as syntax in an identity source.
var headerName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

func (a *Authorizer) check(r *report) {
	if !ValidName(a.Name) || a.Name == model.Public || a.Name == model.JWT {
		r.add(diag.BadValue, "NAME", quote(a.Name)+" is not an authorizer's name: "+NameRule+"; and neither public nor jwt",
			"write one such as sessions")
	}
	for i, name := range a.Headers() {
		switch {
		case !headerName.MatchString(name):
			r.add(diag.BadValue, "identity", quote(name)+" is not the name of a header",
				`write names with spaces between them, as in identity="Authorization X-Tenant"`)
		case slices.ContainsFunc(a.Headers()[:i], func(other string) bool { return strings.EqualFold(other, name) }):
			r.add(diag.BadValue, "identity", "identity= has the header "+name+" twice", "keep one")
		}
	}
}

// Headers returns the names of the headers that a request must have.
func (a *Authorizer) Headers() []string {
	if names := strings.Fields(a.Identity); len(names) > 0 {
		return names
	}
	return []string{"Authorization"}
}

// checkAuth checks the value of auth=. Whether there is such an authorizer is not
// known here.
func checkAuth(r *report, auth string) {
	if auth != "" && !ValidName(auth) {
		r.add(diag.BadValue, "auth", quote(auth)+" is neither public, nor jwt, nor the name of an authorizer",
			"write auth=public, auth=jwt, or the name that //seastack:authorizer gives one")
	}
}

func (h *HTTP) checkScopes(r *report) {
	scopes := h.ScopeList()
	if len(scopes) > limits.RouteScopes {
		r.add(diag.BadValue, "scopes", fmt.Sprintf("a route has %d scopes at most", limits.RouteScopes),
			"name fewer; a token needs one of them only")
	}
	for _, scope := range scopes {
		if problem := limits.Scope.Problem(scope); problem != "" {
			r.add(diag.BadValue, "scopes", quote(scope)+" is not a scope: "+problem,
				`write scopes with spaces between them, as in scopes="notes:read notes:write"`)
		}
	}
}

// ScopeList returns the scopes in the order of the source; nil where there are none.
func (h *HTTP) ScopeList() []string {
	if scopes := strings.Fields(h.Scopes); len(scopes) > 0 {
		return scopes
	}
	return nil
}

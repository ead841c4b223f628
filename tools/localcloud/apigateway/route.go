package apigateway

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

const (
	defaultRoute = "$default"

	authorizationNone   = "NONE"
	authorizationJWT    = "JWT"
	authorizationCustom = "CUSTOM" // a Lambda authorizer

	// maxScopes is the most scopes of a route.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
	maxScopes = 10
)

// routeKey is "METHOD /path", where a segment may be {name} and the last {name+}.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
var routeKey = regexp.MustCompile(`^(ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) (/|(/([^/{}]+|\{[A-Za-z0-9._:-]+\}))*(/\{[A-Za-z0-9._:-]+\+\})?/?)$`)

// route is a route as it is stored and as answers show it.
type route struct {
	ID                  string   `json:"routeId"`
	Key                 string   `json:"routeKey"`
	Target              string   `json:"target,omitempty"`
	APIKeyRequired      bool     `json:"apiKeyRequired"` // never: HTTP APIs have no API keys
	AuthorizationType   string   `json:"authorizationType"`
	AuthorizerID        string   `json:"authorizerId,omitempty"`
	AuthorizationScopes []string `json:"authorizationScopes,omitempty"` // a token must have one of them
	OperationName       string   `json:"operationName,omitempty"`
}

func (s *Service) routeKind() kind[route] { return kind[route]{s, s.routes, "Route", "routeId"} }

func (s *Service) routeOperations() []wire.Operation {
	const all, one = "/apis/{apiId}/routes", "/apis/{apiId}/routes/{routeId}"
	k := s.routeKind()
	return []wire.Operation{
		s.operation("CreateRoute", http.MethodPost, all, s.createRoute),
		s.operation("GetRoutes", http.MethodGet, all, k.list),
		s.operation("GetRoute", http.MethodGet, one, k.get),
		s.operation("UpdateRoute", http.MethodPatch, one, s.updateRoute),
		s.operation("DeleteRoute", http.MethodDelete, one, func(_ context.Context, c *wire.Call) (any, error) {
			return nil, k.remove(c, nil)
		}),
	}
}

func (s *Service) createRoute(_ context.Context, c *wire.Call) (any, error) {
	r := route{AuthorizationType: authorizationNone}
	err := s.change(c.Path["apiId"], func(tx *store.Tx, a api) error {
		if err := decode(c, &r); err != nil {
			return err
		}
		r.ID = newID(7)
		return s.putRoute(tx, a, r)
	})
	return r, err
}

func (s *Service) updateRoute(_ context.Context, c *wire.Call) (any, error) {
	var r route
	err := s.change(c.Path["apiId"], func(tx *store.Tx, a api) (err error) {
		if r, err = s.routeKind().getTx(tx, a.ID, c.Path["routeId"]); err != nil {
			return err
		}
		if err := r.edit(c); err != nil {
			return err
		}
		return s.putRoute(tx, a, r)
	})
	return r, err
}

// edit applies a call's members to a route. A new authorization type removes the
// authorizer and the scopes of the old one.
func (r *route) edit(c *wire.Call) error {
	old := *r
	var asked struct{ AuthorizationType string }
	if err := decode(c, &asked); err != nil {
		return err
	}
	if asked.AuthorizationType != "" && asked.AuthorizationType != old.AuthorizationType {
		r.AuthorizerID, r.AuthorizationScopes = "", nil
	}
	err := decode(c, r)
	r.ID = old.ID
	return err
}

func (s *Service) putRoute(tx *store.Tx, a api, r route) error {
	if err := r.check(); err != nil {
		return err
	}
	err := s.routes.EachTx(tx, a.ID+"/", func(_ string, other route) (bool, error) {
		if other.Key == r.Key && other.ID != r.ID {
			return false, errConflict("Route with key %s already exists for this API", r.Key)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	if r.Target != "" {
		if _, err := s.integrationKind().getTx(tx, a.ID, r.integrationID()); err != nil {
			return err
		}
	}
	if r.AuthorizerID != "" {
		z, err := s.authorizerKind().getTx(tx, a.ID, r.AuthorizerID)
		if err != nil {
			return err
		}
		if z.routeType() != r.AuthorizationType {
			return errBad("Authorizer %s is of type %s, which the authorization type %s does not take",
				z.ID, z.Type, r.AuthorizationType)
		}
	}
	return s.routes.PutTx(tx, a.ID+"/"+r.ID, r)
}

func (r *route) check() error {
	switch {
	case r.Key == "":
		return errBad("Route key must not be empty")
	case r.Key != defaultRoute && !routeKey.MatchString(r.Key):
		return errBad("The provided route key is not formatted properly for HTTP protocol. "+
			"Format should be \"<HTTP METHOD> /<RESOURCE PATH>\" or \"$default\", not %q", r.Key)
	case r.Target != "" && r.integrationID() == r.Target:
		return errBad("Invalid target %s: it must be integrations/<integration id>", r.Target)
	}
	return r.checkAuthorization()
}

func (r *route) checkAuthorization() error {
	switch r.AuthorizationType {
	case authorizationNone:
		if r.AuthorizerID != "" {
			return errBad("Invalid Route authorization type specified. " +
				"An authorizer needs the authorization type JWT or CUSTOM")
		}
	case authorizationJWT, authorizationCustom:
		if r.AuthorizerID == "" {
			return errBad("Authorizer Id is required for the authorization type %s", r.AuthorizationType)
		}
	default:
		return errBad("The local cloud does not have the authorization type %s", r.AuthorizationType)
	}
	switch {
	case len(r.AuthorizationScopes) > maxScopes:
		return errBad("A route can have %d authorization scopes at most", maxScopes)
	case len(r.AuthorizationScopes) > 0 && r.AuthorizationType != authorizationJWT:
		return errBad("Invalid Route authorization type specified. " +
			"Authorization Scopes are only valid for the JWT authorization type")
	}
	for _, scope := range r.AuthorizationScopes {
		if !scopeToken.MatchString(scope) {
			return errBad("Invalid authorization scope %q", scope)
		}
	}
	return nil
}

// scopeToken is the scope-token of RFC 6749, section 3.3, of 64 characters at
// most: clients get it in a header.
// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html
var scopeToken = regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]{1,64}$`)

func (r *route) integrationID() string { return strings.TrimPrefix(r.Target, "integrations/") }

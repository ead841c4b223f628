package apigateway

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

const defaultRoute = "$default"

// routeKey is "METHOD /path", where a segment may be {name} and the last {name+}.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
var routeKey = regexp.MustCompile(`^(ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) (/|(/([^/{}]+|\{[A-Za-z0-9._:-]+\}))*(/\{[A-Za-z0-9._:-]+\+\})?/?)$`)

// route is a route as it is stored and as answers show it.
type route struct {
	ID                string `json:"routeId"`
	Key               string `json:"routeKey"`
	Target            string `json:"target,omitempty"`
	APIKeyRequired    bool   `json:"apiKeyRequired"` // never: HTTP APIs have no API keys
	AuthorizationType string `json:"authorizationType"`
	OperationName     string `json:"operationName,omitempty"`
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
	r := route{AuthorizationType: "NONE"}
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
		id := r.ID
		if err := decode(c, &r); err != nil {
			return err
		}
		r.ID = id
		return s.putRoute(tx, a, r)
	})
	return r, err
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
	return s.routes.PutTx(tx, a.ID+"/"+r.ID, r)
}

func (r *route) check() error {
	switch {
	case r.Key == "":
		return errBad("Route key must not be empty")
	case r.Key != defaultRoute && !routeKey.MatchString(r.Key):
		return errBad("The provided route key is not formatted properly for HTTP protocol. "+
			"Format should be \"<HTTP METHOD> /<RESOURCE PATH>\" or \"$default\", not %q", r.Key)
	case r.AuthorizationType != "NONE":
		return errBad("The local cloud does not have the authorization type %s", r.AuthorizationType)
	case r.Target != "" && r.integrationID() == r.Target:
		return errBad("Invalid target %s: it must be integrations/<integration id>", r.Target)
	}
	return nil
}

func (r *route) integrationID() string { return strings.TrimPrefix(r.Target, "integrations/") }

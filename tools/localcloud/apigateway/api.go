package apigateway

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/seastack/seastack/tools/localcloud/members"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// api is an HTTP API as it is stored and as answers show it.
// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid.html
type api struct {
	ID                        string            `json:"apiId"`
	Endpoint                  string            `json:"apiEndpoint"`
	Name                      string            `json:"name"`
	ProtocolType              string            `json:"protocolType"`
	Description               string            `json:"description,omitempty"`
	Version                   string            `json:"version,omitempty"`
	CORS                      *cors             `json:"corsConfiguration,omitempty"`
	DisableExecuteAPIEndpoint bool              `json:"disableExecuteApiEndpoint"`
	IPAddressType             string            `json:"ipAddressType"`
	RouteSelectionExpression  string            `json:"routeSelectionExpression"`
	APIKeySelectionExpression string            `json:"apiKeySelectionExpression"`
	CreatedDate               time.Time         `json:"createdDate"`
	Tags                      map[string]string `json:"tags"`
}

func (s *Service) apiOperations() []wire.Operation {
	return []wire.Operation{
		s.operation("CreateApi", http.MethodPost, "/apis", s.createAPI),
		s.operation("GetApis", http.MethodGet, "/apis", s.listAPIs),
		s.operation("GetApi", http.MethodGet, "/apis/{apiId}", s.getAPI),
		s.operation("UpdateApi", http.MethodPatch, "/apis/{apiId}", s.updateAPI),
		s.operation("DeleteApi", http.MethodDelete, "/apis/{apiId}", s.deleteAPI),
		s.operation("DeleteCorsConfiguration", http.MethodDelete, "/apis/{apiId}/cors", s.deleteCORS),
	}
}

func (s *Service) createAPI(_ context.Context, c *wire.Call) (any, error) {
	a := api{
		RouteSelectionExpression:  "$request.method $request.path",
		APIKeySelectionExpression: apiKeyHeader,
		IPAddressType:             "ipv4",
		Tags:                      map[string]string{},
	}
	if err := decode(c, &a); err != nil {
		return nil, err
	}
	a.CORS = a.CORS.orNone()
	a.ID, a.CreatedDate = newID(10), s.env.Now().UTC().Truncate(time.Second)
	a.Endpoint = s.endpoint(a.ID)
	if err := a.check(); err != nil {
		return nil, err
	}
	return a, s.apis.Put(a.ID, a)
}

// apiKeyHeader is the API key source of all APIs. HTTP APIs have no API keys, so
// no other value is supported.
const apiKeyHeader = "$request.header.x-api-key"

func (a *api) check() error {
	switch {
	case a.ProtocolType == "":
		return errBad("Protocol must be specified")
	case a.ProtocolType != "HTTP":
		return errBad("Invalid protocol specified. The local cloud has HTTP APIs only, not %s", a.ProtocolType)
	case a.Name == "" || len(a.Name) > 128:
		return errBad("API name must be between 1 and 128 characters long")
	case a.RouteSelectionExpression != "$request.method $request.path" && a.RouteSelectionExpression != "${request.method} ${request.path}":
		return errBad("Route selection expression is not valid for an HTTP API")
	case a.APIKeySelectionExpression != apiKeyHeader:
		return errBad("%s", members.Unsupported("apiKeySelectionExpression "+a.APIKeySelectionExpression))
	case a.IPAddressType != "ipv4" && a.IPAddressType != "dualstack":
		return errBad("Invalid IP address type %s", a.IPAddressType)
	case a.CORS != nil:
		return cmp.Or(a.CORS.check(), checkTags(a.Tags))
	}
	return checkTags(a.Tags)
}

func (s *Service) apiTx(tx *store.Tx, id string) (api, error) {
	a, ok, err := s.apis.GetTx(tx, id)
	if err == nil && !ok {
		err = errNotFound("API", s.env.Account+":"+id)
	}
	a.Endpoint = s.endpoint(id)
	return a, err
}

// endpoint is where clients reach an API; it follows the cloud's own address,
// which may change with a restart.
func (s *Service) endpoint(id string) string { return s.env.Endpoint + DataPath + id }

func (s *Service) api(id string) (a api, err error) {
	err = s.env.Store.View(func(tx *store.Tx) error {
		a, err = s.apiTx(tx, id)
		return err
	})
	return a, err
}

func (s *Service) getAPI(_ context.Context, c *wire.Call) (any, error) {
	return s.api(c.Path["apiId"])
}

func (s *Service) listAPIs(_ context.Context, c *wire.Call) (any, error) {
	all, err := s.apis.List("")
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].Endpoint = s.endpoint(all[i].ID)
	}
	return pageOf(c, all)
}

func (s *Service) updateAPI(_ context.Context, c *wire.Call) (any, error) {
	var next api
	err := s.change(c.Path["apiId"], func(tx *store.Tx, old api) error {
		next = old
		next.CORS, next.Tags = nil, nil // a configuration replaces the old one; tags have their own operations
		if err := decode(c, &next); err != nil {
			return err
		}
		if next.CORS == nil {
			next.CORS = old.CORS
		}
		next.CORS = next.CORS.orNone()
		next.ID, next.Endpoint, next.CreatedDate, next.Tags = old.ID, old.Endpoint, old.CreatedDate, old.Tags
		next.ProtocolType = old.ProtocolType
		if err := next.check(); err != nil {
			return err
		}
		return s.apis.PutTx(tx, next.ID, next)
	})
	return next, err
}

func (s *Service) deleteCORS(_ context.Context, c *wire.Call) (any, error) {
	return nil, s.change(c.Path["apiId"], func(tx *store.Tx, a api) error {
		a.CORS = nil
		return s.apis.PutTx(tx, a.ID, a)
	})
}

func (s *Service) deleteAPI(_ context.Context, c *wire.Call) (any, error) {
	return nil, s.change(c.Path["apiId"], func(tx *store.Tx, a api) error {
		for _, deleteAll := range []func(*store.Tx, string) error{
			s.stages.DeleteAllTx, s.routes.DeleteAllTx, s.integrations.DeleteAllTx, s.authorizers.DeleteAllTx,
			s.deployments.DeleteAllTx, s.snapshots.DeleteAllTx,
		} {
			if err := deleteAll(tx, a.ID+"/"); err != nil {
				return err
			}
		}
		return s.apis.DeleteTx(tx, a.ID)
	})
}

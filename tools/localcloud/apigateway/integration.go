package apigateway

import (
	"context"
	"net/http"
	"regexp"
	"time"

	"github.com/seastack/seastack/tools/localcloud/members"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// maxTimeout is the longest that an integration of an HTTP API may take, and
// the default.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const maxTimeout = 30 * time.Second

// functionURI finds the function in an integration's URI: its ARN, or the ARN
// by which API Gateway invokes it.
var functionURI = regexp.MustCompile(`arn:[^:]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9$_-]+)?`)

// integration is an integration as it is stored and as answers show it.
type integration struct {
	ID                   string `json:"integrationId"`
	Type                 string `json:"integrationType"`
	URI                  string `json:"integrationUri,omitempty"`
	Method               string `json:"integrationMethod,omitempty"`
	ConnectionType       string `json:"connectionType"`
	PayloadFormatVersion string `json:"payloadFormatVersion"`
	TimeoutInMillis      int    `json:"timeoutInMillis"`
	Description          string `json:"description,omitempty"`
	PassthroughBehavior  string `json:"passthroughBehavior,omitempty"`
}

func (s *Service) integrationKind() kind[integration] {
	return kind[integration]{s, s.integrations, "Integration", "integrationId"}
}

func (s *Service) integrationOperations() []wire.Operation {
	const all, one = "/apis/{apiId}/integrations", "/apis/{apiId}/integrations/{integrationId}"
	k := s.integrationKind()
	return []wire.Operation{
		s.operation("CreateIntegration", http.MethodPost, all, s.createIntegration),
		s.operation("GetIntegrations", http.MethodGet, all, k.list),
		s.operation("GetIntegration", http.MethodGet, one, k.get),
		s.operation("UpdateIntegration", http.MethodPatch, one, s.updateIntegration),
		s.operation("DeleteIntegration", http.MethodDelete, one, s.deleteIntegration),
	}
}

func (s *Service) createIntegration(_ context.Context, c *wire.Call) (any, error) {
	i := integration{
		ConnectionType: "INTERNET", Method: http.MethodPost, TimeoutInMillis: int(maxTimeout.Milliseconds()), PayloadFormatVersion: "1.0",
	}
	err := s.change(c.Path["apiId"], func(tx *store.Tx, a api) error {
		if err := decode(c, &i); err != nil {
			return err
		}
		i.ID = newID(7)
		if err := i.check(); err != nil {
			return err
		}
		return s.integrations.PutTx(tx, a.ID+"/"+i.ID, i)
	})
	return i, err
}

func (s *Service) updateIntegration(_ context.Context, c *wire.Call) (any, error) {
	var i integration
	err := s.change(c.Path["apiId"], func(tx *store.Tx, a api) (err error) {
		if i, err = s.integrationKind().getTx(tx, a.ID, c.Path["integrationId"]); err != nil {
			return err
		}
		id := i.ID
		if err := decode(c, &i); err != nil {
			return err
		}
		i.ID = id
		if err := i.check(); err != nil {
			return err
		}
		return s.integrations.PutTx(tx, a.ID+"/"+i.ID, i)
	})
	return i, err
}

func (i *integration) check() error {
	switch {
	case i.Type == "":
		return errBad("Integration type must be specified")
	case i.Type != "AWS_PROXY":
		return errBad("The local cloud has AWS_PROXY integrations only, not %s", i.Type)
	case i.ConnectionType != "INTERNET":
		return errBad("The local cloud has connections of the type INTERNET only, not %s", i.ConnectionType)
	case i.PassthroughBehavior != "" && i.PassthroughBehavior != "WHEN_NO_MATCH": // only WebSocket APIs have other values
		return errBad("%s", members.Unsupported("passthroughBehavior "+i.PassthroughBehavior))
	case i.function() == "":
		return errBad("Invalid function ARN or invalid uri")
	case i.PayloadFormatVersion != "2.0":
		return errBad("The local cloud has payload format version 2.0 only, not %s", i.PayloadFormatVersion)
	case i.TimeoutInMillis < 50 || i.TimeoutInMillis > int(maxTimeout.Milliseconds()):
		return errBad("Timeout should be between 50 ms and %d ms", maxTimeout.Milliseconds())
	}
	return nil
}

func (i *integration) function() string { return functionURI.FindString(i.URI) }

func (i *integration) timeout() time.Duration {
	return time.Duration(i.TimeoutInMillis) * time.Millisecond
}

func (s *Service) deleteIntegration(_ context.Context, c *wire.Call) (any, error) {
	return nil, s.integrationKind().remove(c, func(tx *store.Tx, i integration) error {
		return s.routes.EachTx(tx, c.Path["apiId"]+"/", func(_ string, r route) (bool, error) {
			if r.Target != "" && r.integrationID() == i.ID {
				return false, errConflict("Cannot delete Integration '%s' which is referenced by Route '%s'", i.ID, r.Key)
			}
			return true, nil
		})
	})
}

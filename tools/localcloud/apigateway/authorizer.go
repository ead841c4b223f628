package apigateway

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/apigateway/oidc"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

const (
	typeJWT     = "JWT"
	typeRequest = "REQUEST" // a Lambda function

	// maxAuthorizers is the most authorizers of an API, maxAudiences the most
	// audiences of one.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
	maxAuthorizers, maxAudiences = 10, 50

	// maxTTL is the longest that the answer of a Lambda authorizer is kept, in
	// seconds.
	// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html
	maxTTL = 3600
)

// authorizer is an authorizer as it is stored and as answers show it.
// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers-authorizerid.html
type authorizer struct {
	ID                   string            `json:"authorizerId"`
	Name                 string            `json:"name"`
	Type                 string            `json:"authorizerType"`
	IdentitySource       []string          `json:"identitySource,omitempty"`
	JWT                  *jwtConfiguration `json:"jwtConfiguration,omitempty"`
	URI                  string            `json:"authorizerUri,omitempty"`
	PayloadFormatVersion string            `json:"authorizerPayloadFormatVersion,omitempty"`
	TTL                  *int              `json:"authorizerResultTtlInSeconds,omitempty"` // nil: 0
	SimpleResponses      *bool             `json:"enableSimpleResponses,omitempty"`        // nil: false
}

// jwtConfiguration holds the issuer and the audiences of the tokens that a JWT
// authorizer accepts.
type jwtConfiguration struct {
	Audience []string `json:"audience,omitempty"`
	Issuer   string   `json:"issuer,omitempty"`
}

func (s *Service) authorizerKind() kind[authorizer] {
	return kind[authorizer]{s, s.authorizers, "Authorizer", "authorizerId"}
}

func (s *Service) authorizerOperations() []wire.Operation {
	const all, one = "/apis/{apiId}/authorizers", "/apis/{apiId}/authorizers/{authorizerId}"
	const cache = "/apis/{apiId}/stages/{stageName}/cache/authorizers"
	k := s.authorizerKind()
	return []wire.Operation{
		s.operation("CreateAuthorizer", http.MethodPost, all, s.createAuthorizer),
		s.operation("GetAuthorizers", http.MethodGet, all, k.list),
		s.operation("GetAuthorizer", http.MethodGet, one, k.get),
		s.operation("UpdateAuthorizer", http.MethodPatch, one, s.updateAuthorizer),
		s.operation("DeleteAuthorizer", http.MethodDelete, one, s.deleteAuthorizer),
		s.operation("ResetAuthorizersCache", http.MethodDelete, cache, s.resetAuthorizers),
	}
}

func (s *Service) createAuthorizer(_ context.Context, c *wire.Call) (any, error) {
	var z authorizer
	err := s.change(c.Path["apiId"], func(tx *store.Tx, a api) error {
		if err := decode(c, &z); err != nil {
			return err
		}
		z.ID = newID(6)
		return s.putAuthorizer(tx, a, z)
	})
	return z, err
}

func (s *Service) updateAuthorizer(_ context.Context, c *wire.Call) (any, error) {
	var z authorizer
	err := s.change(c.Path["apiId"], func(tx *store.Tx, a api) error {
		old, err := s.authorizerKind().getTx(tx, a.ID, c.Path["authorizerId"])
		if err != nil {
			return err
		}
		z = old
		z.JWT = nil // a configuration replaces the old one
		if err := decode(c, &z); err != nil {
			return err
		}
		z.ID = old.ID
		if z.JWT == nil {
			z.JWT = old.JWT
		}
		if z.Type != old.Type {
			return errBad("The type of an authorizer cannot be changed from %s to %s: create another authorizer",
				old.Type, z.Type)
		}
		return s.putAuthorizer(tx, a, z)
	})
	return z, err
}

func (s *Service) putAuthorizer(tx *store.Tx, a api, z authorizer) error {
	if err := z.check(); err != nil {
		return err
	}
	n := 0
	err := s.authorizers.EachTx(tx, a.ID+"/", func(_ string, other authorizer) (bool, error) {
		if other.ID == z.ID {
			return true, nil
		}
		if n++; n >= maxAuthorizers {
			return false, errBad("An API can have %d authorizers at most", maxAuthorizers)
		}
		if other.Name == z.Name {
			return false, errBad("Authorizer name must be unique. Authorizer %s already exists in this API", z.Name)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	return s.authorizers.PutTx(tx, a.ID+"/"+z.ID, z)
}

func (z *authorizer) check() error {
	switch {
	case z.Name == "" || len(z.Name) > 128:
		return errBad("Authorizer name must be between 1 and 128 characters long")
	case z.Type == typeJWT:
		return z.checkJWT()
	case z.Type == typeRequest:
		return z.checkRequest()
	}
	return errBad("Invalid authorizer type %q: HTTP APIs have JWT and REQUEST", z.Type)
}

// identityRequest and identityContext match the identity sources of a JWT
// authorizer, and the others that a Lambda authorizer can have.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html#http-api-lambda-authorizer.identity-sources
var (
	identityRequest = regexp.MustCompile(`^\$request\.(header|querystring)\.([^\s.]+)$`)
	identityContext = regexp.MustCompile(`^\$(context|stageVariables)\.(\S+)$`)
)

func (z *authorizer) checkJWT() error {
	switch {
	case z.JWT == nil || z.JWT.Issuer == "" || len(z.JWT.Audience) == 0:
		return errBad("A JWT authorizer needs a JwtConfiguration with an issuer and an audience")
	case len(z.JWT.Audience) > maxAudiences:
		return errBad("An authorizer can have %d audiences at most", maxAudiences)
	case len(z.IdentitySource) != 1 || !identityRequest.MatchString(z.IdentitySource[0]):
		return errBad("A JWT authorizer needs one identity source: " +
			"$request.header.<name> or $request.querystring.<name>")
	case z.URI != "" || z.PayloadFormatVersion != "" || z.ttl() != 0 || z.isSimple():
		return errBad("A JWT authorizer has no authorizer URI, payload format version, result TTL or simple responses")
	}
	// AWS fetches the issuer's configuration here; the issuer of a local cloud may
	// start later.
	if err := oidc.CheckURL(z.JWT.Issuer); err != nil {
		return errBad("Invalid issuer: %v", err)
	}
	return nil
}

func (z *authorizer) checkRequest() error {
	switch {
	case z.JWT != nil && (z.JWT.Issuer != "" || len(z.JWT.Audience) > 0):
		return errBad("JwtConfiguration is for JWT authorizers only")
	case functionURI.FindString(z.URI) == "":
		return errBad("Invalid authorizer URI %q: it must name a Lambda function", z.URI)
	case z.PayloadFormatVersion == "":
		return errBad("AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer")
	case z.PayloadFormatVersion != "2.0":
		return errBad("The local cloud has the authorizer payload format version 2.0 only, not %s", z.PayloadFormatVersion)
	case z.TTL != nil && (*z.TTL < 0 || *z.TTL > maxTTL):
		return errBad("Authorizer result TTL should be between 0 and %d seconds", maxTTL)
	case z.ttl() > 0 && len(z.IdentitySource) == 0:
		return errBad("Authorizer result TTL needs at least one identity source")
	}
	for _, source := range z.IdentitySource {
		if !identityRequest.MatchString(source) && !identityContext.MatchString(source) {
			return errBad("Invalid identity source %s: it must be $request.header.<name>, $request.querystring.<name>, "+
				"$context.<name> or $stageVariables.<name>", source)
		}
		name, isContext := strings.CutPrefix(source, "$context.")
		if isContext && !slices.Contains(requestVariables, name) {
			return errBad("The local cloud does not have the identity source %s", source)
		}
	}
	return nil
}

// ttl returns how long the answers of a Lambda authorizer are kept, in seconds.
func (z *authorizer) ttl() int {
	if z.TTL == nil {
		return 0
	}
	return *z.TTL
}

// isSimple reports whether a Lambda authorizer answers with isAuthorized and not
// with a policy.
func (z *authorizer) isSimple() bool { return z.SimpleResponses != nil && *z.SimpleResponses }

// routeType returns the authorization type of the routes that use an authorizer.
func (z *authorizer) routeType() string {
	if z.Type == typeRequest {
		return authorizationCustom
	}
	return authorizationJWT
}

func (s *Service) deleteAuthorizer(_ context.Context, c *wire.Call) (any, error) {
	return nil, s.authorizerKind().remove(c, func(tx *store.Tx, z authorizer) error {
		return s.routes.EachTx(tx, c.Path["apiId"]+"/", func(_ string, r route) (bool, error) {
			if r.AuthorizerID == z.ID {
				return false, errConflict("Cannot delete Authorizer '%s' which is referenced by Route '%s'", z.ID, r.Key)
			}
			return true, nil
		})
	})
}

// resetAuthorizers forgets the answers of a stage's Lambda authorizers: those are
// kept with what the data plane has read of the API.
func (s *Service) resetAuthorizers(_ context.Context, c *wire.Call) (any, error) {
	return nil, s.change(c.Path["apiId"], func(tx *store.Tx, a api) error {
		_, err := s.stageKind().getTx(tx, a.ID, c.Path["stageName"])
		return err
	})
}

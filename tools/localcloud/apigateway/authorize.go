package apigateway

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/apigateway/oidc"
	"github.com/seastack/seastack/tools/localcloud/httpevent"
)

const (
	unauthorized = "Unauthorized" // for requests without a valid identity
	forbidden    = "Forbidden"    // for identities that may not use a route
)

// authorize reports whether a request may use its route. If not, it answers.
func (x *exchange) authorize(s *Service, w http.ResponseWriter) bool {
	if x.route.AuthorizationType == authorizationNone {
		return true
	}
	z, ok := x.stage.table.authorizers[x.route.AuthorizerID]
	switch {
	case ok && z.Type == typeJWT:
		return x.authorizeToken(s, z, w)
	case ok && z.Type == typeRequest:
		return x.authorizeRequest(s, z, w)
	}
	x.deny(w, http.StatusInternalServerError, failed, "the route has no authorizer "+x.route.AuthorizerID)
	return false
}

// deny answers a request that is not authorized. The reason is for the logs.
func (x *exchange) deny(w http.ResponseWriter, status int, message, reason string) {
	x.refusal = reason
	x.fail(w, status, message)
}

// identity returns the value of an identity source, "" if the request has none.
func (x *exchange) identity(s *Service, source string) string {
	if m := identityContext.FindStringSubmatch(source); m != nil {
		if m[1] == "context" {
			return x.requestValue(s, m[2])
		}
		return x.stage.Variables[m[2]]
	}
	m := identityRequest.FindStringSubmatch(source)
	switch {
	case m == nil:
		return ""
	case m[1] == "querystring":
		return httpevent.Parameters(x.req.URL.RawQuery)[m[2]]
	case strings.EqualFold(m[2], "host"):
		return x.req.Host
	}
	return strings.Join(x.req.Header.Values(m[2]), ",")
}

// authorizeToken authorizes a request by its token.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
func (x *exchange) authorizeToken(s *Service, z authorizer, w http.ResponseWriter) bool {
	token := bearer(x.identity(s, z.IdentitySource[0]))
	if token == "" {
		w.Header().Set("Www-Authenticate", "Bearer")
		x.deny(w, http.StatusUnauthorized, unauthorized, "the request has no token")
		return false
	}
	claims, err := s.issuers.Verify(x.req.Context(), token, z.JWT.Issuer, z.JWT.Audience)
	if err != nil {
		x.challenge(w, "invalid_token", oidc.Description(err))
		x.deny(w, http.StatusUnauthorized, unauthorized, err.Error())
		s.env.Log.Info("api gateway refused a token", "route", x.route.Key, "issuer", z.JWT.Issuer, "err", err)
		return false
	}
	var scopes []string // null for functions unless the route has some
	for _, scope := range x.route.AuthorizationScopes {
		if slices.Contains(claims.Scopes(), scope) {
			scopes = append(scopes, scope)
		}
	}
	if len(x.route.AuthorizationScopes) > 0 && len(scopes) == 0 {
		const missing = "the token does not have a scope of the route"
		x.challenge(w, "insufficient_scope", missing)
		x.deny(w, http.StatusForbidden, forbidden, missing)
		return false
	}
	x.authorizer = map[string]any{"jwt": jwtContext{claims.Strings(), scopes}}
	return true
}

// jwtContext is what functions get of a token.
type jwtContext struct {
	Claims map[string]string `json:"claims"`
	Scopes []string          `json:"scopes"`
}

// bearer returns the token of an identity source, which may have the prefix
// Bearer.
func bearer(value string) string {
	value = strings.TrimSpace(value)
	if scheme, token, _ := strings.Cut(value, " "); strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	return value
}

// challenge sets the header that tells the client why its token is refused. AWS
// documents its form, and one description.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-jwt.html
func (x *exchange) challenge(w http.ResponseWriter, code, description string) {
	w.Header().Set("Www-Authenticate", fmt.Sprintf(`Bearer scope="%s" error="%s" error_description="%s"`,
		strings.Join(x.route.AuthorizationScopes, " "), code, description))
}

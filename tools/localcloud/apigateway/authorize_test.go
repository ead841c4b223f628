package apigateway

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
)

// issuer signs tokens, and serves the key for them.
type issuer struct {
	*httptest.Server
	mu     sync.Mutex
	secret *rsa.PrivateKey
	keyID  string
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	p := &issuer{}
	p.rotate(t, "one")
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": p.URL, "jwks_uri": p.URL + "/keys"})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		k, err := jwk.Import(&p.secret.PublicKey)
		if err == nil {
			err = k.Set(jwk.KeyIDKey, p.keyID)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": []jwk.Key{k}})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

// rotate replaces the issuer's key.
func (p *issuer) rotate(t *testing.T, id string) {
	t.Helper()
	secret, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.secret, p.keyID = secret, id
}

// token returns a token with the claims of a valid one and with more, for the
// header Authorization.
func (p *issuer) token(t *testing.T, more map[string]any) string {
	t.Helper()
	claims := map[string]any{"iss": p.URL, "aud": "web", "sub": "me", "exp": time.Now().Unix() + 60}
	for name, v := range more {
		claims[name] = v
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	h := jws.NewHeaders()
	if err := h.Set(jws.KeyIDKey, p.keyID); err != nil {
		t.Fatal(err)
	}
	token, err := jws.Sign(payload, jws.WithKey(jwa.RS256(), p.secret, jws.WithProtectedHeaders(h)))
	if err != nil {
		t.Fatal(err)
	}
	return "Bearer " + string(token)
}

// withTokens makes an API whose routes have a JWT authorizer: /, and /write with
// two scopes.
func (c *cloud) withTokens(t *testing.T, p *issuer, identitySource string) (api *string) {
	t.Helper()
	api = c.api(t).ApiId
	c.stage(t, api, "$default")
	in := jwtInput(api, p.URL)
	in.IdentitySource = []string{identitySource}
	z, err := c.CreateAuthorizer(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	ids := c.routes(t, api, "GET /", "GET /write")
	for i, scopes := range [][]string{nil, {"write", "admin"}} {
		_, err := c.UpdateRoute(t.Context(), &apigatewayv2.UpdateRouteInput{
			ApiId: api, RouteId: ids[i], AuthorizationType: types.AuthorizationTypeJwt, AuthorizerId: z.AuthorizerId, AuthorizationScopes: scopes,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return api
}

// TestPreflightsOfGuardedRoutes: a route of any method takes preflights, too, and its
// authorizer refuses them; one of another method leaves them to the gateway.
func TestPreflightsOfGuardedRoutes(t *testing.T) {
	c, p := newCloud(t), newIssuer(t)
	api := c.withTokens(t, p, authorizationHeader)
	_, err := c.UpdateApi(t.Context(), &apigatewayv2.UpdateApiInput{ApiId: api, CorsConfiguration: &types.Cors{AllowOrigins: []string{"https://a.example"}}})
	if err != nil {
		t.Fatal(err)
	}
	z, err := c.GetAuthorizers(t.Context(), &apigatewayv2.GetAuthorizersInput{ApiId: api})
	if err != nil {
		t.Fatal(err)
	}
	ids := c.routes(t, api, "ANY /any", "ANY /open")
	_, err = c.UpdateRoute(t.Context(), &apigatewayv2.UpdateRouteInput{
		ApiId: api, RouteId: ids[0], AuthorizationType: types.AuthorizationTypeJwt, AuthorizerId: z.Items[0].AuthorizerId,
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/": 204, "/any": 401, "/open": 204, "/nothing": 204} {
		resp, _ := c.call(t, api, "OPTIONS", path, "", "Origin", "https://a.example", "Access-Control-Request-Method", "GET")
		if resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, resp.StatusCode, want)
		}
	}
}

const authorizationHeader = "$request.header.Authorization"

func TestTokensThatAreValid(t *testing.T) {
	c, p := newCloud(t), newIssuer(t)
	api := c.withTokens(t, p, authorizationHeader)
	token := p.token(t, map[string]any{"exp": 4_000_000_000, "groups": []string{"a", "b"}, "ok": true, "scope": "read write"})
	claims := map[string]any{
		"iss": p.URL, "aud": "web", "sub": "me", "exp": "4000000000", "groups": "[a b]", "ok": "true", "scope": "read write",
	}
	for path, scopes := range map[string]any{"/": nil, "/write": []any{"write"}} {
		c.wantAnswer(t, api, path, 200, "", "Authorization", token)
		want := map[string]any{"jwt": map[string]any{"claims": claims, "scopes": scopes}}
		if got := c.function.event.RequestContext.Authorizer; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: authorizer %v, want %v", path, got, want)
		}
	}
	c.wantAnswer(t, api, "/", 200, "", "Authorization", strings.TrimPrefix(token, "Bearer "))
	p.rotate(t, "two")
	c.wantAnswer(t, api, "/", 200, "", "Authorization", p.token(t, nil))
}

func TestTokensInTheQuery(t *testing.T) {
	c, p := newCloud(t), newIssuer(t)
	api := c.withTokens(t, p, "$request.querystring.token")
	token := strings.TrimPrefix(p.token(t, nil), "Bearer ")
	c.wantAnswer(t, api, "/?token="+token, 200, "")
	c.wantAnswer(t, api, "/", 401, "Unauthorized", "Authorization", token)
}

func TestTokensThatAreRefused(t *testing.T) {
	c, p := newCloud(t), newIssuer(t)
	api := c.withTokens(t, p, authorizationHeader)
	good := p.token(t, nil)
	parts := strings.Split(strings.TrimPrefix(good, "Bearer "), ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","kid":"one"}`))
	other := newIssuer(t)
	invalid := func(description string) string {
		return `Bearer scope="" error="invalid_token" error_description="` + description + `"`
	}
	for token, want := range map[string]string{
		"":        "Bearer",
		"Bearer ": "Bearer",
		p.token(t, map[string]any{"exp": time.Now().Unix() - 1}):        invalid("the token has expired"),
		p.token(t, map[string]any{"aud": "other"}):                      invalid("the token does not have a valid audience"),
		p.token(t, map[string]any{"iss": other.URL}):                    invalid("the token does not have a valid issuer"),
		p.token(t, map[string]any{"nbf": time.Now().Unix() + 60}):       invalid("the token is not valid yet by its nbf"),
		other.token(t, map[string]any{"iss": p.URL}):                    invalid("the token does not have a valid signature"),
		"Bearer " + none + "." + parts[1] + ".":                         invalid("signing method none is invalid"),
		"Bearer " + parts[0] + "." + parts[1] + "." + parts[2] + "AAAA": invalid("the token does not have a valid signature"),
		"Basic bWU6c2VjcmV0":                                            invalid("token contains an invalid number of segments"),
	} {
		c.function.source = ""
		resp, body := c.call(t, api, "GET", "/", "", "Authorization", token)
		if resp.StatusCode != 401 || strings.TrimSpace(body) != `{"message":"Unauthorized"}` {
			t.Errorf("%s: %s %s", want, resp.Status, body)
		}
		if got := resp.Header.Get("Www-Authenticate"); got != want {
			t.Errorf("challenge %s, want %s", got, want)
		}
		if c.function.source != "" {
			t.Errorf("%s: the function was invoked", want)
		}
	}
}

func TestTokensWithoutAScopeOfTheRoute(t *testing.T) {
	c, p := newCloud(t), newIssuer(t)
	api := c.withTokens(t, p, authorizationHeader)
	c.wantAnswer(t, api, "/write", 403, "Forbidden", "Authorization", p.token(t, nil))
	resp, body := c.call(t, api, "GET", "/write", "", "Authorization", p.token(t, map[string]any{"scope": "read writer"}))
	want := `Bearer scope="write admin" error="insufficient_scope" error_description="the token does not have a scope of the route"`
	if got := resp.Header.Get("Www-Authenticate"); resp.StatusCode != 403 || got != want {
		t.Errorf("%s %s, challenge %s", resp.Status, body, got)
	}
	c.wantAnswer(t, api, "/write", 200, "", "Authorization", p.token(t, map[string]any{"scp": []string{"admin"}}))
}

// TestIssuerIsDown: tokens of an issuer that does not answer are refused.
func TestIssuerIsDown(t *testing.T) {
	c, p := newCloud(t), newIssuer(t)
	api := c.withTokens(t, p, authorizationHeader)
	token := p.token(t, nil)
	p.Close()
	resp, _ := c.call(t, api, "GET", "/", "", "Authorization", token)
	if got := resp.Header.Get("Www-Authenticate"); resp.StatusCode != 401 || !strings.Contains(got, "OIDC discovery endpoint communication error") {
		t.Errorf("%s, challenge %s", resp.Status, got)
	}
}

// TestDeployedAuthorizers: a stage that does not deploy automatically has the
// authorizers of its deployment, and the access log the reason of a refusal.
func TestDeployedAuthorizers(t *testing.T) {
	c, p := newCloud(t), newIssuer(t)
	api := c.withTokens(t, p, authorizationHeader)
	d, err := c.CreateDeployment(t.Context(), &apigatewayv2.CreateDeploymentInput{ApiId: api})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.CreateStage(t.Context(), &apigatewayv2.CreateStageInput{
		ApiId: api, StageName: aws.String("old"), DeploymentId: d.DeploymentId,
		AccessLogSettings: &types.AccessLogSettings{DestinationArn: aws.String("arn:x"), Format: aws.String("$context.status $context.authorizer.error $context.authorizer.claims.cognito:groups")},
	})
	if err != nil {
		t.Fatal(err)
	}
	routes, err := c.GetRoutes(t.Context(), &apigatewayv2.GetRoutesInput{ApiId: api})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range routes.Items {
		_, err := c.UpdateRoute(t.Context(), &apigatewayv2.UpdateRouteInput{ApiId: api, RouteId: r.RouteId, AuthorizationType: types.AuthorizationTypeNone})
		if err != nil {
			t.Fatal(err)
		}
	}
	c.wantAnswer(t, api, "/", 200, "")
	c.wantAnswer(t, api, "/old/", 401, "Unauthorized")
	if line := c.function.lastLine(t.Context()); line != "401 the request has no token -" {
		t.Errorf("access log: %q", line)
	}
	c.function.line = ""
	c.wantAnswer(t, api, "/old/", 200, "", "Authorization", p.token(t, map[string]any{"cognito:groups": []string{"a", "b"}}))
	if line := c.function.lastLine(t.Context()); line != "200 - [a b]" {
		t.Errorf("access log: %q", line)
	}
}

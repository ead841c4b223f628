package auth_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/core/auth"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/internal/requestevent"
)

// called returns the context of a request as API Gateway passes it with that
// authorizer, as JSON.
func called(t *testing.T, authorizer string) context.Context {
	t.Helper()
	var e events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal([]byte(`{"requestContext":{"authorizer":`+authorizer+`}}`), &e); err != nil {
		t.Fatal(err)
	}
	return requestevent.With(t.Context(), &e)
}

type level int

func (l *level) UnmarshalText(text []byte) error {
	*l = level(len(text))
	return nil
}

type address struct{ City string }

func (a *address) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return err
	}
	a.City = text
	return nil
}

type base struct {
	Issuer string `json:"iss"`
}

type claims struct {
	base
	Subject  string    `json:"sub"`
	Expires  int64     `json:"exp"`
	Issued   uint32    `json:"iat"`
	Score    float64   `json:"score"`
	Admin    bool      `json:"admin"`
	Groups   []string  `json:"groups"`
	Numbers  []int     `json:"numbers"`
	Audience []string  `json:"aud"`
	Missing  *string   `json:"missing"`
	There    *bool     `json:"there"`
	Level    level     `json:"level"`
	Address  address   `json:"address"`
	Since    time.Time `json:"since"`
	Hidden   string    `json:"-"`
	Named    string
	Empty    []string `json:"empty"`
}

func TestClaimsFillAStruct(t *testing.T) {
	ctx := called(t, `{"jwt":{"scopes":["notes:read"],"claims":{
		"iss":"https://login.example.com/","sub":"ada","exp":"1800000000","iat":"1.8E9","score":"0.5","admin":"true",
		"groups":"[staff editors]","numbers":"[1 2]","aud":"web","there":"false","level":"high","address":"Paris",
		"since":"2026-01-31T15:04:05Z","Hidden":"x","-":"x","Named":"n","ADMIN":"false","empty":"[]","other":"1"}}}`)
	got, err := auth.From[claims](ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := auth.Caller[claims]{Scopes: []string{"notes:read"}, Principal: claims{
		base: base{"https://login.example.com/"}, Subject: "ada", Expires: 1_800_000_000, Issued: 1_800_000_000, Score: 0.5, Admin: true,
		Groups: []string{"staff", "editors"}, Numbers: []int{1, 2}, Audience: []string{"web"}, There: new(false), Level: 4,
		Address: address{"Paris"}, Since: time.Date(2026, 1, 31, 15, 4, 5, 0, time.UTC), Named: "n", Empty: []string{},
	}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(claims{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

type partner struct {
	Name    string   `json:"name"`
	Regions []string `json:"regions"`
}

// TestPrincipals: what function.Authorizer has put into the context, and what an
// authorizer of AWS's form has.
func TestPrincipals(t *testing.T) {
	for name, authorizer := range map[string]string{
		"a principal":  `{"lambda":{"` + auth.PrincipalKey + `":"{\"name\":\"acme\",\"regions\":[\"eu\"],\"newer\":1}"}}`,
		"flat context": `{"lambda":{"name":"acme","regions":["eu"],"other":true}}`,
	} {
		got, err := auth.From[partner](called(t, authorizer))
		if diff := cmp.Diff(auth.Caller[partner]{Principal: partner{"acme", []string{"eu"}}}, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

// TestNobodyKnownIsRefused: whatever does not say who calls is a fault, which is
// answered with 401, and leaves no half of a caller.
func TestNobodyKnownIsRefused(t *testing.T) {
	for name, ctx := range map[string]context.Context{
		"no request":          t.Context(),
		"a public route":      requestevent.With(t.Context(), &events.APIGatewayV2HTTPRequest{}),
		"an empty authorizer": called(t, `{}`),
		"a claim of no form":  called(t, `{"jwt":{"claims":{"sub":"ada","exp":"soon"}}}`),
		"a number too large":  called(t, `{"jwt":{"claims":{"sub":"ada","iat":"4294967296"}}}`),
		"a claim of no truth": called(t, `{"jwt":{"claims":{"sub":"ada","admin":"perhaps"}}}`),
		"nobody":              called(t, `{"lambda":{"`+auth.PrincipalKey+`":"null"}}`),
		"another principal":   called(t, `{"lambda":{"`+auth.PrincipalKey+`":"{\"sub\":7}"}}`),
		"a name twice":        called(t, `{"lambda":{"`+auth.PrincipalKey+`":"{\"sub\":\"ada\",\"sub\":\"eve\"}"}}`),
	} {
		got, err := auth.From[claims](ctx)
		if !fault.Is(err, fault.Unauthenticated) || got.Principal.Subject != "" {
			t.Errorf("%s: %+v, %v", name, got.Principal.Subject, err)
		}
	}
	_, err := auth.From[claims](called(t, `{"jwt":{"claims":{"exp":"soon"}}}`))
	if err == nil || !strings.Contains(err.Error(), "claim exp") {
		t.Errorf("the log does not say which claim: %v", err)
	}
}

// TestNamesMatchExactly: a claim that differs in case is another claim.
func TestNamesMatchExactly(t *testing.T) {
	for _, authorizer := range []string{`{"jwt":{"claims":{"NAME":"eve"}}}`, `{"lambda":{"Name":"eve"}}`} {
		got, err := auth.From[partner](called(t, authorizer))
		if err != nil || got.Principal.Name != "" {
			t.Errorf("%s: %+v, %v", authorizer, got, err)
		}
	}
}

func TestRequest(t *testing.T) {
	e := events.APIGatewayV2CustomAuthorizerV2Request{
		RouteKey: "GET /notes/{id}", RawPath: "/notes/7", RawQueryString: "a=1&a=2", Cookies: []string{"session=s1", "theme=dark"},
		Headers: map[string]string{"authorization": "bearer  abc", "x-tenant": "blue"}, PathParameters: map[string]string{"id": "7"},
		IdentitySource: []string{"bearer  abc"},
	}
	e.RequestContext.HTTP.Method, e.RequestContext.HTTP.SourceIP, e.RequestContext.RequestID = "GET", "192.0.2.1", "r1"
	r := auth.NewRequest(e)
	if r.Route != "GET /notes/{id}" || r.Method != "GET" || r.Path != "/notes/7" || r.PathValues["id"] != "7" || r.SourceIP != "192.0.2.1" ||
		r.RequestID != "r1" || len(r.Query["a"]) != 2 || r.Header.Get("X-Tenant") != "blue" || len(r.Identity) != 1 {
		t.Errorf("got %+v", r)
	}
	if r.Bearer() != "abc" || r.Cookie("session") != "s1" || r.Cookie("none") != "" {
		t.Errorf("bearer %q, cookie %q", r.Bearer(), r.Cookie("session"))
	}
	r.Header.Set("Authorization", "Basic abc")
	if r.Bearer() != "" {
		t.Errorf("bearer %q of another scheme", r.Bearer())
	}
}

package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/limits"
)

// JWT names the issuer whose tokens an environment's API accepts.
type JWT struct {
	Issuer   string
	Audience []string // a token must be for one of them
}

// CORS says which web pages of other origins may call an environment's API.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
type CORS struct {
	Origins     []string
	Methods     []string // default: DefaultCORS.Methods
	Headers     []string // of requests; default: DefaultCORS.Headers
	Expose      []string // headers of responses
	Credentials bool
	MaxAge      int // seconds for which a browser keeps the answer; 0: as long as it likes
}

// DefaultCORS has what a block cors that says nothing else allows.
var DefaultCORS = CORS{
	Methods: []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"},
	Headers: []string{"authorization", "content-type"},
}

// AllowsPublic reports whether the route may be public in the environment.
func (e Environment) AllowsPublic(route string) bool {
	return e.PublicRoutes == nil || slices.Contains(*e.PublicRoutes, route)
}

type jwt struct {
	Issuer   string    `hcl:"issuer"`
	Audience []string  `hcl:"audience"`
	Range    hcl.Range `hcl:",def_range"`

	IssuerRange   hcl.Range `hcl:"issuer,attr_range"`
	AudienceRange hcl.Range `hcl:"audience,attr_range"`
}

func (j *jwt) value() *JWT {
	if j == nil {
		return nil
	}
	return &JWT{Issuer: j.Issuer, Audience: j.Audience}
}

// checkJWT checks an issuer. AWS takes https:// only; the local cloud also takes
// http:// of this machine.
func checkJWT(j *jwt, local bool) (l diag.List) {
	if j == nil {
		return nil
	}
	if problem := issuerProblem(j.Issuer, local); problem != "" {
		l = append(l, finding(diag.BadSetting, j.IssuerRange, "issuer = "+quote(j.Issuer)+" "+problem,
			`write the iss of its tokens, as in issuer = "https://login.example.com/"`))
	}
	if n := len(j.Audience); n == 0 || n > limits.Audiences || slices.Contains(j.Audience, "") {
		l = append(l, finding(diag.BadSetting, j.AudienceRange,
			fmt.Sprintf("audience has to be a list of 1 to %d texts", limits.Audiences),
			`write the aud or client_id of its tokens, as in audience = ["hiring"]`))
	}
	return l
}

func issuerProblem(issuer string, local bool) string {
	u, err := url.Parse(issuer)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "is not the URL of an issuer"
	case u.Scheme == "https", u.Scheme == "http" && local && isLoopback(u.Hostname()):
		return ""
	case u.Scheme == "http" && local:
		return "does not begin with https://; only an issuer on this machine may have http://"
	}
	return "does not begin with https://"
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

type cors struct {
	Origins     []string  `hcl:"origins"`
	Methods     *[]string `hcl:"methods"`
	Headers     *[]string `hcl:"headers"`
	Expose      []string  `hcl:"expose,optional"`
	Credentials *bool     `hcl:"credentials"`
	MaxAge      *string   `hcl:"max_age"`
	Range       hcl.Range `hcl:",def_range"`

	OriginsRange     hcl.Range `hcl:"origins,attr_range"`
	MethodsRange     hcl.Range `hcl:"methods,attr_range"`
	CredentialsRange hcl.Range `hcl:"credentials,attr_range"`
	MaxAgeRange      hcl.Range `hcl:"max_age,attr_range"`
}

func (c *cors) value() *CORS {
	if c == nil {
		return nil
	}
	age, _ := time.ParseDuration(or(c.MaxAge, "0s")) // checked in checkCORS
	return &CORS{
		Origins: c.Origins, Methods: or(c.Methods, DefaultCORS.Methods), Headers: or(c.Headers, DefaultCORS.Headers),
		Expose: c.Expose, Credentials: or(c.Credentials, false), MaxAge: int(age / time.Second),
	}
}

// corsMethods are the methods that API Gateway takes.
var corsMethods = []string{"*", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

// checkCORS checks a block cors by API Gateway's rules:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
func checkCORS(c *cors) (l diag.List) {
	if c == nil {
		return nil
	}
	bad := func(at hcl.Range, message, next string) { l = append(l, finding(diag.BadSetting, at, message, next)) }
	if len(c.Origins) == 0 {
		bad(c.OriginsRange, "origins is empty: no page could call the API",
			`write one as in origins = ["https://app.example.com"], or remove the block`)
	}
	for _, origin := range c.Origins {
		if !isOrigin(origin) {
			bad(c.OriginsRange, quote(origin)+" is not an origin",
				`write scheme and host, and a port where there is one, as in "https://app.example.com"; `+
					`or one of "*", "https://*" and "http://*"`)
		}
	}
	if or(c.Credentials, false) && slices.Contains(c.Origins, "*") {
		bad(c.CredentialsRange,
			`credentials = true does not go with the origin "*": browsers and API Gateway refuse it`, "name the origins, or remove credentials")
	}
	for _, method := range or(c.Methods, nil) {
		if !slices.Contains(corsMethods, method) {
			bad(c.MethodsRange, quote(method)+" is not a method of an HTTP API", "write one of "+join(corsMethods))
		}
	}
	d, err := time.ParseDuration(or(c.MaxAge, "0s"))
	if err != nil || d < 0 || d > 24*time.Hour || d%time.Second != 0 {
		bad(c.MaxAgeRange, "max_age = "+quote(*c.MaxAge)+" is no time of 0s to 24h in whole seconds",
			`write it as in max_age = "1h"`)
	}
	return l
}

// isOrigin reports whether a text is an origin as browsers send it, or a pattern
// that API Gateway knows.
func isOrigin(text string) bool {
	if slices.Contains([]string{"*", "https://*", "http://*"}, text) {
		return true
	}
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && u.Scheme+"://"+u.Host == text &&
		!strings.Contains(text, "*") && strings.ToLower(text) == text
}

// publicRoutes returns the routes that may be public; nil for any. The value is true,
// false for none, or a list of routes.
func publicRoutes(v cty.Value) (*[]string, bool) {
	switch {
	case v == cty.NilVal || v.IsNull():
		return nil, true
	case v.Type() == cty.Bool && v.True():
		return nil, true
	case v.Type() == cty.Bool:
		return &[]string{}, true
	case !v.Type().IsTupleType():
		return nil, false
	}
	routes := []string{}
	for _, route := range v.AsValueSlice() {
		if route.IsNull() || route.Type() != cty.String {
			return nil, false
		}
		routes = append(routes, route.AsString())
	}
	return &routes, true
}

func checkPublicRoutes(e environment) diag.List {
	if _, ok := publicRoutes(e.PublicRoutes); ok {
		return nil
	}
	return diag.List{finding(diag.BadSetting, e.PublicRoutesRange,
		"public_routes is neither true, nor false, nor a list of routes",
		`write it as in public_routes = ["GET /health"]`)}
}

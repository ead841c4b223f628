package apigateway

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// cors is an API's CORS configuration.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
type cors struct {
	AllowOrigins     []string `json:"allowOrigins,omitempty"`
	AllowMethods     []string `json:"allowMethods,omitempty"`
	AllowHeaders     []string `json:"allowHeaders,omitempty"`
	ExposeHeaders    []string `json:"exposeHeaders,omitempty"`
	MaxAge           *int     `json:"maxAge,omitempty"` // seconds
	AllowCredentials *bool    `json:"allowCredentials,omitempty"`
}

// orNone returns nil for an empty configuration, with which the Terraform
// provider removes one.
func (c *cors) orNone() *cors {
	if c == nil || len(c.AllowOrigins)+len(c.AllowMethods)+len(c.AllowHeaders)+len(c.ExposeHeaders) == 0 &&
		c.MaxAge == nil && c.AllowCredentials == nil {
		return nil
	}
	return c
}

func (c *cors) check() error {
	if c.AllowCredentials != nil && *c.AllowCredentials && slices.Contains(c.AllowOrigins, "*") {
		return errBad("allow-credentials is not supported if 'allow-origin' is *")
	}
	for _, origin := range c.AllowOrigins {
		if origin != "*" && !strings.Contains(origin, "://") {
			return errBad("Invalid format for origin %s, valid values are *, http:// or https:// followed by a host", origin)
		}
	}
	if c.MaxAge != nil && (*c.MaxAge < -1 || *c.MaxAge > 86_400) {
		return errBad("Access-Control-Max-Age should be between -1 and 86400 seconds")
	}
	return nil
}

// preflight reports whether the gateway answers a request instead of the
// function. A route with an authorizer that takes OPTIONS, as one of ANY does, takes
// preflights as well: they have no credentials, and are refused.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
func (x *exchange) preflight() bool {
	guarded := x.route != nil && x.route.AuthorizationType != authorizationNone
	return x.api.CORS != nil && !guarded && x.req.Method == http.MethodOptions &&
		x.req.Header.Get("Origin") != "" && x.req.Header.Get("Access-Control-Request-Method") != ""
}

// cors sets the headers of the API's configuration, if the origin is allowed.
func (x *exchange) cors(w http.ResponseWriter) {
	c, origin := x.api.CORS, x.req.Header.Get("Origin")
	if c == nil || origin == "" {
		return
	}
	allowed, ok := c.origin(origin)
	if !ok {
		return
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", allowed)
	if allowed != "*" {
		h.Add("Vary", "Origin")
	}
	if c.AllowCredentials != nil && *c.AllowCredentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	set := func(name string, values []string) {
		if len(values) > 0 {
			h.Set(name, strings.Join(values, ","))
		}
	}
	set("Access-Control-Expose-Headers", c.ExposeHeaders)
	if !x.preflight() {
		return
	}
	set("Access-Control-Allow-Methods", c.AllowMethods)
	set("Access-Control-Allow-Headers", c.AllowHeaders)
	if c.MaxAge != nil {
		h.Set("Access-Control-Max-Age", strconv.Itoa(*c.MaxAge))
	}
}

// origin returns the allowed origin for the answer: an origin is allowed by
// itself, by a
// pattern such as https://*, or by *.
func (c *cors) origin(origin string) (allowed string, ok bool) {
	for _, pattern := range c.AllowOrigins {
		prefix, suffix, wild := strings.Cut(pattern, "*")
		switch {
		case pattern == "*":
			return "*", true
		case strings.EqualFold(pattern, origin):
			return origin, true
		case wild && len(origin) >= len(pattern)-1 && strings.HasPrefix(origin, prefix) && strings.HasSuffix(origin, suffix):
			return origin, true
		}
	}
	return "", false
}

package functionurl

import (
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
)

// cors is the CORS configuration of a URL.
// https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html
type cors struct {
	AllowCredentials *bool    `json:",omitempty"`
	AllowHeaders     []string `json:",omitempty"`
	AllowMethods     []string `json:",omitempty"`
	AllowOrigins     []string `json:",omitempty"`
	ExposeHeaders    []string `json:",omitempty"`
	MaxAge           *int     `json:",omitempty"` // seconds
}

// maxMethod is the length of the longest method, in bytes: "DELETE".
const maxMethod = 6

func (c *cors) check(v *apierror.Violations) {
	v.Between(c.MaxAge, "cors.maxAge", 0, 86_400)
	for _, m := range c.AllowMethods {
		if len(m) > maxMethod {
			v.Add(m, "cors.allowMethods", "Member must have length less than or equal to "+strconv.Itoa(maxMethod))
		}
	}
}

// orNone returns nil for an empty configuration, with which clients remove one.
func (c *cors) orNone() *cors {
	if len(c.AllowHeaders)+len(c.AllowMethods)+len(c.AllowOrigins)+len(c.ExposeHeaders) == 0 &&
		c.AllowCredentials == nil && c.MaxAge == nil {
		return nil
	}
	return c
}

// preflight reports whether the URL answers a request instead of the function.
func (c *cors) preflight(req *http.Request) bool {
	return c != nil && req.Method == http.MethodOptions && req.Header.Get("Origin") != "" &&
		req.Header.Get("Access-Control-Request-Method") != ""
}

// owns reports whether the URL sets a header, given in lower case, and not the
// function.
func (c *cors) owns(name string) bool { return c != nil && strings.HasPrefix(name, "access-control-") }

// set sets the headers of the answer to a request, if its origin is allowed.
func (c *cors) set(h http.Header, req *http.Request) {
	origin := req.Header.Get("Origin")
	if c == nil || origin == "" || !c.allows(origin) {
		return
	}
	h.Set("Access-Control-Allow-Origin", origin)
	h.Add("Vary", "Origin")
	if c.AllowCredentials != nil && *c.AllowCredentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	list := func(name string, values []string) {
		if len(values) > 0 {
			h.Set(name, strings.Join(values, ","))
		}
	}
	list("Access-Control-Expose-Headers", c.ExposeHeaders)
	if !c.preflight(req) {
		return
	}
	list("Access-Control-Allow-Methods", c.AllowMethods)
	list("Access-Control-Allow-Headers", c.AllowHeaders)
	if c.MaxAge != nil {
		h.Set("Access-Control-Max-Age", strconv.Itoa(*c.MaxAge))
	}
}

// allows reports whether an origin is allowed: by itself, by a pattern such as
// https://*.example.com, or by *.
func (c *cors) allows(origin string) bool {
	for _, pattern := range c.AllowOrigins {
		if pattern == "*" || strings.EqualFold(pattern, origin) {
			return true
		}
		plain := strings.NewReplacer("/", "|").Replace // in path.Match, * does not match slashes
		if ok, err := path.Match(plain(strings.ToLower(pattern)), plain(strings.ToLower(origin))); ok && err == nil {
			return true
		}
	}
	return false
}

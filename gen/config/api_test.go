package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAPI: an environment's own block cors stands in the place of the one at the top.
func TestAPI(t *testing.T) {
	c, err := Parse([]byte(`
cors {
  origins = ["http://localhost:5173"]
}
environment "local" {
  public_routes = false
  jwt {
    issuer   = "http://127.0.0.1:8080/realms/hiring"
    audience = ["hiring"]
  }
}
environment "production" {
  account       = "123456789012"
  public_routes = ["GET /health"]
  backend "s3" { bucket = "states" }
  cors {
    origins     = ["https://app.example.com", "https://*"]
    methods     = ["GET"]
    headers     = ["x-tenant"]
    expose      = ["x-request-id"]
    credentials = true
    max_age     = "1h"
  }
}
environment "staging" {
  account       = "123456789012"
  public_routes = true
  backend "s3" { bucket = "states" }
}
`), "example.com/hiring")
	if err != nil {
		t.Fatal(err)
	}
	top := &CORS{Origins: []string{"http://localhost:5173"}, Methods: DefaultCORS.Methods, Headers: DefaultCORS.Headers}
	for name, want := range map[string]struct {
		cors           *CORS
		jwt            *JWT
		health, others bool // whether GET /health and other routes may be public
	}{
		"local": {top, &JWT{"http://127.0.0.1:8080/realms/hiring", []string{"hiring"}}, false, false},
		"production": {&CORS{Origins: []string{"https://app.example.com", "https://*"}, Methods: []string{"GET"}, Headers: []string{"x-tenant"},
			Expose: []string{"x-request-id"}, Credentials: true, MaxAge: 3600}, nil, true, false},
		"staging": {top, nil, true, true},
	} {
		e, err := c.Environment(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.cors, e.CORS) + cmp.Diff(want.jwt, e.JWT); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if e.AllowsPublic("GET /health") != want.health || e.AllowsPublic("GET /other") != want.others {
			t.Errorf("%s: public %t, %t", name, e.AllowsPublic("GET /health"), e.AllowsPublic("GET /other"))
		}
	}
}

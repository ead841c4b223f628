package local

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/localcloud/issuer"
)

// TestIssuerPath: the generator names the local cloud's issuer, and the local cloud
// serves it; neither imports the other.
func TestIssuerPath(t *testing.T) {
	if names.LocalIssuer != issuer.Path {
		t.Errorf("the generator names %s, the local cloud serves %s", names.LocalIssuer, issuer.Path)
	}
}

// TestTokensOfAnotherAWS: what runs in the local cloud's place signs no tokens.
func TestTokensOfAnotherAWS(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	e := &Environment{foreign: server.URL}
	_, err := e.Token(t.Context(), map[string]any{"sub": "ada"})
	var d diag.Diagnostic
	if !errors.As(err, &d) || d.Code != diag.NoToken || d.Next == "" || !strings.Contains(d.Message, "404") {
		t.Errorf("got %v", err)
	}
}

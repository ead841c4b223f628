package local

import (
	"testing"

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

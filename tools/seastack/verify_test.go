package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/artifact"
)

func TestPrintVerified(t *testing.T) {
	same := artifact.Comparison{Stack: "web", Function: "hello", Variant: "GOFLAGS unset", Want: "12", Got: "12", OK: true}
	other := artifact.Comparison{Stack: "web", Function: "hello", Variant: "GOFLAGS set", Want: "12", Got: "34"}
	for _, c := range []struct {
		compared []artifact.Comparison
		want     string
		findings bool
	}{
		{[]artifact.Comparison{same, same}, "2 of 2 digests are equal\n", false},
		{[]artifact.Comparison{same, other}, "web/hello  GOFLAGS set  want 12  got 34\n1 of 2 digests are equal\n", true},
	} {
		var out strings.Builder
		a := &app{stdout: &out}
		err := a.printVerified(c.compared)
		if diff := cmp.Diff(c.want, out.String()); diff != "" || errors.Is(err, errFindings) != c.findings {
			t.Errorf("error %v (-want +got):\n%s", err, diff)
		}
	}
}

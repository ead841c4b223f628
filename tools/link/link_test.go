package link

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/artifact"
)

// TestBatches: binaries are named by their folders' last elements, so that functions of
// one name are compiled one after the other.
func TestBatches(t *testing.T) {
	l := Linker{Functions: map[string]artifact.Function{
		"a/get": {Dir: "stacks/a/lambda/get"}, "a/put": {Dir: "stacks/a/lambda/put"}, "b/get": {Dir: "stacks/b/lambda/get"},
	}}
	want := []map[string]string{{"get": "a/get", "put": "a/put"}, {"get": "b/get"}}
	if diff := cmp.Diff(want, l.batches([]string{"a/get", "a/put", "b/get"})); diff != "" {
		t.Error(diff)
	}
}

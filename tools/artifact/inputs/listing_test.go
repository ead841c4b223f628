package inputs

import (
	"strings"
	"testing"

	"github.com/seastack/seastack/tools/artifact/gocmd"
)

// TestListingThatLeavesPackagesOut: a listing is believed when it has the
// package of every function and all that these import.
func TestListingThatLeavesPackagesOut(t *testing.T) {
	r := Request{Root: "/m", Functions: []Function{{Stack: "web", Name: "get", Dir: "stacks/web/lambda/get"}}}
	main := gocmd.Package{ImportPath: "m/get", Dir: "/m/stacks/web/lambda/get", Name: "main", Deps: []string{"fmt", "m/core"}}
	for _, c := range []struct {
		packages []gocmd.Package
		want     string
	}{
		{[]gocmd.Package{{ImportPath: "fmt"}, {ImportPath: "m/core"}, main}, ""},
		{[]gocmd.Package{{ImportPath: "fmt"}, main}, "m/core"},
		{[]gocmd.Package{{ImportPath: "fmt"}, {ImportPath: "m/core"}}, "./stacks/web/lambda/get"},
		{nil, "./stacks/web/lambda/get"},
	} {
		err := unanswered(r, c.packages)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

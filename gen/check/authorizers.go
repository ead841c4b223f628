package check

import (
	"fmt"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/limits"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/use"
)

// authorizers finds authorizers of the same name, and more of them than an API can
// have.
func authorizers(m model.Model) diag.List {
	list := repeated(m.Authorizers, diag.AuthorizerNameTaken, func(z model.Authorizer) declared {
		return declared{"authorizer", z.Name, z.Function.String(), z.Pos, rename}
	})
	n := len(m.Authorizers)
	if use.JWT(m) {
		n++
	}
	if len(m.Authorizers) > 0 && n > limits.Authorizers {
		list = append(list, diag.New(diag.TooManyAuthorizers, at(m.Authorizers[len(m.Authorizers)-1].Pos),
			fmt.Sprintf("the API would have %d authorizers, where API Gateway takes %d", n, limits.Authorizers),
			"let one function authorize for several kinds of callers"))
	}
	return list
}

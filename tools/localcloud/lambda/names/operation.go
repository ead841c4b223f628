package names

import (
	"context"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// FunctionPath is the path of most operations on a function.
const FunctionPath = "/2015-03-31/functions/{FunctionName}"

// Operation returns an operation on the function that its path names, or on all
// functions if the path names none.
func Operation[In, Out any](n Names, name, method, path string, status int,
	f func(context.Context, *wire.Call, *In) (*Out, error),
) wire.Operation {
	return wire.Operation{
		Name: name, Method: method, Path: path, Status: status, Handle: wire.Typed(f),
		Resource: func(c *wire.Call) string {
			if c.Path["FunctionName"] == "" {
				return "*"
			}
			return n.Resource(c)
		},
	}
}

// None is the input of an operation whose request has no body, and the output of
// one whose answer has none.
type None struct{}

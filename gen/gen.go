// Package gen is the front half of the generator as a whole: load, model and
// resolve, which are gen/front's, and then check. It knows their order, and
// that check measures what gen/emit would write; gen/emit makes files of the
// model.
package gen

import (
	"context"

	"github.com/seastack/seastack/gen/check"
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit/stackmodule"
	"github.com/seastack/seastack/gen/front"
	"github.com/seastack/seastack/gen/load"
	"github.com/seastack/seastack/gen/model"
)

// Inputs is what a model was made from.
type Inputs = load.Inputs

// Model returns the model of the module at root. When there is something to
// correct in the module, the error is a diag.List with all of it. It writes
// nothing, but the go command fills its cache.
func Model(ctx context.Context, root string, cfg config.Config) (model.Model, Inputs, error) {
	r, err := front.Read(ctx, root, cfg)
	if err != nil {
		return model.Model{}, Inputs{}, err
	}
	list := append(r.Found, check.Collisions(r.Model, cfg, stackmodule.Evaluated{})...)
	if len(list) == 0 {
		list = append(r.Empty, check.Completeness(r.Model, cfg)...)
	}
	if err := list.Err(); err != nil {
		return model.Model{}, r.Inputs, err
	}
	return r.Model, r.Inputs, nil
}

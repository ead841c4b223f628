// Package front is the front half of the generator: it turns a Go module and
// its configuration into the model, or into all that is wrong with them. It
// brings annotations, types and constructors together; it knows nothing of
// what is generated from the model.
package front

import (
	"cmp"
	"context"
	"go/token"
	"slices"

	"github.com/seastack/seastack/gen/check"
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/load"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/resolve"
)

// Inputs is what a model was made from.
type Inputs = load.Inputs

// Model gives the model of the module at root. When there is something to mend
// in the module, the error is a diag.List with all of it. It writes nothing,
// but the go command fills its cache.
func Model(ctx context.Context, root string, cfg config.Config) (model.Model, Inputs, error) {
	m, list, err := load.Load(ctx, root, cfg.Folders)
	if err != nil {
		return model.Model{}, Inputs{}, err
	}
	if m == nil {
		return model.Model{}, Inputs{}, list.Err()
	}
	b := &builder{module: m, config: cfg, list: list, stacks: map[string]*model.Stack{}, places: map[string]token.Position{}}
	b.collect()
	left, err := b.leftOut()
	if err != nil && len(b.list) == 0 { // else the go command has met it, and said it better
		return model.Model{}, Inputs{}, err
	}
	b.list = append(b.list, left...)
	result := b.model()
	b.list = append(b.list, check.Collisions(result, cfg)...)
	if len(b.list) == 0 {
		b.list = append(b.emptyStacks(), check.Completeness(result, cfg)...)
	}
	if err := b.list.Err(); err != nil {
		return model.Model{}, m.Inputs, err
	}
	return result, m.Inputs, nil
}

// builder collects the model's parts and what is wrong with them.
type builder struct {
	module   *load.Module
	config   config.Config
	list     diag.List
	stacks   map[string]*model.Stack   // by import path
	places   map[string]token.Position // of the stacks' annotations, by import path
	queues   []model.Queue
	names    map[string]string // of queues, by resolve.QueueKey
	resolver *resolve.Resolver
}

func (b *builder) collect() {
	b.collectQueues()
	b.resolver = resolve.New(b.module, b.names)
	for _, p := range b.module.Packages {
		b.collectPackage(p)
	}
}

func (b *builder) add(d diag.Diagnostic) { b.list = append(b.list, d) }

// model puts the parts in order and joins the queues with both their ends.
func (b *builder) model() model.Model {
	m := model.Model{
		Version: model.Version, Module: b.module.Path, Project: b.config.Project,
		Stacks: []model.Stack{}, Queues: append([]model.Queue{}, b.queues...),
	}
	for _, s := range b.stacks {
		slices.SortFunc(s.Functions, func(x, y model.Function) int {
			return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.Pos.File, y.Pos.File), x.Pos.Line-y.Pos.Line)
		})
		m.Stacks = append(m.Stacks, *s)
	}
	slices.SortFunc(m.Stacks, func(x, y model.Stack) int { return cmp.Compare(x.Name, y.Name) })
	slices.SortFunc(m.Queues, func(x, y model.Queue) int {
		return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.Payload.Package, y.Payload.Package), cmp.Compare(x.Payload.Name, y.Payload.Name))
	})
	joinQueues(&m, b.config)
	return m
}

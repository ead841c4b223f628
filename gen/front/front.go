// Package front turns a Go module and its configuration into the model, and
// finds what is wrong with their sources. It brings annotations, types and
// constructors together; it knows nothing of what is generated from the model,
// nor of whether AWS takes it as a whole.
package front

import (
	"cmp"
	"context"
	"go/token"
	"go/types"
	"slices"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/load"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/resolve"
)

// Result is what a module's sources say.
type Result struct {
	Model  model.Model // without what is wrong
	Inputs load.Inputs // what it was made from
	Found  diag.List   // what is wrong
	Empty  diag.List   // stacks without handlers, which tell something only where nothing is wrong
}

// Read reads the module at root. The error is a diag.List where there is
// something to correct and no model at all. It writes nothing, but the go command
// fills its cache.
func Read(ctx context.Context, root string, cfg config.Config) (Result, error) {
	m, list, err := load.Load(ctx, root, cfg.Folders)
	if err != nil {
		return Result{}, err
	}
	if m == nil {
		return Result{}, list.Err()
	}
	b := &builder{
		module: m, config: cfg, list: list, stacks: map[string]*model.Stack{}, places: map[string]token.Position{},
		configs: map[string]*model.Config{}, noIssuer: map[string]bool{},
	}
	b.collect()
	left, err := b.leftOut()
	if err != nil && len(b.list) == 0 { // else the go command has met it, and said it better
		return Result{}, err
	}
	return Result{Model: b.model(), Inputs: m.Inputs, Found: append(b.list, left...), Empty: b.emptyStacks()}, nil
}

// builder collects the model's parts and what is wrong with them.
type builder struct {
	module   *load.Module
	config   config.Config
	list     diag.List
	stacks   map[string]*model.Stack   // by import path
	places   map[string]token.Position // of the stacks' annotations, by import path
	queues   []model.Queue
	events   []model.Event
	secrets  []model.Secret
	configs  map[string]*model.Config // by resolve.TypeKey
	buckets  []model.Bucket
	declared resolve.Declared
	resolver *resolve.Resolver

	authorizers []model.Authorizer
	principals  map[string]types.Type // by authorizer
	noIssuer    map[string]bool       // environments that were told of
}

func (b *builder) collect() {
	b.collectTypes()
	b.collectAuthorizers()
	b.resolver = resolve.New(b.module, b.declared)
	b.resolver.Prefixes = b.prefixes()
	for _, p := range b.module.Packages {
		b.collectPackage(p)
	}
}

func (b *builder) add(d diag.Diagnostic) { b.list = append(b.list, d) }

// model puts the parts in order and joins the queues with both their ends.
func (b *builder) model() model.Model {
	m := model.Model{
		Version: model.Version, Module: b.module.Path, Project: b.config.Project,
		Stacks: []model.Stack{}, Queues: append([]model.Queue{}, b.queues...), Events: append([]model.Event{}, b.events...),
		Authorizers: append([]model.Authorizer{}, b.authorizers...),
		Secrets:     append([]model.Secret{}, b.secrets...), Buckets: append([]model.Bucket{}, b.buckets...),
		Configs: b.sortedConfigs(),
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
	slices.SortFunc(m.Events, func(x, y model.Event) int {
		return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.Payload.Package, y.Payload.Package), cmp.Compare(x.Payload.Name, y.Payload.Name))
	})
	slices.SortFunc(m.Secrets, func(x, y model.Secret) int {
		return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.Payload.Package, y.Payload.Package), cmp.Compare(x.Payload.Name, y.Payload.Name))
	})
	slices.SortFunc(m.Authorizers, func(x, y model.Authorizer) int {
		return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.Function.String(), y.Function.String()))
	})
	slices.SortFunc(m.Buckets, func(x, y model.Bucket) int {
		return cmp.Or(cmp.Compare(x.Resource(), y.Resource()), cmp.Compare(x.Payload.Package, y.Payload.Package), cmp.Compare(x.Payload.Name, y.Payload.Name))
	})
	joinQueues(&m, b.config)
	joinGrants(&m)
	return m
}

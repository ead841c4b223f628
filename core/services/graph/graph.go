// Package graph answers GraphQL queries over what the services know. It owns no
// table: it knows how objects hang together and how they are loaded, many at once;
// it must not know how queries arrive.
//
// It is the one package that links the GraphQL library, and a function has it only
// if it takes a Graph.
package graph

import (
	"context"
	_ "embed"
	"encoding/json"

	"github.com/graph-gophers/graphql-go"

	"github.com/seastack/seastack/core/services/applications"
	"github.com/seastack/seastack/core/services/candidates"
	"github.com/seastack/seastack/core/services/interviews"
	"github.com/seastack/seastack/core/services/notes"
	"github.com/seastack/seastack/core/services/reports"
)

// schemaText is the schema, as clients see it by introspection.
//
//go:embed schema.graphql
var schemaText string

// What one query may ask for. Depth and selections are limits of the query's text,
// known before anything is loaded; see maxCost for what it loads.
const (
	MaxQuery      = 16 << 10 // bytes
	maxDepth      = 15       // tools' introspection queries have 13 or more
	maxSelections = 500      // fields, where fragments are spread
	maxOverlap    = 20_000   // comparisons of fields with the same name
)

// Graph answers queries.
type Graph struct {
	schema *graphql.Schema
}

// New returns the graph over the services.
func New(interviews *interviews.Service, notes *notes.Service, candidates *candidates.Service,
	applications *applications.Service, reports *reports.Service) (*Graph, error) {
	root := &root{interviews, notes, candidates, applications, reports}
	schema, err := graphql.ParseSchema(schemaText, root,
		graphql.UseStringDescriptions(), graphql.UseFieldResolvers(), graphql.DisableFieldSelections(),
		graphql.MaxQueryLength(MaxQuery), graphql.MaxDepth(maxDepth), graphql.MaxSelections(maxSelections),
		graphql.OverlapValidationLimit(maxOverlap),
		graphql.PanicHandler(panics{}), graphql.Logger(panics{}))
	if err != nil {
		return nil, err
	}
	return &Graph{schema: schema}, nil
}

// root resolves the fields of Query.
type root struct {
	interviews   *interviews.Service
	notes        *notes.Service
	candidates   *candidates.Service
	applications *applications.Service
	reports      *reports.Service
}

// Query answers a query with a response of GraphQL, as JSON, and reports whether it
// was executed: a query that is malformed or too large is not. Errors of the services
// stand in the response with their kind, and without their text where they are no
// faults.
func (g *Graph) Query(
	ctx context.Context, query, operation string, variables map[string]any,
) (response json.RawMessage, executed bool, err error) {
	r := g.schema.Exec(withBudget(ctx), query, operation, variables)
	for _, e := range r.Errors {
		present(ctx, e)
	}
	response, err = json.Marshal(r)
	return response, r.Data != nil, err
}

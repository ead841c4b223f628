package graph

import (
	"context"
	"sync/atomic"

	"github.com/seastack/seastack/core/fault"
)

// A query costs statementCost for each statement that it runs, and one for each row
// that the statement may return: a field of a list costs its argument first for each
// object that has it. What is over maxCost is not loaded.
const (
	maxCost       = 5_000
	statementCost = 20
)

type budgetKey struct{}

// withBudget returns the context of a query that has not cost anything yet.
func withBudget(ctx context.Context) context.Context {
	return context.WithValue(ctx, budgetKey{}, new(atomic.Int64))
}

// spend accounts for a statement before it runs. The error is a fault of the kind
// Invalid where the query costs too much.
func spend(ctx context.Context, rows int) error {
	spent := ctx.Value(budgetKey{}).(*atomic.Int64)
	if spent.Add(int64(statementCost+rows)) > maxCost {
		return fault.New(fault.Invalid,
			"The query is too complex: it costs more than %d. Ask for fewer or shorter lists.", maxCost)
	}
	return nil
}

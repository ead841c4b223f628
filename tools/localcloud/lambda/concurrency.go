package lambda

import (
	"cmp"
	"context"
	"sync"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/provisioned"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// leastUnreserved is the concurrency of the account that reservations must leave.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
const leastUnreserved = 100

type concurrencyOutput struct {
	ReservedConcurrentExecutions *int `json:",omitempty"`
}

func (s *Service) putConcurrency(_ context.Context, c *wire.Call, in *concurrencyOutput) (*concurrencyOutput, error) {
	if in.ReservedConcurrentExecutions == nil || *in.ReservedConcurrentExecutions < 0 {
		return nil, apierror.Invalid("ReservedConcurrentExecutions must be a number that is not negative.")
	}
	return in, s.reserve(c, in.ReservedConcurrentExecutions)
}

func (s *Service) deleteConcurrency(_ context.Context, c *wire.Call, _ *names.None) (*names.None, error) {
	return nil, s.reserve(c, nil)
}

func (s *Service) reserve(c *wire.Call, n *int) error {
	r, err := s.names.Target(c)
	if err != nil {
		return err
	}
	return s.update(func(tx *store.Tx) error {
		f, err := s.functionTx(tx, r)
		if err != nil {
			return err
		}
		f.Reserved = nil
		if err := s.functions.PutTx(tx, r.Name, f); err != nil {
			return err
		}
		free, err := s.unreservedTx(tx)
		if err != nil {
			return err
		}
		if n != nil && free-*n < leastUnreserved {
			return apierror.Invalid("Specified ReservedConcurrentExecutions for function decreases account's "+
				"UnreservedConcurrentExecution below its minimum value of [%d].", leastUnreserved)
		}
		f.Reserved = n
		return s.functions.PutTx(tx, r.Name, f)
	})
}

func (s *Service) unreservedTx(tx *store.Tx) (int, error) {
	free := provisioned.AccountConcurrency
	err := s.functions.EachTx(tx, "", func(_ string, f function) (bool, error) {
		if f.Reserved != nil {
			free -= *f.Reserved
		}
		return true, nil
	})
	return free, err
}

func (s *Service) getConcurrency(_ context.Context, c *wire.Call, _ *names.None) (*concurrencyOutput, error) {
	r, err := s.names.Target(c)
	if err != nil {
		return nil, err
	}
	f, ok, err := s.functions.Get(r.Name)
	if err != nil || !ok {
		return nil, cmp.Or[error](err, apierror.NotFound("Function not found: %s", s.names.ARN(r)))
	}
	return &concurrencyOutput{f.Reserved}, nil
}

type accountSettings struct {
	AccountLimit struct {
		TotalCodeSize, CodeSizeUnzipped, CodeSizeZipped      int64
		ConcurrentExecutions, UnreservedConcurrentExecutions int
	}
	AccountUsage struct{ TotalCodeSize, FunctionCount int64 }
}

func (s *Service) getAccountSettings(context.Context, *wire.Call, *names.None) (*accountSettings, error) {
	var out accountSettings
	out.AccountLimit.TotalCodeSize = 75 << 30
	out.AccountLimit.CodeSizeUnzipped = 250 << 20
	out.AccountLimit.CodeSizeZipped = maxZip
	out.AccountLimit.ConcurrentExecutions = provisioned.AccountConcurrency
	return &out, s.env.Store.View(func(tx *store.Tx) (err error) {
		if out.AccountLimit.UnreservedConcurrentExecutions, err = s.unreservedTx(tx); err != nil {
			return err
		}
		count := func(_ string, v version) (bool, error) {
			out.AccountUsage.TotalCodeSize += v.Config.CodeSize
			return true, nil
		}
		if err := s.versions.EachTx(tx, "", count); err != nil {
			return err
		}
		return s.functions.EachTx(tx, "", func(key string, f function) (bool, error) {
			out.AccountUsage.FunctionCount++
			return count(key, f.Latest)
		})
	})
}

// slots counts the running invocations by function.
type slots struct {
	mu         sync.Mutex
	byFunction map[string]int
	unreserved int // of functions without a reservation
}

func newSlots() *slots { return &slots{byFunction: map[string]int{}} }

// acquire acquires a slot and returns a function that releases it, or an error if
// none is free. reserved is the function's reservation, nil for none; pool is the
// concurrency that functions without one share.
func (l *slots) acquire(name string, reserved *int, pool int) (func(), error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case reserved != nil && l.byFunction[name] >= *reserved:
		return nil, apierror.Throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
	case reserved == nil && l.unreserved >= pool:
		return nil, apierror.Throttled("ConcurrentInvocationLimitExceeded")
	}
	l.byFunction[name]++
	if reserved == nil {
		l.unreserved++
	}
	return func() { l.release(name, reserved == nil) }, nil
}

func (l *slots) release(name string, unreserved bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byFunction[name]--; l.byFunction[name] == 0 {
		delete(l.byFunction, name)
	}
	if unreserved {
		l.unreserved--
	}
}

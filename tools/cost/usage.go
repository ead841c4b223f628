package cost

import (
	"math/big"
	"time"

	"github.com/seastack/seastack/gen/model"
)

// Usage is what a function has used in a window of time, and how it is set.
type Usage struct {
	Stack, Function string
	Trigger         model.TriggerKind

	Architecture string // "arm64" or "x86_64"
	Memory       int    // MB
	Storage      int    // MB of /tmp
	Provisioned  int    // instances that are kept initialised

	Invocations int64
	Duration    time.Duration // of all invocations together, without initialisations
	Reports     Reports       // of those of the invocations that were read

	FIFO        bool  // the function's queue is one
	Subscribers int   // functions that get the same event; 0 where the trigger is none
	LogBytes    int64 // written in the window
	StoredBytes int64 // kept in the log group
	Alarms      int
}

// Reports is what Lambda's own reports of invocations add up to.
type Reports struct {
	Count            int64
	Duration, Billed time.Duration // billed time has the initialisations in it, rounded up to milliseconds
	MaxMemory        int           // MB that an invocation has used at most
}

// billed returns the time that is billed for all invocations: as the reports have it,
// where they were not read for all, in the proportion of those that were.
func (u Usage) billed() time.Duration {
	switch r := u.Reports; {
	case r.Count == 0 || r.Duration == 0:
		return u.Duration
	case r.Count == u.Invocations:
		return r.Billed
	default:
		all := new(big.Int).Mul(big.NewInt(int64(u.Duration)), big.NewInt(int64(r.Billed)))
		return time.Duration(all.Quo(all, big.NewInt(int64(r.Duration))).Int64())
	}
}

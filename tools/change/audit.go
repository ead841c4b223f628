package change

import (
	"context"
	"slices"

	"github.com/seastack/seastack/tools/artifact"
)

// Audit is how right the input keys were about the bytes.
type Audit struct {
	Functions []Audited `json:"functions"`
	Missed    int       `json:"missed"`    // other bytes with the same key: must be 0
	Precision float64   `json:"precision"` // of those with another key, how many have other bytes; 1 where there are none
	Recall    float64   `json:"recall"`    // of those with other bytes, how many have another key; 1 where there are none
}

// Audited is one function that both sides have.
type Audited struct {
	Stack    string `json:"stack"`
	Function string `json:"function"`
	Key      bool   `json:"key"`   // the input keys differ
	Bytes    bool   `json:"bytes"` // the digests differ
}

// Audit builds every function of both sides anew and compares what the input
// keys say with the bytes.
func (s Sides) Audit(ctx context.Context, progress func(artifact.Event)) (Audit, error) {
	fresh, remove, err := s.fresh()
	if err != nil {
		return Audit{}, err
	}
	defer remove()
	built, err := fresh.Build(ctx, s.IDs(), progress)
	if err != nil {
		return Audit{}, err
	}
	audit := Audit{Functions: []Audited{}}
	for _, id := range s.IDs() {
		b, ok := built[id]
		if !ok {
			continue
		}
		before, now := s.Base.Closure.Functions[id], s.Head.Closure.Functions[id]
		audit.Functions = append(audit.Functions, Audited{now.Stack, now.Function, before.Key != now.Key, !b.Same()})
	}
	audit.judge()
	return audit, nil
}

// judge fills in the figures.
func (a *Audit) judge() {
	count := func(is func(Audited) bool) (n float64) {
		for _, f := range a.Functions {
			if is(f) {
				n++
			}
		}
		return n
	}
	right := count(func(f Audited) bool { return f.Key && f.Bytes })
	a.Missed = int(count(func(f Audited) bool { return !f.Key && f.Bytes }))
	a.Precision = ratio(right, count(func(f Audited) bool { return f.Key }))
	a.Recall = ratio(right, count(func(f Audited) bool { return f.Bytes }))
}

func ratio(part, whole float64) float64 {
	if whole == 0 {
		return 1
	}
	return part / whole
}

// Miss reports whether a function was missed.
func (a Audited) Miss() bool { return a.Bytes && !a.Key }

// Misses returns the functions that were missed.
func (a Audit) Misses() []Audited {
	return slices.DeleteFunc(slices.Clone(a.Functions), func(f Audited) bool { return !f.Miss() })
}

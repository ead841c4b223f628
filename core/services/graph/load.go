package graph

import (
	"context"
	"sync"

	"github.com/google/uuid"
)

// once loads something for all objects of a list when the first of them asks for
// it: one statement, however many objects there are. Whoever asks meanwhile waits.
type once[V any] struct {
	do     sync.Once
	values map[uuid.UUID]V
	err    error
}

// of returns what is loaded for a key. rows is how many the statement may return.
func (o *once[V]) of(ctx context.Context, key uuid.UUID, rows int, load func() (map[uuid.UUID]V, error)) (V, error) {
	o.do.Do(func() {
		if o.err = spend(ctx, rows); o.err == nil {
			o.values, o.err = load()
		}
	})
	return o.values[key], o.err
}

// byFirst is a once for each value of the argument first.
type byFirst[V any] struct {
	lock sync.Mutex
	all  map[int32]*once[V]
}

func (b *byFirst[V]) with(first int32) *once[V] {
	b.lock.Lock()
	defer b.lock.Unlock()
	if b.all == nil {
		b.all = map[int32]*once[V]{}
	}
	if b.all[first] == nil {
		b.all[first] = &once[V]{}
	}
	return b.all[first]
}

// distinct returns the IDs of objects, each once.
func distinct[T any](objects []T, id func(T) uuid.UUID) (ids []uuid.UUID) {
	seen := map[uuid.UUID]bool{}
	for _, o := range objects {
		if !seen[id(o)] {
			seen[id(o)] = true
			ids = append(ids, id(o))
		}
	}
	return ids
}

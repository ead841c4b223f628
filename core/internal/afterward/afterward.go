// Package afterward runs what an invocation leaves to be done between the end of its
// handler and its answer. It knows nothing of what that is.
package afterward

import (
	"context"
	"sync"
)

type key struct{}

type list struct {
	mu   sync.Mutex
	jobs map[any]func(context.Context)
}

// With returns a context that collects jobs, and the function that runs them.
func With(ctx context.Context) (context.Context, func(context.Context)) {
	l := &list{jobs: map[any]func(context.Context){}}
	return context.WithValue(ctx, key{}, l), l.run
}

// Do leaves a job to the end of ctx's invocation. An owner has one job:
// a later one replaces it. Outside of an invocation the job is not run.
func Do(ctx context.Context, owner any, job func(context.Context)) {
	if l, ok := ctx.Value(key{}).(*list); ok {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.jobs[owner] = job
	}
}

func (l *list) run(ctx context.Context) {
	l.mu.Lock()
	jobs := l.jobs
	l.jobs = map[any]func(context.Context){}
	l.mu.Unlock()
	for _, job := range jobs {
		job(ctx)
	}
}

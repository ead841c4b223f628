// Package analytics keeps facts of the company's hiring in the analytics store, and
// answers questions about them that would be a load on the database. It owns the
// store's tables of facts. It has the facts from the services' changes, by way of a
// replica, and never reads a service's tables by itself; see package etl.
package analytics

import (
	"context"
	"errors"
	"fmt"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/etl"
	"github.com/seastack/seastack/core/services/interviews"
)

// job is an etl.Job of any rows.
type job interface {
	Run(ctx context.Context, from *db.Replica, to *db.Analytics) (etl.Report, error)
}

// named is a job and what it copies.
type named struct {
	name string
	job
}

// Loader brings the facts up to date.
type Loader struct {
	replica *db.Replica
	store   *db.Analytics
	jobs    []named
}

// NewLoader returns a loader from the replica to the store. It takes no other
// database, so that it cannot be a load on the primary, or write to it.
func NewLoader(replica *db.Replica, store *db.Analytics) *Loader {
	return &Loader{replica: replica, store: store, jobs: []named{
		{"interviews", interviewFacts(interviews.Changes())},
	}}
}

// Loaded is what was copied of one kind of facts.
type Loaded struct {
	Facts string // "interviews"
	etl.Report
}

// Load copies what has changed since the last run, one kind of facts after the other.
// It may be interrupted and run again at any time. Where one kind fails, the others
// are still copied; the error has all failures.
func (l *Loader) Load(ctx context.Context) ([]Loaded, error) {
	var all []Loaded
	var failures []error
	for _, j := range l.jobs {
		report, err := j.Run(ctx, l.replica, l.store)
		if err != nil {
			failures = append(failures, fmt.Errorf("facts of %s: %w", j.name, err))
		}
		all = append(all, Loaded{j.name, report})
	}
	return all, errors.Join(failures...)
}

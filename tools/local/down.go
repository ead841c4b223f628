package local

import (
	"context"
	"errors"
	"os"

	"github.com/seastack/seastack/tools/postgres"
	"github.com/seastack/seastack/tools/progress"
)

// Stopped is the result of Down, and the JSON of `seastack down`.
type Stopped struct {
	Stopped []string `json:"stopped"` // names of the processes that ran
	Purged  bool     `json:"purged"`
	// Lost are what the purge removed: addresses of resources that held data or
	// an address, and the database.
	Lost []string `json:"lost"`
}

// Down stops the local cloud, its functions and PostgreSQL. Their data stays
// for the next Up; purge removes it, with the Terraform state of the
// environment.
func (e *Environment) Down(ctx context.Context, r *progress.Reporter, purge bool) (Stopped, error) {
	unlock, err := e.Lock(ctx, r)
	if err != nil {
		return Stopped{}, err
	}
	defer unlock()
	s := Stopped{Purged: purge, Lost: []string{}}
	if s.Stopped, err = e.stop(ctx); err != nil || !purge {
		return s, err
	}
	s.Lost = append(s.Lost, e.loss()...)
	return s, e.purge(ctx)
}

// stop stops the processes that run and returns their names. A process that
// does not end does not keep the other one running.
func (e *Environment) stop(ctx context.Context) (stopped []string, err error) {
	stopped = []string{}
	ran, cloudErr := e.cloud.Stop(ctx)
	if ran && cloudErr == nil {
		stopped = append(stopped, "local cloud")
	}
	ran, dbErr := postgres.Stop(ctx, e.postgresOptions().Dir)
	if ran && dbErr == nil {
		stopped = append(stopped, "postgres")
	}
	return stopped, errors.Join(cloudErr, dbErr)
}

// purge removes the data.
func (e *Environment) purge(ctx context.Context) error {
	if err := postgres.Remove(ctx, e.postgresOptions().Dir); err != nil {
		return err
	}
	return os.RemoveAll(e.project.Local())
}

// loss returns what a purge removes: what holds data or an address in the local
// cloud, and the database.
func (e *Environment) loss() []string {
	all := Held(e.project)
	if _, err := os.Stat(e.postgresOptions().Dir); err == nil {
		all = append(all, "the rows of the private PostgreSQL")
	}
	return all
}

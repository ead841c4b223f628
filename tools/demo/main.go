// Command demo fills the environment local of the reference monorepo with a month of
// plausible data: candidates, roles, applications, and interviews of the last four
// weeks and the next one. The same day gets the same data, so that it may be run
// again.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/local"
	"github.com/seastack/seastack/tools/project"
)

// limit bounds the whole run.
const limit = 5 * time.Minute

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	counts, err := run(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(counts)
}

func run(ctx context.Context) (Counts, error) {
	url, err := databaseURL(ctx)
	if err != nil {
		return Counts{}, err
	}
	primary, err := db.NewPrimary(url)
	if err != nil {
		return Counts{}, err
	}
	defer primary.Close()
	replica, err := db.NewReplica(url)
	if err != nil {
		return Counts{}, err
	}
	defer replica.Close()
	return New(primary, replica).Fill(ctx, time.Now())
}

// databaseURL returns the URL of the environment local's database.
func databaseURL(ctx context.Context) (string, error) {
	p, err := project.Find(".")
	if err != nil {
		return "", err
	}
	e, err := local.Open(p)
	if err != nil {
		return "", err
	}
	s, err := e.Status(ctx)
	if err == nil && s.Database == "" {
		err = diag.Diagnostic{Code: diag.NotUp, Message: "the environment local is not up", Next: "run: make up"}
	}
	return s.Database, err
}

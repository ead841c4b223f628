package main

import (
	"context"
	"encoding/json"
	"os"
	"os/signal"
	"time"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/tools/dev"
	"github.com/seastack/seastack/tools/local"
	"github.com/seastack/seastack/tools/progress"
)

func (a *app) devCommand() *cobra.Command {
	var options local.UpOptions
	cmd := &cobra.Command{
		Use:   "dev",
		Short: "Bring the monolith up, and keep it as the sources are",
		Long: `dev does what up does, and then watches the module. Code that is saved is compiled
for the functions that it reaches and put into the local cloud at once. A change of
annotations, seastack.hcl, Terraform, migrations or go.mod is applied as up applies it.
What does not compile is reported, and what was there before goes on serving. Data and
state stay.

When nothing has been saved for some seconds, Terraform's state is brought in line, so
that a plan has no changes. An interrupt does that, too, and stops the processes that
dev has started; a second one leaves Terraform's state to the next up.

With --json every step is a JSON object on a line of its own.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.dev(cmd.Context(), options)
		},
	}
	a.addAllowDestroy(cmd, &options.AllowDestroy)
	return cmd
}

func (a *app) dev(ctx context.Context, options local.UpOptions) error {
	p, err := a.project()
	if err != nil {
		return err
	}
	r := a.progress()
	defer r.Stop()
	return dev.Run(ctx, p.Root, r, dev.Options{Up: options, Tell: a.tellStep(r)}, secondInterrupt(ctx))
}

// tellStep returns what tells of a step of dev.
func (a *app) tellStep(r *progress.Reporter) func(dev.Event) {
	if a.json {
		return func(e dev.Event) { _ = json.NewEncoder(a.stdout).Encode(e) } // who does not listen any more misses nothing
	}
	return func(e dev.Event) { r.Note("%s %s", time.Now().Format("15:04:05"), a.typed(e.String())) }
}

// together is within what time two interrupts are one: go tool passes on a terminal's,
// which comes twice that way.
const together = time.Second

// secondInterrupt returns a channel that is closed when a signal comes some time after
// the one that has ended ctx.
func secondInterrupt(ctx context.Context) <-chan struct{} {
	second := make(chan struct{})
	go func() {
		<-ctx.Done()
		time.Sleep(together)
		more := make(chan os.Signal, 1)
		signal.Notify(more, signals()...)
		<-more
		close(second)
	}()
	return second
}

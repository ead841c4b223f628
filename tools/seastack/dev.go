package main

import (
	"context"
	"encoding/json"
	"os"
	"os/signal"
	"time"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/tools/debug"
	"github.com/seastack/seastack/tools/dev"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

func (a *app) devCommand() *cobra.Command {
	var options dev.Options
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

With --debug one function runs under delve (github.com/go-delve/delve), which is a tool
of your go.mod or in PATH, and has neither a timeout nor a freeze; all others go on. dev
writes configurations by which VS Code and GoLand attach, where you have none.

With --json every step is a JSON object on a line of its own.`,
		Example: `  seastack dev
  seastack dev --debug web/interviews-create`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.dev(cmd.Context(), options)
		},
	}
	a.addAllowDestroy(cmd, &options.Up.AllowDestroy)
	cmd.Flags().StringVar(&options.Debug, "debug", "", "run the function STACK/FUNCTION under delve")
	cmd.Flags().IntVar(&options.DebugPort, "debug-port", debug.DefaultPort, "port of this machine that delve listens on")
	_ = cmd.RegisterFlagCompletionFunc("debug", a.completeFunctions) // fails only for a flag that is not there
	return cmd
}

func (a *app) dev(ctx context.Context, options dev.Options) error {
	p, err := a.project()
	if err != nil {
		return err
	}
	r := a.progress()
	defer r.Stop()
	if options.Debug != "" {
		if err := a.prepareDebug(ctx, r, p, options); err != nil {
			return err
		}
	}
	options.Tell = a.tellStep(r)
	return dev.Run(ctx, p.Root, r, options, secondInterrupt(ctx))
}

// prepareDebug checks the function that is to run under delve, and writes what editors
// attach with. A file of the user is left alone, and what it lacks is shown.
func (a *app) prepareDebug(ctx context.Context, r *progress.Reporter, p project.Project, o dev.Options) error {
	m, _, err := pipeline.Model(ctx, p)
	if err != nil {
		return err
	}
	if _, err := functionNamed(m, o.Debug); err != nil {
		return err
	}
	if err := debug.CheckPort(o.DebugPort); err != nil {
		return err
	}
	for _, l := range debug.Launches(o.DebugPort) {
		written, err := l.Write(p.Root)
		if err != nil {
			return err
		}
		if !written {
			r.Note("%s is yours and stays as it is; to attach with %s, it needs:\n%s", l.File, l.Editor, l.Snippet())
		}
	}
	return nil
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

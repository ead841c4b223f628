package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
	runner "github.com/seastack/seastack/tools/run" // this package has a run
)

// runFlags are the flags of run.
type runFlags struct {
	env, event, databaseURL, yes string
	port                         int
	consume, readWrite           bool
}

func (a *app) runCommand() *cobra.Command {
	var flags runFlags
	cmd := &cobra.Command{
		Use:   "run STACK/FUNCTION|STACK",
		Short: "Run functions on this machine, on an environment's dependencies",
		Long: `run compiles functions and runs them here, with the configuration of the deployed
ones: their queues, buckets, secrets and database are the environment's. They have the
rights of their own roles, which you must be allowed to assume (the block developers in
seastack.hcl), and never yours. The database is the one in its secret, through the
environment's tunnel where seastack.hcl has one, or that of --database-url.

The routes of the functions are served on a URL of this machine. With --event one
function is invoked, and run ends; seastack invoke --here invokes one while run runs.
With --consume the functions get the messages of their queues: each message that a
function takes here is lost to the environment's own.

An environment that is protected in seastack.hcl wants its name, and its database takes
no writes without --read-write. An interrupt stops all that run has started. With
--json every step is a JSON object on a line of its own.`,
		Example: `  seastack run web --env staging
  seastack run web/interviews-create --env staging --port 8080
  seastack run web/interviews-get --env staging --event event.json
  seastack run processing --env staging --consume
  seastack run web --env production --yes production`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("run takes one function or stack", "name it as in: seastack run web/interviews-create --env staging")
			}
			return nil
		},
		RunE:              func(cmd *cobra.Command, args []string) error { return a.run(cmd.Context(), args[0], flags) },
		ValidArgsFunction: a.completeStacksAndFunctions,
	}
	cmd.Flags().StringVar(&flags.env, "env", "", "environment, as in seastack.hcl; not local")
	cmd.Flags().IntVar(&flags.port, "port", 0, "port of this machine for the routes; 0 is a free one")
	cmd.Flags().StringVar(&flags.event, "event", "", "file with an event's JSON, or - for standard input: invoke the function, and end")
	cmd.Flags().BoolVar(&flags.consume, "consume", false, "take messages from the functions' queues, which the environment's own functions then do not get")
	cmd.Flags().StringVar(&flags.databaseURL, "database-url", "", "database in place of the one in the environment's secret")
	cmd.Flags().BoolVar(&flags.readWrite, "read-write", false, "let functions write to the database of a protected environment")
	cmd.Flags().StringVar(&flags.yes, "yes", "", "name of the protected environment, where nobody can type it")
	cmd.MarkFlagsMutuallyExclusive("event", "consume")
	return cmd
}

func (a *app) run(ctx context.Context, name string, flags runFlags) error {
	o := runner.Options{Port: flags.port, Consume: flags.consume, DatabaseURL: flags.databaseURL}
	var err error
	if o.Project, o.Environment, err = a.runEnvironment(flags.env); err != nil {
		return err
	}
	if flags.event != "" {
		if !strings.Contains(name, "/") {
			return usage("an event is for one function, and "+name+" is a stack", "name it as STACK/FUNCTION")
		}
		if o.Event, err = a.eventFile(flags.event); err != nil {
			return err
		}
	}
	o.Report = a.progress()
	defer o.Report.Stop()
	generated, err := pipeline.GenerateWithProgress(ctx, o.Report, o.Project, false)
	if err != nil {
		return err
	}
	o.Model = generated.Model
	if o.Functions, err = named(o.Model, name); err != nil {
		return err
	}
	o.ReadOnly = o.Environment.Protected && !flags.readWrite
	if err := a.confirm(o, flags); err != nil {
		return err
	}
	if o.Config, err = awsConfigOf(ctx, o.Project, o.Environment); err != nil {
		return err
	}
	o.Tell = a.tellRun(o.Report, o.Event != nil)
	out, err := runner.Run(ctx, o)
	if err != nil || out == nil {
		return err
	}
	o.Report.Stop()
	return a.printHandled(o.Model, o.Environment, name, out)
}

// printHandled prints what came of an event.
func (a *app) printHandled(m model.Model, env config.Environment, name string, out *awslambda.InvokeOutput) error {
	f, err := functionNamed(m, name)
	if err != nil {
		return err
	}
	i := newInvocation(nameOnAWS(m, env, name), out)
	i.read(f.Trigger.Kind)
	return a.printInvocation(i)
}

// runEnvironment returns the environment that functions are to run on.
func (a *app) runEnvironment(name string) (p project.Project, env config.Environment, err error) {
	p, env, err = a.environment(cmp.Or(name, config.Local))
	switch {
	case err != nil:
	case name == "":
		err = usage("run needs an environment", "name it with --env, as in seastack.hcl")
	case env.IsLocal():
		err = usage("the functions of local run in the local cloud", "use seastack dev, or name another environment")
	}
	return p, env, err
}

// named returns the functions of a stack, or the one function.
func named(m model.Model, name string) (ids []string, err error) {
	if strings.Contains(name, "/") {
		_, err := functionNamed(m, name)
		return []string{name}, err
	}
	stacks, err := pipeline.SelectStacks(m, []string{name})
	if err != nil {
		return nil, err
	}
	for _, f := range stacks[0].Functions {
		ids = append(ids, name+"/"+f.Name)
	}
	return ids, nil
}

// confirm wants the name of a protected environment, and tells what runs on it.
func (a *app) confirm(o runner.Options, flags runFlags) error {
	env := o.Environment
	if !env.Protected {
		return nil
	}
	access := "its database takes no writes from here"
	if !o.ReadOnly {
		access = "THE FUNCTIONS WRITE TO ITS DATABASE"
	}
	frame := strings.Repeat("=", 72)
	fmt.Fprintf(a.stderr, "%s\n  %s is PROTECTED (account %s): %s\n%s\n", frame, env.Name, env.Account, access, frame)
	answer := flags.yes
	if answer == "" && flags.event != "-" {
		fmt.Fprint(a.stderr, "Type the environment's name to go on: ")
		line, _ := bufio.NewReader(a.stdin).ReadString('\n')
		answer = strings.TrimSpace(line)
	}
	if answer == env.Name {
		return nil
	}
	return diag.Diagnostic{Code: diag.NotConfirmed, Message: env.Name + " is protected, and nothing has run",
		Next: "type its name, or give --yes " + env.Name + " where nobody can"}
}

// tellRun returns what tells of a step of run. Where an invocation is to be printed,
// its log is a part of that.
func (a *app) tellRun(r *progress.Reporter, once bool) func(runner.Event) {
	return func(e runner.Event) {
		switch {
		case once && e.Event == runner.Logged:
		case a.json && !once:
			_ = json.NewEncoder(a.stdout).Encode(e) // who does not listen any more misses nothing
		default:
			r.Note("%s", a.typed(e.String()))
		}
	}
}

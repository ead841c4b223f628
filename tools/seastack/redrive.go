package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/progress"
)

func (a *app) redriveCommand() *cobra.Command {
	var env string
	cmd := &cobra.Command{
		Use:   "redrive [QUEUE|STACK/FUNCTION]",
		Short: "Handle the dead letters of a queue or a function again",
		Long: `redrive moves the messages in a queue's dead-letter queue back into the queue, where
they are handled again, and waits until SQS has moved them. For a function it starts
the function with the request of each dead letter, and deletes the letter. Without an
argument it lists how many dead letters there are of each queue and function, and moves
none; the exit code is 1 when there are any.`,
		Example: "  seastack redrive\n  seastack redrive transcripts --env production\n  seastack redrive reporting/reports-refresh",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("redrive takes one queue or function", "name it as in: seastack redrive transcripts")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.redrive(cmd.Context(), args, env) },
		ValidArgsFunction: func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			return withDeadLetters(a.modelToComplete(cmd.Context())), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().StringVar(&env, "env", config.Local, "environment, as in seastack.hcl")
	return cmd
}

// deadLetters are those of a queue or a function in the JSON of `redrive`.
type deadLetters struct {
	Queue    string `json:"queue,omitempty"`
	Function string `json:"function,omitempty"` // STACK/FUNCTION
	Waiting  int    `json:"waiting"`            // dead letters, before anything was moved
	Moved    int64  `json:"moved"`              // back into the queue, or started again
}

func queueNames(m model.Model) (all []string) {
	for _, q := range m.Queues {
		all = append(all, q.Name)
	}
	return all
}

// withDeadLetters returns the queues, and the functions that keep dead letters.
func withDeadLetters(m model.Model) []string {
	return append(queueNames(m), functionsWithDeadLetters(m)...)
}

func (a *app) redrive(ctx context.Context, args []string, envName string) error {
	p, env, err := a.environment(envName)
	if err != nil {
		return err
	}
	m, _, err := pipeline.Model(ctx, p)
	if err != nil {
		return err
	}
	wanted := withDeadLetters(m)
	if len(args) == 1 && !slices.Contains(wanted, args[0]) {
		return unknownDeadLetters(m, args[0], wanted)
	}
	cfg, err := awsConfigOf(ctx, p, env)
	if err != nil {
		return err
	}
	if len(args) == 1 {
		wanted = args
	}
	r := a.progress()
	defer r.Stop()
	all := []deadLetters{}
	for _, name := range wanted {
		one := newRedriving(m, env, cfg, name)
		found, err := one.count(ctx)
		if err == nil && len(args) == 1 && found.Waiting > 0 {
			found.Moved, err = one.again(ctx, r)
		}
		if err != nil {
			return redriveFailed(found, env.Name, err)
		}
		all = append(all, found)
	}
	r.Stop()
	return a.printRedriven(all, len(args) == 1)
}

// unknownDeadLetters is the error for a name of which there are no dead letters.
func unknownDeadLetters(m model.Model, name string, known []string) error {
	what := "there is no queue " + name
	if slices.Contains(functionNames(m), name) {
		what = "the function " + name + " keeps no dead letters"
	} else if strings.Contains(name, "/") {
		what = "there is no function " + name
	}
	return usage(what, "name one of: "+strings.Join(known, ", "))
}

// redriving is the work on the dead letters of one queue or function.
type redriving struct {
	client    *sqs.Client
	functions *lambda.Client
	of        string // the queue, or STACK/FUNCTION
	target    string // the name on AWS of the function; "" for a queue
	name      string // that of the dead-letter queue on AWS
	url, arn  string // of the dead-letter queue
}

// newRedriving returns the work on the dead letters of a queue or a function, which
// the model has.
func newRedriving(m model.Model, env config.Environment, cfg aws.Config, of string) *redriving {
	d := &redriving{client: sqs.NewFromConfig(cfg), functions: lambda.NewFromConfig(cfg), of: of}
	if _, function, ok := strings.Cut(of, "/"); ok {
		d.target, d.name = nameOnAWS(m, env, of), names.DeadLetters(function)
	} else {
		q := m.Queues[slices.IndexFunc(m.Queues, func(q model.Queue) bool { return q.Name == of })]
		d.name = names.Queue(q, names.DeadLetters(of))
	}
	d.name = names.Shared(m.Project, env.Name, d.name)
	return d
}

// again moves the dead letters back into the queue, or starts the function with
// them, and returns how many it were.
func (d *redriving) again(ctx context.Context, r *progress.Reporter) (int64, error) {
	if d.target != "" {
		return d.restart(ctx, r)
	}
	return d.move(ctx, r)
}

// count returns how many dead letters there are.
func (d *redriving) count(ctx context.Context) (found deadLetters, err error) {
	if d.target != "" {
		found.Function = d.of
	} else {
		found.Queue = d.of
	}
	url, err := d.client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &d.name})
	if err != nil {
		return found, err
	}
	d.url = aws.ToString(url.QueueUrl)
	out, err := d.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: url.QueueUrl, AttributeNames: []types.QueueAttributeName{
		types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameQueueArn}})
	if err != nil {
		return found, err
	}
	d.arn = out.Attributes[string(types.QueueAttributeNameQueueArn)]
	found.Waiting, err = strconv.Atoi(out.Attributes[string(types.QueueAttributeNameApproximateNumberOfMessages)])
	return found, err
}

// redriveLimit bounds how long a move is waited for; SQS goes on with it.
const redriveLimit = 15 * time.Minute

// move moves the dead letters to where they came from, and returns how many it were.
func (d *redriving) move(ctx context.Context, r *progress.Reporter) (moved int64, err error) {
	task := r.Start("redrive " + d.of)
	defer func() { task.Close(err, "%d messages", moved) }()
	if _, err = d.client.StartMessageMoveTask(ctx, &sqs.StartMessageMoveTaskInput{SourceArn: &d.arn}); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, redriveLimit)
	defer cancel()
	for {
		out, err := d.client.ListMessageMoveTasks(ctx, &sqs.ListMessageMoveTasksInput{SourceArn: &d.arn, MaxResults: aws.Int32(1)})
		if err != nil {
			return moved, err
		}
		if len(out.Results) == 0 {
			return moved, errors.New("SQS knows of no move")
		}
		last := out.Results[0]
		moved = last.ApproximateNumberOfMessagesMoved
		switch aws.ToString(last.Status) {
		case "COMPLETED":
			return moved, nil
		case "FAILED", "CANCELLED":
			return moved, errors.New("SQS has stopped the move: " + aws.ToString(last.FailureReason))
		}
		task.Update("%d messages", moved)
		select {
		case <-ctx.Done():
			return moved, ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func redriveFailed(of deadLetters, env string, err error) error {
	name := cmp.Or(of.Queue, of.Function)
	var none *types.QueueDoesNotExist
	if errors.As(err, &none) {
		what := map[bool]string{true: "the queue ", false: "the dead-letter queue of "}[of.Function == ""] + name
		return diag.Diagnostic{Code: diag.NoDeadLetters, Message: what + " is not deployed to " + env, Next: "deploy it first, for local with: seastack up"}
	}
	return diag.Diagnostic{Code: diag.NoDeadLetters, Message: "the dead letters of " + name + " in " + env + " cannot be moved: " + err.Error(),
		Next: "run it again: what is moved is moved; see to credentials that may use the queue, and the function"}
}

func (a *app) printRedriven(all []deadLetters, moved bool) error {
	if a.json {
		ofQueue := func(d deadLetters) bool { return d.Function == "" }
		ofFunction := func(d deadLetters) bool { return d.Function != "" }
		queues, functions := slices.DeleteFunc(slices.Clone(all), ofFunction), slices.DeleteFunc(slices.Clone(all), ofQueue)
		if err := a.printJSON(map[string]any{"queues": queues, "functions": functions}); err != nil {
			return err
		}
	} else {
		w := tabwriter.NewWriter(a.stdout, 0, 0, 3, ' ', 0)
		fmt.Fprintln(w, "QUEUE OR FUNCTION\tDEAD LETTERS\tMOVED")
		for _, d := range all {
			fmt.Fprintf(w, "%s\t%d\t%d\n", cmp.Or(d.Queue, d.Function), d.Waiting, d.Moved)
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	if !moved && slices.ContainsFunc(all, func(d deadLetters) bool { return d.Waiting > 0 }) {
		return errFindings
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/pipeline"
)

func (a *app) publishCommand() *cobra.Command {
	var env, body string
	cmd := &cobra.Command{
		Use:   "publish EVENT",
		Short: "Publish an event, as a function would",
		Long: `publish puts an event on an environment's bus. Each handler that subscribes to it and
whose filter it matches gets it. The detail is JSON, as the event's type has it.`,
		Example: `  seastack publish interview.completed --body '{"interviewer": "grace"}'
  seastack publish interview.completed --body @detail.json --env staging`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("publish takes one event", "name it as in: seastack publish interview.completed")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.publish(cmd.Context(), args[0], env, body) },
		ValidArgsFunction: func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			return eventNames(a.modelToComplete(cmd.Context())), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().StringVar(&env, "env", config.Local, "environment, as in seastack.hcl")
	cmd.Flags().StringVarP(&body, "body", "d", "{}", "the event's detail: JSON, @FILE, or @- for standard input")
	return cmd
}

func eventNames(m model.Model) (all []string) {
	for _, e := range m.Events {
		all = append(all, e.Name)
	}
	return all
}

// published is the JSON of `publish`.
type published struct {
	Event string `json:"event"`
	ID    string `json:"id"` // that EventBridge has given it
	Bus   string `json:"bus"`
}

func (a *app) publish(ctx context.Context, name, envName, body string) error {
	p, env, err := a.environment(envName)
	if err != nil {
		return err
	}
	detail, err := a.body(body)
	if err != nil {
		return err
	}
	if v := jsontext.Value(detail); !v.IsValid() || v.Kind() != '{' {
		return usage("the event's detail is no JSON object", `write one as in: --body '{"interviewer": "grace"}'`)
	}
	m, _, err := pipeline.Model(ctx, p)
	if err != nil {
		return err
	}
	if wanted := eventNames(m); !slices.Contains(wanted, name) {
		return usage("there is no event "+name, "name one of: "+strings.Join(wanted, ", "))
	}
	cfg, err := awsConfigOf(ctx, p, env)
	if err != nil {
		return err
	}
	done := published{Event: name, Bus: names.Shared(m.Project, env.Name)}
	if done.ID, err = put(ctx, eventbridge.NewFromConfig(cfg), done.Bus, m.Project, name, detail); err != nil {
		return publishFailed(name, env.Name, err)
	}
	if a.json {
		return a.printJSON(done)
	}
	_, err = fmt.Fprintf(a.stdout, "published %s on %s: %s\n", name, done.Bus, done.ID)
	return err
}

// put puts one event on a bus, and returns its ID. EventBridge takes an event for
// a bus that does not exist, and drops it; so the bus is looked for first.
func put(ctx context.Context, client *eventbridge.Client, bus, source, name string, detail []byte) (id string, err error) {
	if _, err := client.DescribeEventBus(ctx, &eventbridge.DescribeEventBusInput{Name: &bus}); err != nil {
		return "", err
	}
	out, err := client.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
		EventBusName: &bus, Source: &source, DetailType: &name, Detail: aws.String(string(detail)),
	}}})
	if err != nil {
		return "", err
	}
	if len(out.Entries) != 1 || out.FailedEntryCount > 0 {
		return "", fmt.Errorf("EventBridge has refused it: %+v", out.Entries)
	}
	return aws.ToString(out.Entries[0].EventId), nil
}

func publishFailed(name, env string, err error) error {
	var none *types.ResourceNotFoundException
	if errors.As(err, &none) {
		return diag.Diagnostic{Code: diag.NotPublished, Message: "the bus of " + env + " is not deployed", Next: "deploy it first, for local with: seastack up"}
	}
	return diag.Diagnostic{Code: diag.NotPublished, Message: "the event " + name + " was not published in " + env + ": " + err.Error(),
		Next: "see to credentials that may put events on the bus, and run it again"}
}

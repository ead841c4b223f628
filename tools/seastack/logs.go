package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/logs"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/trace"
)

type logsFlags struct {
	env, filter    string
	request, trace string
	since          time.Duration
	follow         bool
}

func (a *app) logsCommand() *cobra.Command {
	var flags logsFlags
	cmd := &cobra.Command{
		Use:   "logs [STACK | STACK/FUNCTION]...",
		Short: "Print what functions have logged",
		Long: `logs prints the log lines of the functions that are named, of all functions of a
stack, or of the whole monolith, in the order of their times. With --follow it
goes on until it is interrupted; with --json, too, it then prints one JSON object
a line.

With --request it prints the lines of one invocation, and with --trace those of all
functions that a traced request has reached.`,
		Example: `  seastack logs web
  seastack logs web/interviews-create --since 1h --filter ERROR
  seastack logs --trace 4bf92f3577b34da6a3ce929d0e0e4736
  seastack logs --follow`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.logs(cmd.Context(), args, flags)
		},
		ValidArgsFunction: a.completeStacksAndFunctions,
	}
	cmd.Flags().StringVar(&flags.env, "env", config.Local, "environment, as in seastack.hcl")
	cmd.Flags().StringVar(&flags.filter, "filter", "", "print only what matches this pattern of CloudWatch Logs")
	cmd.Flags().StringVar(&flags.request, "request", "", "print only the lines of the request with this `ID` of Lambda's")
	cmd.Flags().StringVar(&flags.trace, "trace", "", "print only the lines of the trace with this `ID`")
	cmd.Flags().DurationVar(&flags.since, "since", 10*time.Minute, "how far to look back")
	cmd.Flags().BoolVarP(&flags.follow, "follow", "f", false, "go on with what is logged from now on")
	return cmd
}

func (a *app) logs(ctx context.Context, wanted []string, flags logsFlags) error {
	if flags.since <= 0 {
		return usage(fmt.Sprintf("--since %s is not a time to look back", flags.since), "write it as 30s, 10m or 24h")
	}
	pattern, err := flags.pattern()
	if err != nil {
		return err
	}
	p, err := a.project()
	if err != nil {
		return err
	}
	env, err := p.Config.Environment(flags.env)
	if err != nil {
		return err
	}
	m, _, err := pipeline.Model(ctx, p)
	if err != nil {
		return err
	}
	groups, err := logGroups(m, env, wanted)
	if err != nil {
		return err
	}
	cfg, err := awsConfigOf(ctx, p, env)
	if err != nil {
		return err
	}
	client := cloudwatchlogs.NewFromConfig(cfg)
	o := logs.Options{Groups: groups, Since: time.Now().Add(-flags.since), Filter: pattern}
	if flags.follow {
		return logs.Follow(ctx, client, o, a.printFollowed)
	}
	events, err := logs.Read(ctx, client, o)
	if err != nil {
		return err
	}
	return a.printLogs(events)
}

// pattern returns the pattern of CloudWatch Logs for what the flags ask for.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
func (f logsFlags) pattern() (string, error) {
	if f.request == "" && f.trace == "" {
		return f.filter, nil
	}
	if strings.HasPrefix(strings.TrimSpace(f.filter), "{") {
		return "", usage("--filter with a pattern of JSON does not go together with --request and --trace",
			"give words in --filter, or say in the pattern: $.requestId or $.trace_id")
	}
	var terms []string
	if f.request != "" {
		if uuid.Validate(f.request) != nil {
			return "", usage(fmt.Sprintf("--request %q is not the ID of a request", f.request),
				"take it from a line of the log: requestId")
		}
		terms = append(terms, strconv.Quote(f.request))
	}
	if f.trace != "" {
		id, ok := trace.ParseID(f.trace)
		if !ok {
			return "", notTraceID("--trace", f.trace)
		}
		terms = append(terms, strconv.Quote(id))
	}
	return strings.TrimSpace(strings.Join(terms, " ") + " " + f.filter), nil
}

// logGroups returns the log groups of the functions that are wanted, or of all.
func logGroups(m model.Model, env config.Environment, wanted []string) (map[string]string, error) {
	functions, err := selectFunctions(m, wanted)
	groups := map[string]string{}
	for _, name := range functions {
		groups[name] = names.LogGroup(nameOnAWS(m, env, name))
	}
	return groups, err
}

// selectFunctions returns the functions that are wanted, as STACK or STACK/FUNCTION; all
// where nothing is.
func selectFunctions(m model.Model, wanted []string) (functions []string, err error) {
	known := map[string]bool{}
	for _, name := range functionNames(m) {
		stack, _, _ := strings.Cut(name, "/")
		known[name], known[stack] = true, true
		if len(wanted) == 0 || slices.Contains(wanted, name) || slices.Contains(wanted, stack) {
			functions = append(functions, name)
		}
	}
	for _, w := range wanted {
		if known[w] {
			continue
		}
		if strings.Contains(w, "/") {
			_, err := functionNamed(m, w)
			return nil, err
		}
		return nil, pipeline.UnknownStack(w, pipeline.StackNames(m))
	}
	return functions, nil
}

func (a *app) printLogs(events []logs.Event) error {
	if a.json {
		if events == nil {
			events = []logs.Event{}
		}
		return a.printJSON(map[string]any{"events": events})
	}
	for _, e := range events {
		a.printEvent(e)
	}
	return nil
}

// printFollowed prints one event; as JSON on a line of its own.
func (a *app) printFollowed(e logs.Event) error {
	if a.json {
		return json.NewEncoder(a.stdout).Encode(e)
	}
	a.printEvent(e)
	return nil
}

func (a *app) printEvent(e logs.Event) {
	fmt.Fprintf(a.stdout, "%s %s %s\n", e.Time.Local().Format("15:04:05.000"), e.Function, e.Message)
}

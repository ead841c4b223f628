package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/local"
	"github.com/seastack/seastack/tools/localcloud/traces"
	"github.com/seastack/seastack/tools/trace"
)

// traceFlags are the flags of `trace`.
type traceFlags struct {
	slow, errors bool
	function     string
	since        time.Duration
	limit        int
}

func (a *app) traceCommand() *cobra.Command {
	var flags traceFlags
	cmd := &cobra.Command{
		Use:   "trace [ID]",
		Short: "Show where the time of a request went, across functions",
		Long: `trace shows a trace of the environment local: all that a request has led to, from its
route through queues and events to the last row, and where the time went: in the
functions' own code, in SQL, in calls, in queues, in cold starts. Without an ID it lists
the newest traces. An ID is in the logs as trace_id; X-Ray's form is understood, too.

What an environment of AWS exports is shown by the backend that its seastack.hcl names.`,
		Example: `  seastack trace
  seastack trace --slow --function web
  seastack trace --errors --since 10m
  seastack trace 4bf92f3577b34da6a3ce929d0e0e4736`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(fmt.Sprintf("trace takes one ID, and was given %d", len(args)), "see seastack trace --help")
			}
			return a.trace(cmd.Context(), strings.Join(args, ""), flags)
		},
		ValidArgsFunction: a.completeTraces,
	}
	cmd.Flags().BoolVar(&flags.slow, "slow", false, "list those first that took longest")
	cmd.Flags().BoolVar(&flags.errors, "errors", false, "list only those in which something failed")
	cmd.Flags().StringVar(&flags.function, "function", "", "list only those that reached this `STACK/FUNCTION`, or this stack")
	cmd.Flags().DurationVar(&flags.since, "since", time.Hour, "how far to look back")
	cmd.Flags().IntVar(&flags.limit, "limit", 20, "list so many at most")
	return cmd
}

func (a *app) trace(ctx context.Context, id string, flags traceFlags) error {
	if flags.since <= 0 || flags.limit <= 0 {
		return usage("--since and --limit are above zero", "write them as in: --since 10m --limit 50")
	}
	client, err := a.traceClient()
	if err != nil {
		return err
	}
	if id == "" {
		return a.listTraces(ctx, client, flags)
	}
	parsed, ok := trace.ParseID(id)
	if !ok {
		return notTraceID("", id)
	}
	report, found, err := client.Read(ctx, parsed)
	switch {
	case err != nil:
		return noTraces(client, err)
	case !found:
		return diag.Diagnostic{Code: diag.NoTrace, Message: "the local cloud has no trace " + parsed,
			Next: "list what it has with: seastack trace"}
	case a.json:
		return a.printJSON(report)
	}
	printTrace(a.stdout, report)
	return nil
}

// traceClient returns a client of this checkout's local cloud, which must be up.
func (a *app) traceClient() (trace.Client, error) {
	p, _, err := a.environment(config.Local)
	if err != nil {
		return trace.Client{}, err
	}
	e, err := local.Open(p)
	if err != nil {
		return trace.Client{}, err
	}
	return trace.Client{Endpoint: e.Endpoint()}, e.RequireUp()
}

func noTraces(client trace.Client, err error) error {
	return diag.Diagnostic{Code: diag.NoTrace, Message: "no traces can be read at " + client.Endpoint + ": " + err.Error(),
		Next: "run: seastack up; with AWS_ENDPOINT_URL set, traces are where that AWS has them"}
}

// notTraceID is the usage error of what is no ID of a trace.
func notTraceID(flag, text string) error {
	return usage(strings.TrimSpace(fmt.Sprintf("%s %q is not the ID of a trace", flag, text)),
		"take its 32 hexadecimal digits from a line of the log (trace_id) or from: seastack trace")
}

func (a *app) listTraces(ctx context.Context, client trace.Client, flags traceFlags) error {
	filter := traces.Filter{
		Function: flags.function, Errors: flags.errors, Since: time.Now().Add(-flags.since), Limit: flags.limit,
	}
	list, err := client.List(ctx, filter, flags.slow)
	switch {
	case err != nil:
		return noTraces(client, err)
	case a.json:
		return a.printJSON(traces.Listing{Traces: append([]traces.Summary{}, list...)})
	case len(list) == 0:
		_, err := fmt.Fprintln(a.stdout, "no traces")
		return err
	}
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "TRACE\tSTARTED\tTOOK\tSPANS\tERRORS\tNAME\tFUNCTIONS")
	for _, s := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%s\t%s\n", s.ID, s.Start.Local().Format("15:04:05.000"), shortDuration(s.Duration),
			s.Spans, s.Errors, s.Name, strings.Join(s.Functions, " "))
	}
	return w.Flush()
}

// printTrace prints a trace as a waterfall, and where its time went.
func printTrace(out io.Writer, r trace.Report) {
	fmt.Fprintf(out, "%s %s\n%s, took %s, %d spans, %d errors\n\n", r.ID, r.Name,
		r.Start.Local().Format(time.DateTime), shortDuration(r.Duration), len(r.Rows), r.Errors)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	function := ""
	for _, row := range r.Rows {
		shown := row.Function
		if shown == function {
			shown = ""
		}
		function = row.Function
		fmt.Fprintf(w, "%s\t%s\t%s\t%s%s\t%s\n", shortDuration(row.Offset), shortDuration(row.Duration), bar(row, r.Duration),
			strings.Repeat("  ", row.Depth), label(row), shown)
	}
	_ = w.Flush() // to the standard output, as the lines above
	printShares(out, r.Functions)
	for _, id := range r.Linked {
		fmt.Fprintf(out, "\nA batch of messages goes on in: seastack trace %s\n", id)
	}
}

// bars is how many characters wide the time of a trace is shown.
const bars = 30

// bar returns the time of a span within that of its trace.
func bar(row trace.Row, whole time.Duration) string {
	at := func(d time.Duration) int { return min(int(d*bars/max(whole, 1)), bars-1) }
	from := max(at(row.Offset), 0)
	width := max(at(row.Offset+row.Duration)-from, 1)
	return "|" + strings.Repeat(" ", from) + strings.Repeat("=", width) + strings.Repeat(" ", bars-from-width) + "|"
}

// labelSize is how many characters of a statement or of an error are shown.
const labelSize = 80

// label names a span: a statement by its text.
func label(row trace.Row) string {
	text := row.Name
	for _, key := range []string{"db.query.text", "db.statement"} {
		if sql := row.Attributes[key]; sql != "" {
			text = shortened(sql)
			break
		}
	}
	if row.ColdStart {
		text += " (cold start)"
	}
	if row.Waiting >= time.Millisecond {
		text += " (waited " + shortDuration(row.Waiting) + ")"
	}
	if row.Error != "" {
		text += ": ERROR " + shortened(row.Error)
	}
	return text
}

// shortened returns a text on one line.
func shortened(text string) string {
	r := []rune(strings.Join(strings.Fields(text), " "))
	if len(r) > labelSize {
		return string(r[:labelSize-3]) + "..."
	}
	return string(r)
}

func printShares(out io.Writer, shares []trace.Share) {
	if len(shares) == 0 {
		return
	}
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "FUNCTION\tRUNS\tTOTAL\tOWN CODE\tSQL\tCALLS\tCOLD START\tWAITING")
	for _, f := range shares {
		fmt.Fprintf(w, "%s\t%d", f.Function, f.Runs)
		for _, d := range []time.Duration{f.Total, f.Own, f.SQL, f.Calls, f.Init, f.Waiting} {
			fmt.Fprintf(w, "\t%s", shortDuration(d))
		}
		fmt.Fprintln(w)
	}
	_ = w.Flush() // to the standard output, as the lines above
}

// shortDuration returns a duration in milliseconds or, from ten seconds on, seconds.
func shortDuration(d time.Duration) string {
	if d >= 10*time.Second {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return fmt.Sprintf("%.1fms", float64(d)/float64(time.Millisecond))
}

// completeTraces completes the IDs of the newest traces.
func (a *app) completeTraces(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	client, err := a.traceClient()
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	list, _ := client.List(cmd.Context(), traces.Filter{Limit: 20}, false) // without an answer there is nothing to complete
	var ids []string
	for _, s := range list {
		ids = append(ids, s.ID+"\t"+s.Name)
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

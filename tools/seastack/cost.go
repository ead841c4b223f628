package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/cost"
	"github.com/seastack/seastack/tools/pipeline"
)

type costFlags struct {
	env, prices string
	since       time.Duration
	requests    []int64
}

func (a *app) costCommand() *cobra.Command {
	var flags costFlags
	cmd := &cobra.Command{
		Use:   "cost",
		Short: "Show what functions and stacks cost in a month, as they were used",
		Long: `cost reads how often and for how long an environment's functions have run, from
CloudWatch and Lambda's reports, or from the local cloud, and shows what a month of
that costs: for each function and stack, idle, and with more requests. Prices are
AWS's list prices, a table with a date and its sources, without the free tier.

For each function it shows the cheapest memory at the measured durations: what was
used at most, and a quarter more. With less memory a function also has less of a
processor; the setting is cheaper as long as durations grow less than the factor
that is shown.`,
		Example: `  seastack cost
  seastack cost --env production --since 168h
  seastack cost --requests 1000000 --requests 50000000`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.cost(cmd.Context(), flags) },
	}
	cmd.Flags().StringVar(&flags.env, "env", config.Local, "environment, as in seastack.hcl")
	cmd.Flags().DurationVar(&flags.since, "since", 0, "how far to look back; default: 24h, and 1h for local, which keeps 3h")
	cmd.Flags().Int64SliceVar(&flags.requests, "requests", nil, "invocations in a month to show the cost at (repeatable)")
	cmd.Flags().StringVar(&flags.prices, "prices", "", "file with another table of prices")
	return cmd
}

// The windows of `cost`. The local cloud keeps metrics for three hours; CloudWatch has
// them by the hour for 455 days.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
const (
	costWindow, costWindowLocal       = 24 * time.Hour, time.Hour
	maxCostWindow, maxCostWindowLocal = 455 * 24 * time.Hour, 3 * time.Hour
)

// window returns how far to look back.
func (f costFlags) window() (time.Duration, error) {
	def, most := costWindow, maxCostWindow
	if f.env == config.Local {
		def, most = costWindowLocal, maxCostWindowLocal
	}
	since := cmp.Or(f.since, def)
	if since < time.Minute || since > most {
		return 0, usage(fmt.Sprintf("--since %s is not a time to look back in %s", f.since, f.env), fmt.Sprintf("write a time from 1m to %gh", most.Hours()))
	}
	return since, nil
}

func (f costFlags) check() error {
	for _, n := range f.requests {
		if n < 0 {
			return usage(fmt.Sprintf("--requests %d is less than none", n), "write how many invocations a month has, as in --requests 1000000")
		}
	}
	return nil
}

func (a *app) cost(ctx context.Context, flags costFlags) error {
	since, err := flags.window()
	if err != nil {
		return err
	}
	if err := flags.check(); err != nil {
		return err
	}
	prices, err := a.prices(flags.prices)
	if err != nil {
		return err
	}
	in, err := a.used(ctx, flags.env, since)
	if err != nil {
		return err
	}
	in.Requests = flags.requests
	report, err := cost.New(prices, in)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(report)
	}
	return a.printCost(report)
}

func (a *app) prices(file string) (cost.Prices, error) {
	if file == "" {
		return cost.ListPrices()
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return cost.Prices{}, usage("the table of prices cannot be read: "+err.Error(), "name a file of JSON")
	}
	return cost.ParsePrices(raw)
}

// used reads what the functions of an environment have used.
func (a *app) used(ctx context.Context, envName string, since time.Duration) (cost.Input, error) {
	p, env, err := a.environment(envName)
	if err != nil {
		return cost.Input{}, err
	}
	m, _, err := pipeline.Model(ctx, p)
	if err != nil {
		return cost.Input{}, err
	}
	cfg, err := awsConfigOf(ctx, p, env)
	if err != nil {
		return cost.Input{}, err
	}
	r := a.progress()
	defer r.Stop()
	task := r.Start("metrics")
	in, err := cost.Read(ctx, cfg, m, env, time.Now(), since)
	task.Close(err, "%d functions", len(in.Functions))
	if err == nil && len(in.Functions) == 0 {
		err = fmt.Errorf("no function is deployed")
	}
	if err != nil {
		return in, costFailed(env.Name, err)
	}
	return in, nil
}

func costFailed(env string, err error) error {
	return diag.Diagnostic{Code: diag.NoFigures, Message: "what the functions of " + env + " have used cannot be read: " + err.Error(),
		Next: "see that it is deployed, and to credentials that may read functions, metrics, alarms, logs and secrets"}
}

func (a *app) printCost(r cost.Report) error {
	w := tabwriter.NewWriter(a.stdout, 0, 0, 3, ' ', 0)
	printFunctionCosts(w, r.Functions)
	fmt.Fprintln(w, "\nSTACK\tINVOCATIONS A MONTH\tMONTH\tIDLE")
	for _, s := range r.Stacks {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", s.Stack, s.Invocations.Round(), s.USD, s.Idle)
	}
	for _, l := range r.Shared {
		fmt.Fprintf(w, "%s (shared)\t\t%s\t%s\n", l.Item, l.USD, l.USD)
	}
	fmt.Fprintf(w, "all\t\t%s\t%s\n", r.USD, r.Idle)
	fmt.Fprintln(w, "\nIDLE\tQUANTITY\tMONTH")
	fmt.Fprintf(w, "functions\t%d\t%s\n", len(r.Functions), cost.Money{})
	for _, l := range r.IdleLines() {
		fmt.Fprintf(w, "%s\t%s %s\t%s\n", l.Item, l.Quantity, l.Unit, l.USD)
	}
	fmt.Fprintln(w, "\nINVOCATIONS A MONTH\tMONTH")
	for _, g := range r.Growth {
		fmt.Fprintf(w, "%s\t%s\n", g.Invocations.Round(), g.USD)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	a.printCostNotes(r)
	return nil
}

func printFunctionCosts(w io.Writer, all []cost.Function) {
	fmt.Fprintln(w, "FUNCTION\tINVOCATIONS\tBILLED\tMEMORY\tUSED\tCHEAPEST\tSAVES\tMONTH\tIDLE")
	for _, f := range all {
		used, cheapest, saves := memoryColumns(f.Memory)
		billed := time.Duration(f.Measured.Billed * float64(time.Millisecond)).Round(time.Millisecond)
		fmt.Fprintf(w, "%s/%s\t%d\t%s\t%d MB\t%s\t%s\t%s\t%s\t%s\n", f.Stack, f.Function, f.Measured.Invocations,
			billed, f.Measured.Memory, used, cheapest, saves, f.USD, f.Idle)
	}
}

func (a *app) printCostNotes(r cost.Report) {
	fmt.Fprintf(a.stdout, "\n%s in %s, from %s to %s\n", r.Environment, r.Region,
		r.From.Local().Format(time.DateTime), r.To.Local().Format(time.DateTime))
	for _, note := range r.Notes {
		fmt.Fprintln(a.stdout, "- "+note)
	}
	if len(r.NotDeployed) > 0 {
		fmt.Fprintln(a.stdout, "- not deployed: "+strings.Join(r.NotDeployed, ", "))
	}
}

// memoryColumns returns what is known of a function's memory.
func memoryColumns(m *cost.Memory) (used, cheapest, saves string) {
	if m == nil {
		return "-", "-", "-"
	}
	used, cheapest = fmt.Sprintf("%d MB", m.Used), fmt.Sprintf("%d MB", m.Cheapest)
	if m.Cheapest == m.Current {
		return used, cheapest, "-"
	}
	return used, cheapest, fmt.Sprintf("%s (up to %s times as long)", m.Saves, m.BreakEven)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/cold"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

type coldFlags struct {
	env, event string
	starts     int
}

func (a *app) coldCommand() *cobra.Command {
	var flags coldFlags
	cmd := &cobra.Command{
		Use:   "cold [STACK | STACK/FUNCTION]...",
		Short: "Start functions cold, and show what that takes and what it is made of",
		Long: `cold starts each function some times on this machine: the program that is deployed,
with its configuration of the environment local, behind the Runtime API. It shows the
sizes of the zip and the program; the medians of the time until the program takes its
first event, and until it has answered that; and the packages that take the longest to
initialise. What Lambda does itself, such as fetching the zip, is not in it.

The first event is one whose time is over, which is answered without the handler, so
that nothing happens. --event sends another one to a function, which handles it.

With --env the sizes are those of that environment's zips. The exit code is 1 when a
function is over the budget that seastack.hcl sets for the environment or its stack.`,
		Example: `  seastack cold
  seastack cold web/interviews-list --starts 20
  seastack cold --env production --json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.cold(cmd.Context(), args, flags)
		},
		ValidArgsFunction: a.completeStacksAndFunctions,
	}
	cmd.Flags().StringVar(&flags.env, "env", config.Local, "environment whose zips and budgets to look at, as in seastack.hcl")
	cmd.Flags().IntVar(&flags.starts, "starts", 5, "how often to start each function")
	cmd.Flags().StringVar(&flags.event, "event", "", "file with the first event's JSON, or - for standard input; of one function")
	return cmd
}

// maxStarts bounds how long `cold` takes.
const maxStarts = 1000

// coldStart is one function in the JSON of `cold`.
type coldStart struct {
	Stack    string        `json:"stack"`
	Function string        `json:"function"`
	Package  int64         `json:"packageBytes"` // of the zip
	Binary   int64         `json:"binaryBytes"`  // of the program, on this machine
	Init     float64       `json:"initMs"`       // median
	Answer   float64       `json:"answerMs"`     // median, of the first event
	Inits    []float64     `json:"initsMs"`
	Answers  []float64     `json:"answersMs"`
	Packages []coldPackage `json:"packages"` // the slowest first
	Over     []string      `json:"over"`     // budgets
}

// coldPackage is the initialisation of a Go package.
type coldPackage struct {
	Package string  `json:"package"`
	Time    float64 `json:"ms"` // median
	Bytes   int64   `json:"bytes"`
	Allocs  int64   `json:"allocs"`
}

func (a *app) cold(ctx context.Context, wanted []string, flags coldFlags) error {
	event, err := a.coldEvent(wanted, flags)
	if err != nil {
		return err
	}
	p, env, err := a.environment(flags.env)
	if err != nil {
		return err
	}
	m, _, err := pipeline.Model(ctx, p)
	if err != nil {
		return err
	}
	functions, err := selectFunctions(m, wanted)
	if err != nil {
		return err
	}
	r := a.progress()
	defer r.Stop()
	local, err := p.Config.Environment(config.Local)
	if err != nil {
		return err
	}
	s := starter{project: p, model: m, local: local, event: event, starts: flags.starts, progress: r}
	all, err := s.measure(ctx, functions, env)
	r.Stop()
	if err != nil {
		return err
	}
	return a.printCold(env.Name, all)
}

// coldEvent returns the first event; nil for the one that is not handled.
func (a *app) coldEvent(wanted []string, flags coldFlags) ([]byte, error) {
	if flags.starts < 1 || flags.starts > maxStarts {
		return nil, usage(fmt.Sprintf("--starts %d is not a number of starts", flags.starts), fmt.Sprintf("write one from 1 to %d", maxStarts))
	}
	if flags.event == "" {
		return nil, nil
	}
	if len(wanted) != 1 || !strings.Contains(wanted[0], "/") {
		return nil, usage("--event is for one function", "name it as STACK/FUNCTION")
	}
	return a.eventFile(flags.event)
}

// starter starts functions.
type starter struct {
	project  project.Project
	model    model.Model
	local    config.Environment
	event    []byte
	starts   int
	progress *progress.Reporter
}

// measure starts functions; sizes of zips are those of an environment.
func (s starter) measure(ctx context.Context, functions []string, env config.Environment) (all []coldStart, err error) {
	cfg, err := awsConfigOf(ctx, s.project, s.local)
	if err != nil {
		return nil, err
	}
	zips, err := s.build(ctx, functions, s.local)
	if err != nil {
		return nil, err
	}
	packed := zips
	if !env.IsLocal() {
		if packed, err = s.build(ctx, functions, env); err != nil {
			return nil, err
		}
	}
	for _, name := range functions {
		task := s.progress.Start("start " + name)
		f, err := s.function(ctx, cfg, name, zips[name].Path)
		var starts cold.Starts
		if err == nil {
			starts, err = cold.Measure(ctx, f, s.starts)
		}
		task.Close(err, "%d times", len(starts.Init))
		if err != nil {
			return nil, notStarted(name, err)
		}
		one := newColdStart(name, starts)
		one.Package = packed[name].Size
		one.Over = over(one, env.BudgetOf(one.Stack))
		all = append(all, one)
	}
	return all, nil
}

// build returns the zips of functions in an environment.
func (s starter) build(ctx context.Context, functions []string, env config.Environment) (map[string]artifact.Result, error) {
	var stacks []string
	for _, name := range functions {
		if stack, _, _ := strings.Cut(name, "/"); !slices.Contains(stacks, stack) {
			stacks = append(stacks, stack)
		}
	}
	results, err := pipeline.BuildWithProgress(ctx, s.progress, s.project, s.model, env, stacks)
	zips := map[string]artifact.Result{}
	for _, r := range results {
		zips[r.Stack+"/"+r.Function] = r
	}
	return zips, err
}

// function returns a function with the environment that it has in local.
func (s starter) function(ctx context.Context, cfg aws.Config, name, zip string) (cold.Function, error) {
	deployed, err := lambda.NewFromConfig(cfg).GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{
		FunctionName: aws.String(nameOnAWS(s.model, s.local, name)),
	})
	if err != nil {
		return cold.Function{}, err
	}
	keys, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return cold.Function{}, err
	}
	env := []string{
		"PATH=/usr/local/bin:/usr/bin:/bin", "TZ=:UTC", "LANG=en_US.UTF-8",
		"AWS_ENDPOINT_URL=" + aws.ToString(cfg.BaseEndpoint), "AWS_REGION=" + cfg.Region,
		"AWS_ACCESS_KEY_ID=" + keys.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + keys.SecretAccessKey,
		"AWS_LAMBDA_FUNCTION_NAME=" + aws.ToString(deployed.FunctionName), "AWS_LAMBDA_LOG_FORMAT=JSON",
		fmt.Sprintf("AWS_LAMBDA_FUNCTION_MEMORY_SIZE=%d", aws.ToInt32(deployed.MemorySize)),
	}
	if deployed.Environment != nil {
		for variable, value := range deployed.Environment.Variables {
			env = append(env, variable+"="+value)
		}
	}
	slices.Sort(env)
	return cold.Function{Zip: zip, Env: env, Event: s.event, Timeout: time.Duration(aws.ToInt32(deployed.Timeout)) * time.Second}, nil
}

func notStarted(name string, err error) error {
	d := diag.Diagnostic{Code: diag.NotStarted, Message: name + " cannot be measured: " + err.Error(),
		Next: "deploy it with: seastack up; and see that it answers to: seastack invoke " + name}
	var failed *cold.Error
	if errors.As(err, &failed) {
		d.Message, d.Details = name+" cannot be measured: "+failed.Text, failed.Output
	}
	return d
}

func newColdStart(name string, s cold.Starts) coldStart {
	stack, function, _ := strings.Cut(name, "/")
	c := coldStart{Stack: stack, Function: function, Binary: s.Binary, Packages: []coldPackage{}, Over: []string{},
		Init: inMilliseconds(cold.Median(s.Init)), Answer: inMilliseconds(cold.Median(s.Answer))}
	for i := range s.Init {
		c.Inits, c.Answers = append(c.Inits, inMilliseconds(s.Init[i])), append(c.Answers, inMilliseconds(s.Answer[i]))
	}
	for _, p := range s.Packages {
		c.Packages = append(c.Packages, coldPackage{p.Path, inMilliseconds(p.Time), p.Bytes, p.Allocs})
	}
	return c
}

func inMilliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// over returns which budgets a function is over.
func over(c coldStart, b config.Budget) []string {
	all := []string{}
	if b.Package > 0 && c.Package > b.Package {
		all = append(all, fmt.Sprintf("zip %s, budget %s", megabytes(c.Package), megabytes(b.Package)))
	}
	if init := inMilliseconds(b.Init); init > 0 && c.Init > init {
		all = append(all, fmt.Sprintf("init %.1f ms, budget %.1f ms", c.Init, init))
	}
	return all
}

func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }

func (a *app) printCold(env string, all []coldStart) error {
	isOver := slices.ContainsFunc(all, func(c coldStart) bool { return len(c.Over) > 0 })
	var err error
	if a.json {
		err = a.printJSON(map[string]any{"environment": env, "functions": all})
	} else {
		err = a.printColdTable(all, isOver)
	}
	if err == nil && isOver {
		return errFindings
	}
	return err
}

// shownPackages is how many packages of a function the table names.
const shownPackages = 3

func (a *app) printColdTable(all []coldStart, isOver bool) error {
	w := tabwriter.NewWriter(a.stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "FUNCTION\tZIP\tPROGRAM\tINIT\tFIRST ANSWER\tPACKAGES\tSLOWEST")
	for _, c := range all {
		total, slowest := 0.0, []string{}
		for i, p := range c.Packages {
			total += p.Time
			if i < shownPackages {
				slowest = append(slowest, fmt.Sprintf("%s %.2f ms", p.Package, p.Time))
			}
		}
		fmt.Fprintf(w, "%s/%s\t%s\t%s\t%.1f ms\t%.1f ms\t%.1f ms\t%s\n", c.Stack, c.Function, megabytes(c.Package), megabytes(c.Binary),
			c.Init, c.Answer, total, strings.Join(slowest, ", "))
	}
	if isOver {
		fmt.Fprintln(w, "\nOVER BUDGET")
		for _, c := range all {
			for _, text := range c.Over {
				fmt.Fprintf(w, "%s/%s\t%s\n", c.Stack, c.Function, text)
			}
		}
	}
	return w.Flush()
}

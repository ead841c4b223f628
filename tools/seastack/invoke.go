package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/event"
	"github.com/seastack/seastack/tools/local"
	"github.com/seastack/seastack/tools/logs"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/project"
	runner "github.com/seastack/seastack/tools/run" // this package has a run
)

func (a *app) invokeCommand() *cobra.Command {
	var env string
	var here bool
	var event eventFlags
	cmd := &cobra.Command{
		Use:   "invoke STACK/FUNCTION",
		Short: "Invoke one function and print its result, figures and log",
		Long: `invoke calls a function and waits for its result. Without an event it sends what
the function's trigger would: a request for a route or a URL, one message for a
queue, a scheduled event for a schedule, {} for a function without a trigger. A
streamed answer is printed when it is complete. With --here it is the function that
seastack run runs on this machine, and not the deployed one.`,
		Example: `  seastack invoke reporting/reports-refresh
  seastack invoke web/interviews-list --http 'GET /interviews?limit=2'
  seastack invoke web/interviews-create --http 'POST /interviews' --body @interview.json
  seastack invoke processing/transcripts-summarise --body '{"interviewId": "42"}'
  seastack invoke web/interviews-get --event event.json
  seastack invoke web/interviews-get --env staging --here`,
		Args: oneFunction,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.invoke(cmd.Context(), args[0], env, here, event)
		},
		ValidArgsFunction: a.completeFunctions,
	}
	cmd.Flags().StringVar(&env, "env", config.Local, "environment, as in seastack.hcl")
	cmd.Flags().BoolVar(&here, "here", false, "invoke the function that seastack run runs on this machine")
	event.register(cmd)
	return cmd
}

func oneFunction(cmd *cobra.Command, args []string) error {
	if len(args) == 1 && strings.Count(args[0], "/") == 1 {
		return nil
	}
	return usage(cmd.CommandPath()+" takes one argument, STACK/FUNCTION", "see "+cmd.CommandPath()+" --help; seastack model lists the functions")
}

// invocation is the JSON of `invoke`.
type invocation struct {
	Function string          `json:"function"` // name on AWS, with the alias
	Result   json.RawMessage `json:"result"`
	Error    string          `json:"error,omitempty"` // "Unhandled": the result describes an error
	Duration float64         `json:"durationMs"`
	Billed   float64         `json:"billedMs"`
	Init     float64         `json:"initMs,omitempty"` // of a cold start
	Memory   int             `json:"memoryMb"`         // used at most
	Log      string          `json:"log"`              // tail: 4 KB at most
	// Response is the result of a function behind a route, as a client gets it.
	Response *event.Response `json:"response,omitempty"`
}

func (a *app) invoke(ctx context.Context, name, envName string, here bool, flags eventFlags) error {
	p, err := a.project()
	if err != nil {
		return err
	}
	env, err := p.Config.Environment(envName)
	if err != nil {
		return err
	}
	m, _, err := pipeline.Model(ctx, p)
	if err != nil {
		return err
	}
	f, err := functionNamed(m, name)
	if err != nil {
		return err
	}
	payload, err := a.event(f, flags)
	if err != nil {
		return err
	}
	client, err := invoked(ctx, p, env, here, name)
	if err != nil {
		return err
	}
	target := nameOnAWS(m, env, name)
	out, err := client.Invoke(ctx, &lambda.InvokeInput{
		FunctionName: &target, Qualifier: aws.String(names.Alias), Payload: payload, LogType: types.LogTypeTail,
	})
	if err != nil {
		return invokeFailure(name, env.Name, err)
	}
	i := newInvocation(target, out)
	i.read(f.Trigger.Kind)
	return a.printInvocation(i)
}

// invoked returns the client of the Lambda that has a function: the environment's, or
// that of seastack run.
func invoked(ctx context.Context, p project.Project, env config.Environment, here bool, name string) (*lambda.Client, error) {
	if !here {
		return lambdaClient(ctx, p, env)
	}
	cfg, err := runner.Here(p, env, name)
	return lambda.NewFromConfig(cfg), err
}

// functionNamed returns the function STACK/FUNCTION.
func functionNamed(m model.Model, name string) (model.Function, error) {
	for _, s := range m.Stacks {
		for _, f := range s.Functions {
			if s.Name+"/"+f.Name == name {
				return f, nil
			}
		}
	}
	return model.Function{}, diag.Diagnostic{Code: diag.UnknownFunction, Message: "there is no function " + name,
		Details: []string{"functions: " + strings.Join(functionNames(m), ", ")}, Next: "name one of these"}
}

// nameOnAWS returns the name on AWS of STACK/FUNCTION.
func nameOnAWS(m model.Model, env config.Environment, name string) string {
	stack, function, _ := strings.Cut(name, "/")
	return names.Function(m.Project, env.Name, stack, function)
}

func functionNames(m model.Model) (names []string) {
	for _, s := range m.Stacks {
		for _, f := range s.Functions {
			names = append(names, s.Name+"/"+f.Name)
		}
	}
	return names
}

func lambdaClient(ctx context.Context, p project.Project, env config.Environment) (*lambda.Client, error) {
	cfg, err := awsConfigOf(ctx, p, env)
	return lambda.NewFromConfig(cfg), err
}

// awsConfigOf returns the configuration of clients of an environment's AWS.
func awsConfigOf(ctx context.Context, p project.Project, env config.Environment) (aws.Config, error) {
	if !env.IsLocal() {
		return awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRegion(env.Region))
	}
	e, err := local.Open(p)
	if err != nil {
		return aws.Config{}, err
	}
	if err := e.RequireUp(); err != nil {
		return aws.Config{}, err
	}
	return e.AWSConfig(ctx)
}

func invokeFailure(name, env string, err error) error {
	return diag.Diagnostic{Code: diag.CannotInvoke, Message: "cannot invoke " + name + " in " + env,
		Details: []string{err.Error()}, Next: "if it is not deployed yet, run: seastack apply --env " + env}
}

func newInvocation(target string, out *lambda.InvokeOutput) invocation {
	log, _ := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult)) // AWS encodes it
	i := invocation{Function: target + ":" + names.Alias, Result: out.Payload, Error: aws.ToString(out.FunctionError), Log: string(log)}
	if len(bytes.TrimSpace(i.Result)) == 0 {
		i.Result = json.RawMessage("null")
	}
	i.readReport()
	return i
}

// read reads the response in the result of a function behind a route or a URL. The
// result of the latter is a stream, and in no JSON before that.
func (i *invocation) read(kind model.TriggerKind) {
	r, ok := event.Response{}, false
	switch kind {
	case model.HTTPTrigger:
		r, ok = event.ParseResponse(i.Result)
	case model.StreamTrigger:
		if r, ok = event.ParseStream(i.Result); ok {
			i.Result, _ = json.Marshal(r) // texts and numbers always have a JSON form
		}
	}
	if ok {
		i.Response = &r
	}
}

// readReport takes the figures from the log's last report, in either of
// Lambda's log formats.
func (i *invocation) readReport() {
	for line := range strings.Lines(i.Log) {
		if r, ok := logs.ParseReport(line); ok {
			i.Duration, i.Billed, i.Init, i.Memory = r.Duration, r.Billed, r.Init, r.Memory
		}
	}
}

func (a *app) printInvocation(i invocation) error {
	if a.json {
		if err := a.printJSON(i); err != nil {
			return err
		}
	} else {
		a.printResult(i)
		fmt.Fprintf(a.stderr, "duration %.2f ms, billed %.0f ms, memory %d MB%s\n", i.Duration, i.Billed, i.Memory, initNote(i.Init))
		fmt.Fprintln(a.stderr, strings.TrimRight(i.Log, "\n"))
	}
	if i.Error != "" {
		return errFindings
	}
	return nil
}

// printResult prints a response as a client would see it, and any other result
// as it is.
func (a *app) printResult(i invocation) {
	if i.Response == nil {
		fmt.Fprintln(a.stdout, string(i.Result))
		return
	}
	fmt.Fprintln(a.stdout, i.Response.Status, http.StatusText(i.Response.Status))
	for _, name := range slices.Sorted(maps.Keys(i.Response.Headers)) {
		fmt.Fprintf(a.stdout, "%s: %s\n", name, i.Response.Headers[name])
	}
	fmt.Fprintf(a.stdout, "\n%s\n", i.Response.Body)
}

func initNote(ms float64) string {
	if ms == 0 {
		return ""
	}
	return fmt.Sprintf(", cold start %.2f ms", ms)
}

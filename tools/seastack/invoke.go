package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/project"
)

func (a *app) invokeCommand() *cobra.Command {
	var env, event string
	cmd := &cobra.Command{
		Use:   "invoke STACK/FUNCTION",
		Short: "Invoke one function and print its result, figures and log",
		Example: `  seastack invoke reporting/rollup-refresh
  seastack invoke web/interviews-get --event event.json
  echo '{"Records":[]}' | seastack invoke processing/transcripts-summarise --event -`,
		Args: oneFunction,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.invoke(cmd.Context(), args[0], env, event)
		},
		ValidArgsFunction: a.completeFunctions,
	}
	cmd.Flags().StringVar(&env, "env", config.Local, "environment, as in seastack.hcl")
	cmd.Flags().StringVar(&event, "event", "", "file with the event's JSON, or - for standard input (default: {})")
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
}

func (a *app) invoke(ctx context.Context, name, envName, eventFile string) error {
	p, err := a.project()
	if err != nil {
		return err
	}
	env, err := p.Config.Environment(envName)
	if err != nil {
		return err
	}
	target, err := functionOnAWS(ctx, p, env, name)
	if err != nil {
		return err
	}
	event, err := a.event(eventFile)
	if err != nil {
		return err
	}
	client, err := lambdaClient(ctx, p, env)
	if err != nil {
		return err
	}
	out, err := client.Invoke(ctx, &lambda.InvokeInput{
		FunctionName: &target, Qualifier: aws.String("live"), Payload: event, LogType: types.LogTypeTail,
	})
	if err != nil {
		return invokeFailure(name, env.Name, err)
	}
	return a.printInvocation(newInvocation(target, out))
}

// functionOnAWS gives the name on AWS of STACK/FUNCTION.
func functionOnAWS(ctx context.Context, p project.Project, env config.Environment, name string) (string, error) {
	m, _, err := pipeline.Model(ctx, p)
	if err != nil {
		return "", err
	}
	if all := functionNames(m); !slices.Contains(all, name) {
		return "", diag.Diagnostic{Code: "SEA3013", Message: "there is no function " + name,
			Details: []string{"functions: " + strings.Join(all, ", ")}, Next: "name one of these"}
	}
	return fmt.Sprintf("%s-%s-%s", m.Project, env.Name, strings.Replace(name, "/", "-", 1)), nil
}

func functionNames(m model.Model) (names []string) {
	for _, s := range m.Stacks {
		for _, f := range s.Functions {
			names = append(names, s.Name+"/"+f.Name)
		}
	}
	return names
}

func (a *app) completeFunctions(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	p, err := a.project()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	m, _, _ := pipeline.Model(cmd.Context(), p) // a module that does not load completes nothing
	return functionNames(m), cobra.ShellCompDirectiveNoFileComp
}

// event reads the event and checks that it is JSON before anything is invoked.
func (a *app) event(file string) ([]byte, error) {
	var raw []byte
	var err error
	switch file {
	case "":
		return []byte("{}"), nil
	case "-":
		raw, err = io.ReadAll(a.stdin)
	default:
		raw, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, usage("the event cannot be read: "+err.Error(), "name a file with JSON, or - for standard input")
	}
	if !json.Valid(raw) {
		return nil, usage("the event is not JSON", "check it with: python3 -m json.tool < FILE")
	}
	return raw, nil
}

func lambdaClient(ctx context.Context, p project.Project, env config.Environment) (*lambda.Client, error) {
	if !env.IsLocal() {
		cfg, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRegion(env.Region))
		return lambda.NewFromConfig(cfg), err
	}
	l, err := newLaptop(p)
	if err != nil {
		return nil, err
	}
	if err := l.requireUp(); err != nil {
		return nil, err
	}
	cfg, err := l.awsConfig(ctx)
	return lambda.NewFromConfig(cfg), err
}

func invokeFailure(name, env string, err error) error {
	return diag.Diagnostic{Code: "SEA6002", Message: "cannot invoke " + name + " in " + env,
		Details: []string{err.Error()}, Next: "if it is not deployed yet, run: seastack apply --env " + env}
}

func newInvocation(target string, out *lambda.InvokeOutput) invocation {
	log, _ := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult)) // AWS encodes it
	i := invocation{Function: target + ":live", Result: out.Payload, Error: aws.ToString(out.FunctionError), Log: string(log)}
	if len(bytes.TrimSpace(i.Result)) == 0 {
		i.Result = json.RawMessage("null")
	}
	i.readReport()
	return i
}

// reportFigure matches one figure of the REPORT line that ends a log in text format.
var reportFigure = regexp.MustCompile(`(Init Duration|Billed Duration|Duration|Max Memory Used): ([0-9.]+)`)

// readReport takes the figures from the log's last report, in either of
// Lambda's log formats.
func (i *invocation) readReport() {
	lines := bufio.NewScanner(strings.NewReader(i.Log))
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "REPORT ") {
			i.readText(line)
		}
		if strings.Contains(line, `"platform.report"`) {
			i.readJSON(line)
		}
	}
}

func (i *invocation) readText(line string) {
	for _, m := range reportFigure.FindAllStringSubmatch(line, -1) {
		value, _ := strconv.ParseFloat(m[2], 64) // the pattern allows numbers only
		switch m[1] {
		case "Duration":
			i.Duration = value
		case "Billed Duration":
			i.Billed = value
		case "Init Duration":
			i.Init = value
		case "Max Memory Used":
			i.Memory = int(value)
		}
	}
}

func (i *invocation) readJSON(line string) {
	var report struct {
		Record struct {
			Metrics struct {
				DurationMs, BilledDurationMs, InitDurationMs float64
				MaxMemoryUsedMB                              int
			} `json:"metrics"`
		} `json:"record"`
	}
	if json.Unmarshal([]byte(line), &report) != nil {
		return
	}
	m := report.Record.Metrics
	i.Duration, i.Billed, i.Init, i.Memory = m.DurationMs, m.BilledDurationMs, m.InitDurationMs, m.MaxMemoryUsedMB
}

func (a *app) printInvocation(i invocation) error {
	if a.json {
		if err := a.printJSON(i); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(a.stdout, string(i.Result))
		fmt.Fprintf(a.stderr, "duration %.2f ms, billed %.0f ms, memory %d MB%s\n", i.Duration, i.Billed, i.Memory, initNote(i.Init))
		fmt.Fprintln(a.stderr, strings.TrimRight(i.Log, "\n"))
	}
	if i.Error != "" {
		return errFindings
	}
	return nil
}

func initNote(ms float64) string {
	if ms == 0 {
		return ""
	}
	return fmt.Sprintf(", cold start %.2f ms", ms)
}

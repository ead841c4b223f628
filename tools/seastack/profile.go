package main

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/google/renameio/v2"
	"github.com/spf13/cobra"

	"github.com/seastack/seastack/core/profile"
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/cold"
	"github.com/seastack/seastack/tools/local/profilekey"
	"github.com/seastack/seastack/tools/localcloud/traces"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/project"
	"github.com/seastack/seastack/tools/trace"
)

// profileFlags are the flags of `profile`.
type profileFlags struct {
	env, kind, key, out string
	times               int
	seconds             float64
}

func (a *app) profileCommand() *cobra.Command {
	var flags profileFlags
	var event eventFlags
	cmd := &cobra.Command{
		Use:   "profile STACK/FUNCTION",
		Short: "Take a profile of a function while it handles an event",
		Long: `profile has a function handle an event and writes the profile of its process, which
go tool pprof reads. The event is handled for each of the times, as any other is: name
one that may come again. On local it shows, too, where the time of the slowest of them
went across functions.

The request is signed. Functions of the environment local have the key of the local
cloud; those of another take profiles where seastack.hcl has profile_key, a public key,
and --key names the file with the private one.`,
		Example: `  seastack profile web/interviews-list --http 'GET /interviews?limit=100' --times 500
  seastack profile reporting/reports-refresh --kind allocs
  seastack profile web/interviews-list --env staging --key profile.pem --seconds 10`,
		Args: oneFunction,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.profile(cmd.Context(), args[0], flags, event)
		},
		ValidArgsFunction: a.completeFunctions,
	}
	cmd.Flags().StringVar(&flags.env, "env", config.Local, "environment, as in seastack.hcl")
	cmd.Flags().StringVar(&flags.kind, "kind", string(profile.CPU), "what to measure: cpu, heap or allocs")
	cmd.Flags().IntVar(&flags.times, "times", 0, "handle the event so often (default 1; with --seconds, as often as there is time)")
	cmd.Flags().Float64Var(&flags.seconds, "seconds", 0, "handle the event again and again for so long")
	cmd.Flags().StringVar(&flags.key, "key", "", "file with the private key of an environment's profile_key")
	cmd.Flags().StringVarP(&flags.out, "output", "o", "", "`FILE` to write (default FUNCTION.KIND.pprof)")
	event.register(cmd)
	return cmd
}

// request returns what the flags ask for.
func (f profileFlags) request(function string, event []byte) (r profile.Request, err error) {
	r = profile.Request{
		Function: function, Kind: profile.Kind(f.kind), Times: f.times, Event: event,
		For: time.Duration(f.seconds * float64(time.Second)), Expires: time.Now().Add(5 * time.Minute),
	}
	if r.Times == 0 {
		r.Times = 1
		if r.For > 0 {
			r.Times = profile.MaxTimes
		}
	}
	switch {
	case !slices.Contains(profile.Kinds, r.Kind):
		return r, usage(fmt.Sprintf("--kind %s is no kind of profile", f.kind), "write cpu, heap or allocs")
	case r.Times < 1 || r.Times > profile.MaxTimes:
		return r, usage(fmt.Sprintf("--times %d is out of range", f.times), fmt.Sprintf("write a number from 1 to %d", profile.MaxTimes))
	case r.For < 0 || r.For > profile.MaxFor:
		return r, usage(fmt.Sprintf("--seconds %g is out of range", f.seconds), fmt.Sprintf("write a number from 0 to %g", profile.MaxFor.Seconds()))
	}
	return r, nil
}

// profiled is the JSON of `profile`.
type profiled struct {
	Function string        `json:"function"` // STACK/FUNCTION
	Kind     profile.Kind  `json:"kind"`
	File     string        `json:"file"`
	Times    int           `json:"times"`
	Failures int           `json:"failures"` // of these
	Error    string        `json:"error,omitempty"`
	Median   float64       `json:"medianMs"`
	Longest  float64       `json:"longestMs"`
	Trace    *trace.Report `json:"trace,omitempty"` // of the slowest one, on local
}

func (a *app) profile(ctx context.Context, name string, flags profileFlags, event eventFlags) error {
	p, env, err := a.environment(flags.env)
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
	if f.Trigger.Kind == model.StreamTrigger {
		return noProfile(name, "its answers are streamed", "profile a function that calls the same service")
	}
	payload, err := a.event(f, event)
	if err != nil {
		return err
	}
	target := nameOnAWS(m, env, name)
	request, err := flags.request(target, payload)
	if err != nil {
		return err
	}
	start := time.Now()
	answer, err := takeProfile(ctx, p, env, name, flags.key, request)
	if err != nil {
		return err
	}
	if flags.out == "" {
		flags.out = path.Base(name) + "." + flags.kind + ".pprof"
	}
	if err := renameio.WriteFile(flags.out, answer.Profile, 0o644); err != nil {
		return err
	}
	shown := summaryOf(name, request.Kind, flags.out, answer)
	if env.IsLocal() {
		shown.Trace = a.slowest(ctx, name, start)
	}
	return a.printProfile(shown)
}

func noProfile(name, reason, next string) error {
	return diag.Diagnostic{Code: diag.NoProfile, Message: name + " takes no profile: " + reason, Next: next}
}

// takeProfile invokes a function with a signed request.
func takeProfile(ctx context.Context, p project.Project, env config.Environment, name, file string, r profile.Request) (*profile.Answer, error) {
	client, err := lambdaClient(ctx, p, env)
	if err != nil {
		return nil, err
	}
	key, err := signingKey(ctx, client, p, env, name, file, r.Function)
	if err != nil {
		return nil, err
	}
	event, err := profile.Event(r, key)
	if err != nil {
		return nil, err
	}
	out, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: &r.Function, Qualifier: aws.String(names.Alias), Payload: event})
	if err != nil {
		return nil, invokeFailure(name, env.Name, err)
	}
	var answer profile.Answer
	if err := json.Unmarshal(out.Payload, &answer); err != nil || out.FunctionError != nil || len(answer.Profile) == 0 {
		return nil, noProfile(name, fmt.Sprintf("it answers %.300s", out.Payload),
			"deploy it with this version of seastack; what it was asked is in its log: seastack logs "+name)
	}
	return &answer, nil
}

// signingKey returns the key whose public half the function has.
func signingKey(
	ctx context.Context, client *lambda.Client, p project.Project, env config.Environment, name, file, function string,
) (ed25519.PrivateKey, error) {
	if env.IsLocal() {
		if file != "" {
			return nil, usage("--key is for environments other than local", "leave it out")
		}
		return profilekey.Read(p.Local("cloud"))
	}
	if file == "" {
		return nil, usage("--key is missing", "name the file with the private key of the environment's profile_key")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, usage(err.Error(), "name the file with the private key of the environment's profile_key")
	}
	key, err := profile.ParsePrivateKey(text)
	if err != nil {
		return nil, usage(file+": "+err.Error(), "write one with: openssl genpkey -algorithm ed25519 -out FILE")
	}
	public, err := profile.PublicKey(key)
	if err != nil {
		return nil, err
	}
	deployed, err := client.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &function, Qualifier: aws.String(names.Alias)})
	if err != nil {
		return nil, invokeFailure(name, env.Name, err)
	}
	if deployed.Environment == nil || deployed.Environment.Variables[profile.KeyVariable] != public {
		return nil, noProfile(name, "as it is deployed, its environment does not have the key",
			fmt.Sprintf("write profile_key = %q into the environment %s, and apply", public, env.Name))
	}
	return key, nil
}

func summaryOf(name string, kind profile.Kind, file string, a *profile.Answer) profiled {
	return profiled{
		Function: name, Kind: kind, File: file, Times: len(a.Durations), Failures: a.Failures, Error: a.Error,
		Median: inMilliseconds(cold.Median(a.Durations)), Longest: inMilliseconds(slices.Max(a.Durations)),
	}
}

// exportLimit is how long traces may take from an answer to the local cloud: a function
// exports them when it has answered.
const exportLimit = 2 * time.Second

// slowest returns the trace that took longest of those that reached a function since;
// nil where there is none, such as without telemetry.
func (a *app) slowest(ctx context.Context, name string, since time.Time) *trace.Report {
	client, err := a.traceClient()
	if err != nil {
		return nil
	}
	var list []traces.Summary
	for end := time.Now().Add(exportLimit); len(list) == 0 && time.Now().Before(end); time.Sleep(exportLimit / 20) {
		if list, err = client.List(ctx, traces.Filter{Function: name, Since: since, Limit: 1}, true); err != nil {
			return nil
		}
	}
	if len(list) == 0 {
		return nil
	}
	report, found, err := client.Read(ctx, list[0].ID)
	if err != nil || !found {
		return nil
	}
	return &report
}

// printProfile prints what was measured. Events that failed are findings.
func (a *app) printProfile(p profiled) error {
	if a.json {
		if err := a.printJSON(p); err != nil {
			return err
		}
	} else {
		times := fmt.Sprintf("%d times", p.Times)
		if p.Times == 1 {
			times = "once"
		}
		fmt.Fprintf(a.stdout, "%s handled the event %s: %.1f ms each in the median, %.1f ms at most\n", p.Function, times, p.Median, p.Longest)
		if p.Failures > 0 {
			fmt.Fprintf(a.stdout, "%d of them failed: %s\n", p.Failures, strings.TrimSpace(p.Error))
		}
		fmt.Fprintf(a.stdout, "wrote %s; see it with: go tool pprof -http 127.0.0.1: %s\n", p.File, p.File)
		if p.Trace != nil {
			fmt.Fprintf(a.stdout, "\nThe slowest one, %s, took %s:\n", p.Trace.ID, shortDuration(p.Trace.Duration))
			printShares(a.stdout, p.Trace.Functions)
		}
	}
	if p.Failures > 0 {
		return errFindings
	}
	return nil
}

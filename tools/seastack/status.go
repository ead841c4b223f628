package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/postgres"
)

func (a *app) statusCommand() *cobra.Command {
	var api bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show what runs on this machine, and where",
		Long: `status shows the processes, the stacks and the URLs of the environment local.
With --json the database's URL stands there too, with its password: it is that
of a private server on this machine. The exit code is 1 when not all of it runs.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.project()
			if err != nil {
				return err
			}
			l, err := newLaptop(p)
			if err != nil {
				return err
			}
			m, _, err := pipeline.Model(cmd.Context(), p)
			if err != nil {
				return err
			}
			s, err := a.status(cmd.Context(), l, m)
			if err != nil {
				return err
			}
			if api && !a.json {
				return a.printAPI(s.API)
			}
			if err := a.printStatus(s); err != nil {
				return err
			}
			if len(s.stopped) > 0 {
				return errFindings
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&api, "api", false, "print nothing but the API's base URL")
	return cmd
}

// status is the JSON of `status` and of `up`.
type status struct {
	API       string          `json:"api"`      // base URL of the HTTP API
	Endpoint  string          `json:"endpoint"` // of the AWS that it runs on
	Database  string          `json:"database"` // URL
	Stacks    []stackStatus   `json:"stacks"`
	Processes []processStatus `json:"processes"`
	stopped   []string        // names of processes that should run and do not
}

type stackStatus struct {
	Stack     string          `json:"stack"`
	Functions []string        `json:"functions"`         // those that are deployed
	URL       string          `json:"url"`               // empty for a stack without a route
	Changes   *deploy.Summary `json:"changes,omitempty"` // up: what it did
}

type processStatus struct {
	Name string `json:"name"`
	PID  int    `json:"pid"`
}

func (a *app) status(ctx context.Context, l laptop, m model.Model) (status, error) {
	s := status{Endpoint: l.endpoint(), Database: os.Getenv("DATABASE_URL"), Stacks: []stackStatus{}, Processes: []processStatus{}}
	cloud, ok := l.cloud.Running()
	s.addProcess("localcloud", cloud.PID, ok, l.foreign == "")
	server, ok, err := postgres.Running(l.postgresOptions().Dir)
	if err != nil {
		return s, err
	}
	if ok {
		s.addProcess("postgres", server.PID(), true, true)
		s.Database = cmp.Or(s.Database, server.URL())
	} else {
		s.addProcess("postgres", 0, false, s.Database == "" && needsDatabase(l.project, m))
	}
	if s.API, err = stateOutput[string](l, pipeline.Platform, "api_endpoint"); err != nil {
		return s, err
	}
	for _, stack := range m.Stacks {
		one, err := stackStatusOf(l, stack, s.API)
		if err != nil {
			return s, err
		}
		s.Stacks = append(s.Stacks, one)
	}
	return s, nil
}

func (s *status) addProcess(name string, pid int, runs, wanted bool) {
	if runs {
		s.Processes = append(s.Processes, processStatus{name, pid})
	} else if wanted {
		s.stopped = append(s.stopped, name)
	}
}

func stackStatusOf(l laptop, stack model.Stack, api string) (stackStatus, error) {
	deployed, err := stateOutput[map[string]any](l, stack.Name, "functions")
	s := stackStatus{Stack: stack.Name, Functions: []string{}}
	for name := range deployed {
		s.Functions = append(s.Functions, name)
	}
	slices.Sort(s.Functions)
	routed := slices.ContainsFunc(stack.Functions, func(f model.Function) bool { return f.Trigger.Kind == model.HTTPTrigger })
	if routed && len(deployed) > 0 {
		s.URL = api
	}
	return s, err
}

// stateOutput reads one output from a root's local state; the zero value where
// there is none. The state's file is read as it is: status answers at once, also
// on a machine that has no terraform. One that a killed apply has cut off is an
// error, not a root without outputs.
func stateOutput[T any](l laptop, root, name string) (value T, err error) {
	file := l.project.StateFile(root)
	raw, err := os.ReadFile(file)
	if os.IsNotExist(err) || err == nil && len(raw) == 0 { // terraform takes an empty file for none
		return value, nil
	}
	if err != nil {
		return value, err
	}
	var state struct {
		Outputs map[string]struct {
			Value json.RawMessage `json:"value"`
		} `json:"outputs"`
	}
	if err := json.Unmarshal(raw, &state); err != nil {
		return value, diag.Diagnostic{
			Code: diag.BrokenState, File: file, Message: "the state of " + root + " cannot be read: " + err.Error(),
			Next: "run seastack up: it restores a state that a killed apply has cut off",
		}
	}
	if out, ok := state.Outputs[name]; ok {
		err = json.Unmarshal(out.Value, &value)
	}
	return value, err
}

// addChanges tells what the plans of an up did to each stack.
func (s *status) addChanges(plans []deploy.Planned) {
	for i := range s.Stacks {
		for _, p := range plans {
			if p.Root.Name == s.Stacks[i].Stack {
				done := p.Earlier.Plus(p.Summary)
				s.Stacks[i].Changes = &done
			}
		}
	}
}

func (a *app) printStatus(s status) error {
	if a.json {
		return a.printJSON(s)
	}
	w := tabwriter.NewWriter(a.stdout, 0, 0, 3, ' ', 0)
	withChanges := slices.ContainsFunc(s.Stacks, func(x stackStatus) bool { return x.Changes != nil })
	fmt.Fprintln(w, strings.Join(columns(withChanges, "STACK", "FUNCTIONS", "CHANGES", "URL"), "\t"))
	for _, x := range s.Stacks {
		changes := ""
		if x.Changes != nil {
			changes = x.Changes.Done()
		}
		fmt.Fprintln(w, strings.Join(columns(withChanges, x.Stack, fmt.Sprint(len(x.Functions)), changes, cmp.Or(x.URL, "-")), "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(a.stdout)
	for _, p := range s.Processes {
		fmt.Fprintf(a.stdout, "%s runs as process %d\n", p.Name, p.PID)
	}
	switch {
	case len(s.Processes) == 0 && len(s.stopped) > 0:
		fmt.Fprintln(a.stdout, a.typed("nothing runs; start it with: seastack up"))
	case len(s.stopped) > 0:
		fmt.Fprintln(a.stdout, a.typed(strings.Join(s.stopped, " and ")+" does not run; start it with: seastack up"))
	}
	return nil
}

// printAPI prints the base URL alone, for scripts.
func (a *app) printAPI(url string) error {
	if url == "" {
		return diag.Diagnostic{Code: diag.NoAPI, Message: "there is no API on this machine", Next: "run: seastack up"}
	}
	_, err := fmt.Fprintln(a.stdout, url)
	return err
}

// columns leaves the changes out where there are none to show.
func columns(withChanges bool, stack, functions, changes, url string) []string {
	if withChanges {
		return []string{stack, functions, changes, url}
	}
	return []string{stack, functions, url}
}

package local

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"slices"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/use"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/postgres"
	"github.com/seastack/seastack/tools/project"
)

// Status is what runs and what is deployed, and the JSON of `seastack status`
// and `seastack up`.
type Status struct {
	API       string          `json:"api"`                 // base URL of the HTTP API
	Endpoint  string          `json:"endpoint"`            // of the AWS that it runs on
	Dashboard string          `json:"dashboard,omitempty"` // URL; empty: the AWS has none
	Database  string          `json:"database"`            // URL
	Analytics string          `json:"analytics,omitempty"` // URL of the analytics store
	Stacks    []StackStatus   `json:"stacks"`
	Processes []ProcessStatus `json:"processes"`
	Stopped   []string        `json:"-"` // names of processes that should run and do not
}

// StackStatus is the status of one stack.
type StackStatus struct {
	Stack     string          `json:"stack"`
	Functions []string        `json:"functions"`         // those that are deployed
	URL       string          `json:"url"`               // empty for a stack without a route
	URLs      []FunctionURL   `json:"urls,omitempty"`    // of functions that have their own
	Changes   *deploy.Summary `json:"changes,omitempty"` // up: what it did
}

// FunctionURL is the URL of a function that has its own.
type FunctionURL struct {
	Function string `json:"function"`
	URL      string `json:"url"`
}

// ProcessStatus is a running process.
type ProcessStatus struct {
	Name string `json:"name"`
	PID  int    `json:"pid"`
}

// Status returns what runs and what is deployed. It needs neither terraform nor
// a running environment.
func (e *Environment) Status(ctx context.Context) (Status, error) {
	m, _, err := pipeline.Model(ctx, e.project)
	if err != nil {
		return Status{}, err
	}
	return e.status(m)
}

func (e *Environment) status(m model.Model) (Status, error) {
	s := Status{Endpoint: e.Endpoint(), Dashboard: e.Dashboard(), Stacks: []StackStatus{}, Processes: []ProcessStatus{}}
	cloud, ok := e.cloud.Running()
	s.addProcess("localcloud", cloud.PID, ok, e.foreign == "")
	server, ok, err := postgres.Running(e.postgresOptions().Dir)
	if err != nil {
		return s, err
	}
	if ok {
		s.addProcess("postgres", server.PID(), true, true)
	} else {
		s.addProcess("postgres", 0, false, e.databaseURL == "" && needsDatabase(e.project, m))
	}
	if err := s.addDatabases(e, server, use.Analytics(m)); err != nil {
		return s, err
	}
	if s.API, err = stateOutput[string](e.project, pipeline.Platform, "api_endpoint"); err != nil {
		return s, err
	}
	for _, stack := range m.Stacks {
		one, err := e.stackStatus(stack, s.API)
		if err != nil {
			return s, err
		}
		s.Stacks = append(s.Stacks, one)
	}
	return s, nil
}

func (s *Status) addProcess(name string, pid int, runs, wanted bool) {
	if runs {
		s.Processes = append(s.Processes, ProcessStatus{name, pid})
	} else if wanted {
		s.Stopped = append(s.Stopped, name)
	}
}

func (e *Environment) stackStatus(stack model.Stack, api string) (StackStatus, error) {
	deployed, err := stateOutput[map[string]any](e.project, stack.Name, "functions")
	s := StackStatus{Stack: stack.Name, Functions: []string{}}
	for name := range deployed {
		s.Functions = append(s.Functions, name)
	}
	slices.Sort(s.Functions)
	routed := slices.ContainsFunc(stack.Functions, func(f model.Function) bool { return f.Trigger.Kind == model.HTTPTrigger })
	if routed && len(deployed) > 0 {
		s.URL = api
	}
	if err == nil {
		s.URLs, err = functionURLs(e.project, stack.Name)
	}
	return s, err
}

// functionURLs returns the URLs of a stack's functions, sorted by the functions'
// names.
func functionURLs(p project.Project, stack string) (all []FunctionURL, err error) {
	urls, err := stateOutput[map[string]string](p, stack, "urls")
	for _, name := range slices.Sorted(maps.Keys(urls)) {
		all = append(all, FunctionURL{name, urls[name]})
	}
	return all, err
}

// stateOutput returns one output of a root's local state, or the zero value
// where there is none. It reads the state's file itself, so that status answers
// at once, also on a machine that has no terraform. A file that a killed apply
// has cut off is an error, SEA1043, not a root without outputs.
func stateOutput[T any](p project.Project, root, name string) (value T, err error) {
	file := p.StateFile(root)
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

// addChanges records what the plans of Up did to each stack.
func (s *Status) addChanges(plans []deploy.Planned) {
	for i := range s.Stacks {
		for _, p := range plans {
			if p.Root.Name == s.Stacks[i].Stack {
				done := p.Earlier.Plus(p.Summary)
				s.Stacks[i].Changes = &done
			}
		}
	}
}

package pipeline

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/project"
)

// BuildOptions say what to build.
type BuildOptions struct {
	Stacks   []string // all where empty
	Progress func(artifact.Event)
	Warn     func(string) // told of an artifact cache that fails; may be nil
}

// Build brings the zips of an environment up to date, and the artifacts.json
// beside the root of each stack.
func Build(ctx context.Context, p project.Project, m model.Model, env config.Environment, o BuildOptions) ([]artifact.Result, error) {
	stacks, err := SelectStacks(m, o.Stacks)
	if err != nil {
		return nil, err
	}
	request := BuildRequest(p, stacks, env, o.Progress)
	request.Warn = o.Warn
	if err := useCache(ctx, p, &request); err != nil {
		return nil, err
	}
	results, err := artifact.Build(ctx, request)
	if err != nil {
		return nil, err
	}
	for _, s := range stacks {
		mine := slices.DeleteFunc(slices.Clone(results), func(r artifact.Result) bool { return r.Stack != s.Name })
		if err := writeManifest(p.EnvRoot(env.Name, s.Name), request.Target, mine); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// BuildRequest returns what a builder must know of the stacks' functions.
func BuildRequest(p project.Project, stacks []model.Stack, env config.Environment, progress func(artifact.Event)) artifact.Request {
	return artifact.Request{
		Root: p.Root, Functions: functions(stacks, env), Target: TargetOf(env), Store: p.Artifacts(),
		Env: os.Environ(), Progress: progress,
	}
}

func writeManifest(dir string, target artifact.Target, results []artifact.Result) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	_, err := artifact.WriteManifest(dir, target, results)
	return err
}

// TargetOf returns what an environment's functions are built for that do not set
// their own architecture: Lambda's Linux, or this machine.
func TargetOf(env config.Environment) artifact.Target {
	if env.IsLocal() {
		return artifact.Target{GOOS: runtime.GOOS, GOARCH: runtime.GOARCH}
	}
	return artifact.Lambda(env.Architecture)
}

// functions returns the functions of stacks, each for its architecture in the
// environment.
func functions(stacks []model.Stack, env config.Environment) (all []artifact.Function) {
	for _, s := range stacks {
		for _, f := range s.Functions {
			fn := artifact.Function{Stack: s.Name, Name: f.Name, Dir: filepath.ToSlash(f.Entrypoint), GOARCH: TargetOf(env).GOARCH}
			if !env.IsLocal() {
				fn.GOARCH = artifact.Lambda(env.ArchitectureOf(s.Name, f.Name, f.Architecture)).GOARCH
			}
			all = append(all, fn)
		}
	}
	return all
}

// SelectStacks returns the stacks of those names; all where there is no name.
func SelectStacks(m model.Model, names []string) ([]model.Stack, error) {
	if len(names) == 0 {
		return m.Stacks, nil
	}
	var known []string
	var out []model.Stack
	for _, s := range m.Stacks {
		known = append(known, s.Name)
		if slices.Contains(names, s.Name) {
			out = append(out, s)
		}
	}
	for _, n := range names {
		if !slices.Contains(known, n) {
			return nil, UnknownStack(n, known)
		}
	}
	return out, nil
}

// StackNames returns the names of the model's stacks, in their order.
func StackNames(m model.Model) []string {
	names := make([]string, len(m.Stacks))
	for i, s := range m.Stacks {
		names[i] = s.Name
	}
	return names
}

// UnknownStack is the error for a stack that the module does not have.
func UnknownStack(name string, known []string) error {
	return diag.Diagnostic{Code: diag.UnknownStack, Message: "there is no stack " + name, Details: []string{"stacks: " + strings.Join(known, ", ")},
		Next: "name one of these"}
}

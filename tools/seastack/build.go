package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

func (a *app) buildCommand() *cobra.Command {
	var stacks []string
	var envs []string
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Build the zips of the functions, and artifacts.json beside each root",
		Long: `build compiles every function for its environment's architecture and packs it
into a zip with a content-addressed name. What nothing has changed is not built:
neither compiled nor linked. Without --env it builds for every environment.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.project()
			if err != nil {
				return err
			}
			m, _, err := pipeline.Model(cmd.Context(), p)
			if err != nil {
				return err
			}
			return a.build(cmd.Context(), p, m, envs, stacks)
		},
	}
	cmd.Flags().StringArrayVar(&stacks, "stack", nil, "build only this stack (repeatable)")
	cmd.Flags().StringArrayVar(&envs, "env", nil, "build only for this environment (repeatable)")
	return cmd
}

// build builds for the environments of those names, all where there is none.
func (a *app) build(ctx context.Context, p project.Project, m model.Model, names, stacks []string) error {
	envs, err := environments(p.Config, names)
	if err != nil {
		return err
	}
	r := a.progress()
	defer r.Stop()
	out := built{Functions: []builtFunction{}}
	for _, env := range envs {
		results, err := buildWithProgress(ctx, r, p, m, env, stacks)
		if err != nil {
			return err
		}
		out.add(env.Name, results)
	}
	r.Stop()
	return a.printBuilt(out)
}

func environments(c config.Config, names []string) ([]config.Environment, error) {
	if len(names) == 0 {
		return c.Environments, nil
	}
	var envs []config.Environment
	for _, n := range names {
		env, err := c.Environment(n)
		if err != nil {
			return nil, err
		}
		envs = append(envs, env)
	}
	return envs, nil
}

// buildWithProgress builds one environment's functions and shows how it gets on.
func buildWithProgress(ctx context.Context, r *progress.Reporter, p project.Project, m model.Model, env config.Environment, stacks []string) ([]artifact.Result, error) {
	task := r.Start("build " + env.Name)
	results, err := pipeline.Build(ctx, p, m, env, pipeline.BuildOptions{
		Stacks: stacks, Progress: func(e artifact.Event) { task.Update("%s", eventText(e)) },
	})
	n := 0
	for _, result := range results {
		if result.Built {
			n++
		}
	}
	task.Close(err, "%d functions, %d built", len(results), n)
	return results, err
}

// eventText tells one step of a build.
func eventText(e artifact.Event) string {
	switch e.Kind {
	case artifact.Waiting:
		return "waiting for another build to end"
	case artifact.Started:
		return "compiling"
	case artifact.Built:
		return fmt.Sprintf("built %s/%s, %.1f MB", e.Stack, e.Function, float64(e.Size)/1e6)
	}
	return "checking what is there"
}

// built is the JSON of `build`.
type built struct {
	Functions []builtFunction `json:"functions"`
}

type builtFunction struct {
	Environment string `json:"environment"`
	Stack       string `json:"stack"`
	Function    string `json:"function"`
	Digest      string `json:"digest"` // lower-case hex SHA-256 of the zip
	Size        int64  `json:"size"`   // bytes
	Path        string `json:"path"`
	Built       bool   `json:"built"` // false: reused
}

func (b *built) add(env string, results []artifact.Result) {
	for _, r := range results {
		b.Functions = append(b.Functions, builtFunction{
			Environment: env, Stack: r.Stack, Function: r.Function,
			Digest: r.Digest, Size: r.Size, Path: r.Path, Built: r.Built,
		})
	}
}

func (a *app) printBuilt(b built) error {
	if a.json {
		return a.printJSON(b)
	}
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ENVIRONMENT\tFUNCTION\tDIGEST\tSIZE\t")
	for _, f := range b.Functions {
		state := "reused"
		if f.Built {
			state = "built"
		}
		fmt.Fprintf(w, "%s\t%s/%s\t%s\t%.1f MB\t%s\n", f.Environment, f.Stack, f.Function, f.Digest[:12], float64(f.Size)/1e6, state)
	}
	return w.Flush()
}

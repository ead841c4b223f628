package main

import (
	"context"
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/project"
)

func (a *app) buildCommand() *cobra.Command {
	var stacks []string
	var envs []string
	var upload bool
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Build the zips of the functions, and artifacts.json beside each root",
		Long: `build compiles every function for its environment's architecture and packs it
into a zip with a content-addressed name. What nothing has changed is not built:
neither compiled nor linked. Without --env it builds for every environment.

With --upload it puts the zips that are missing there into the artifact bucket of
each environment, so that a plain terraform apply finds them. The bucket is the
platform's; apply that first.`,
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
			return a.build(cmd.Context(), p, m, envs, stacks, upload)
		},
	}
	cmd.Flags().StringArrayVar(&stacks, "stack", nil, "build only this stack (repeatable)")
	cmd.Flags().StringArrayVar(&envs, "env", nil, "build only for this environment (repeatable)")
	cmd.Flags().BoolVar(&upload, "upload", false, "put the zips into the artifact bucket of each environment")
	return cmd
}

// build builds for the environments of those names, all where there is none.
func (a *app) build(ctx context.Context, p project.Project, m model.Model, names, stacks []string, upload bool) error {
	envs, err := environments(p.Config, names)
	if err != nil {
		return err
	}
	r := a.progress()
	defer r.Stop()
	out := built{Functions: []builtFunction{}}
	for _, env := range envs {
		results, err := pipeline.BuildWithProgress(ctx, r, p, m, env, stacks)
		if err != nil {
			return err
		}
		if upload && !env.IsLocal() { // the local cloud shows the zips where they are
			if len(stacks) == 0 {
				stacks = pipeline.StackNames(m)
			}
			d := onAWS(p, env, r)
			if err := d.Pin(ctx, stacks); err != nil {
				return err
			}
			if err := d.Upload(ctx, stacks); err != nil {
				return err
			}
		}
		out.add(env.Name, results)
	}
	r.Stop()
	return a.printBuilt(out)
}

func environments(c config.Config, names []string) ([]config.Environment, error) {
	if len(names) == 0 {
		return slices.DeleteFunc(slices.Clone(c.Environments), config.Environment.IsTemplate), nil
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
	// Whole is why the stack's package is in the zip as a whole; "" where only
	// what the function needs of it is.
	Whole string `json:"whole,omitempty"`
}

func (b *built) add(env string, results []artifact.Result) {
	for _, r := range results {
		b.Functions = append(b.Functions, builtFunction{
			Environment: env, Stack: r.Stack, Function: r.Function,
			Digest: r.Digest, Size: r.Size, Path: r.Path, Built: r.Built, Whole: r.Whole,
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

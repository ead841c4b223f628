package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/use"
	"github.com/seastack/seastack/tools/pipeline"
)

func (a *app) generateCommand() *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Write entrypoints and Terraform from the annotations",
		Long: `generate reads the annotations of the stacks and services, resolves the
constructors of every handler, and writes one main.go per function and the
Terraform of platform, stacks and environments.

Files are written only when their bytes change; generated files that nothing
asks for any more are removed; hand-written files are never touched.
With --check nothing is written, and the exit code is 1 when a file is stale.
It names the routes that anybody may call.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.project()
			if err != nil {
				return err
			}
			r := a.progress()
			defer r.Stop()
			g, err := pipeline.GenerateWithProgress(cmd.Context(), r, p, check)
			if err != nil {
				return err
			}
			r.Stop()
			return a.printGenerated(g, check)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "say what is stale and write nothing")
	return cmd
}

// generated is the JSON of `generate`.
type generated struct {
	Written   []string  `json:"written"` // with --check: stale
	Deleted   []string  `json:"deleted"`
	Unchanged int       `json:"unchanged"`
	Public    []string  `json:"public"` // routes that anybody may call
	Warnings  diag.List `json:"warnings,omitempty"`
}

func (a *app) printGenerated(g pipeline.Generated, check bool) error {
	out := generated{Written: g.Changes.Written(), Deleted: g.Changes.Deleted(),
		Unchanged: len(g.Changes.Unchanged), Public: use.PublicRoutes(g.Model), Warnings: g.Warnings}
	for _, w := range g.Warnings {
		fmt.Fprintln(a.stderr, "warning:", w.Error())
	}
	if a.json {
		if err := a.printJSON(out); err != nil {
			return err
		}
	} else {
		a.printFiles(out, check)
		a.printPublic(out.Public)
	}
	if check && len(out.Written)+len(out.Deleted) > 0 {
		return errFindings
	}
	return nil
}

// shownRoutes is how many public routes a line has room for.
const shownRoutes = 5

// printPublic names the routes that anybody may call.
func (a *app) printPublic(routes []string) {
	switch n := len(routes); {
	case n == 0:
	case n <= shownRoutes:
		fmt.Fprintf(a.stdout, "public, anybody may call: %s\n", strings.Join(routes, ", "))
	default:
		fmt.Fprintf(a.stdout, "public, anybody may call: %d routes, among them %s; --json lists all\n", n,
			strings.Join(routes[:shownRoutes], ", "))
	}
}

func (a *app) printFiles(out generated, check bool) {
	write, remove := "wrote", "removed"
	if check {
		write, remove = "stale", "left over"
	}
	for _, f := range out.Written {
		fmt.Fprintf(a.stdout, "%s %s\n", write, f)
	}
	for _, f := range out.Deleted {
		fmt.Fprintf(a.stdout, "%s %s\n", remove, f)
	}
	if n := len(out.Written) + len(out.Deleted); check && n > 0 {
		fmt.Fprintf(a.stdout, "%d files are not what the annotations say; run: go generate ./...\n", n)
	} else if n == 0 {
		fmt.Fprintf(a.stdout, "%d files are up to date\n", out.Unchanged)
	}
}

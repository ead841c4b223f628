package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/project"
)

func (a *app) explainCommand() *cobra.Command {
	var f baseFlags
	var exact bool
	cmd := &cobra.Command{
		Use:   "explain STACK/FUNCTION --base REV",
		Short: "Say why a function's code or configuration differs",
		Long: `explain compares a function with what it was at a revision: the declarations that
differ, in which files, and the shortest chain of imports from the function to
them; other versions of modules and of Go; and the files of its Terraform. With
--exact it builds both sides, compares the bytes and shows the sizes.`,
		Example:           "  seastack explain web/interviews-create --base main",
		ValidArgsFunction: a.completeFunctions,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 || strings.Count(args[0], "/") != 1 {
				return usage("explain takes one function", "name it as in: "+cmd.CommandPath()+" web/interviews-create --base main")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			e, err := a.explain(cmd.Context(), f, args[0], exact)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(e)
			}
			printExplanation(a.stdout, e, exact)
			return nil
		},
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&exact, "exact", false, "build both sides, and compare the bytes")
	return cmd
}

func (a *app) explain(ctx context.Context, f baseFlags, id string, exact bool) (change.Explanation, error) {
	p, err := a.comparison(f)
	if err != nil {
		return change.Explanation{}, err
	}
	r := a.progress()
	defer r.Stop()
	task := r.Start("compare")
	e, err := a.explainSides(ctx, p, f, id, exact, func(e artifact.Event) { task.Update("%s", pipeline.EventText(e)) })
	task.Close(err, "with %s", f.base)
	return e, err
}

func (a *app) explainSides(
	ctx context.Context, p project.Project, f baseFlags, id string, exact bool, progress func(artifact.Event),
) (change.Explanation, error) {
	sides, err := a.sides(ctx, p, f, true)
	if err != nil {
		return change.Explanation{}, err
	}
	if !sides.Has(id) {
		return change.Explanation{}, noSuchFunction(id, sides)
	}
	e := sides.Explain(id)
	if err := sides.Declare(ctx, &e); err != nil || !exact {
		return e, err
	}
	built, err := sides.Build(ctx, []string{id}, progress)
	if b, ok := built[id]; ok {
		e.Before, e.After, e.SameBytes = b.Before.Size, b.After.Size, b.Same()
	}
	return e, err
}

func noSuchFunction(id string, s change.Sides) error {
	d := diag.Diagnostic{Code: diag.NoSuchFunction, Message: "there is no function " + id + ", neither now nor at " + s.Name,
		Next: "see seastack model for the functions' names"}
	if best, ok := diag.Closest(id, s.IDs()); ok {
		d.Next = "did you mean " + best + "?"
	}
	return d
}

func printExplanation(w io.Writer, e change.Explanation, exact bool) {
	switch e.Kind {
	case "":
		fmt.Fprintf(w, "%s/%s: the code is the same\n", e.Stack, e.Function)
	case change.Code:
		fmt.Fprintf(w, "%s/%s: the code differs\n", e.Stack, e.Function)
	default:
		fmt.Fprintf(w, "%s/%s: %s\n", e.Stack, e.Function, e.Kind)
	}
	for _, s := range e.Settings {
		fmt.Fprintln(w, "  "+s)
	}
	for _, m := range e.Modules {
		fmt.Fprintln(w, "  "+m.String())
	}
	for _, p := range e.Packages {
		printPackage(w, p, e.Module+"/")
	}
	for _, c := range e.Configuration {
		fmt.Fprintln(w, "  "+c)
	}
	if exact && e.After > 0 {
		same := "the bytes differ"
		if e.SameBytes {
			same = "the bytes are the same"
		}
		size := fmt.Sprintf("%d bytes", e.After)
		if e.Before > 0 {
			size = fmt.Sprintf("%d -> %d bytes (%+d)", e.Before, e.After, e.After-e.Before)
		}
		fmt.Fprintf(w, "  %s; zip: %s\n", same, size)
	}
}

// printPackage prints a package of the module, whose paths are shown from there.
func printPackage(w io.Writer, p change.PackageChange, module string) {
	fmt.Fprintf(w, "  package %s %s\n", strings.TrimPrefix(p.Package, module), p.Change)
	if len(p.Chain) > 1 {
		fmt.Fprintln(w, "    imported by "+strings.ReplaceAll(strings.Join(p.Chain, " -> "), module, ""))
	}
	for _, f := range p.Files {
		only := ""
		if f.Change == "changed" && strings.HasSuffix(f.File, ".go") && len(f.Declarations) == 0 {
			only = ": comments, imports or lines only"
		}
		fmt.Fprintf(w, "    %s %s%s\n", f.File, f.Change, only)
		for _, d := range f.Declarations {
			fmt.Fprintf(w, "      %s %s (line %d)\n", d.Name, d.Change, d.Line)
		}
		for _, c := range f.Calls {
			fmt.Fprintln(w, "      used by "+strings.Join(c, " -> "))
		}
	}
}

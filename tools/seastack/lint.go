package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/lint"
)

func (a *app) lintCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "lint [PACKAGES]",
		Short: "Find calls of AWS without a grant, and grants without a use",
		Long:  lintHelp(),
		Example: `  seastack lint
  seastack lint ./stacks/web ./core/services/...`,
		ValidArgsFunction: a.completePackages,
		RunE: func(cmd *cobra.Command, patterns []string) error {
			p, err := a.project()
			if err != nil {
				return err
			}
			result, err := lint.Run(cmd.Context(), p.Root, p.Config.Folders, patterns)
			if err != nil {
				return err
			}
			return a.printLint(result)
		},
	}
}

// lintHelp lists the analyzers, as each documents itself.
func lintHelp() string {
	text := `lint looks at the packages of the services' and stacks' folders: all of them, or
those that are named as for the go command, from the module's root. The exit code
is 1 when there are findings.
`
	for _, analyzer := range lint.Analyzers() {
		text += "\n" + analyzer.Doc + "\n"
	}
	return text
}

func (a *app) completePackages(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	p, err := a.project()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	all := []string{"./" + p.Config.Folders.Services + "/...", "./" + p.Config.Folders.Stacks + "/..."}
	for _, s := range a.modelToComplete(cmd.Context()).Stacks {
		all = append(all, "./"+s.Dir)
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) printLint(result lint.Result) error {
	if a.json {
		findings := append(diag.List{}, result.Found...) // never null
		if err := a.printJSON(map[string]any{"packages": result.Packages, "findings": findings}); err != nil {
			return err
		}
	} else if len(result.Found) > 0 {
		fmt.Fprintln(a.stdout, a.typed(result.Found.Error()))
	} else {
		fmt.Fprintf(a.stdout, "%d packages, no findings\n", result.Packages)
	}
	if len(result.Found) > 0 {
		return errFindings
	}
	return nil
}

package main

import (
	"fmt"
	"io"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/diag"
)

// helpCommand explains commands, as cobra's own does, and codes of errors.
func (a *app) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "help [COMMAND | CODE]",
		Short:             "Explain a command, or the code of an error",
		Example:           "  seastack help plan\n  seastack help " + diag.WrongPlace,
		ValidArgsFunction: completeHelp,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && codeForm.MatchString(args[0]) {
				return a.explainCode(args[0])
			}
			about, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				return usage(fmt.Sprintf("%s has no command %q", about.CommandPath(), rest[0]), "see "+about.CommandPath()+" --help")
			}
			about.InitDefaultHelpFlag() // which lists the flag itself
			return about.Help()
		},
	}
}

var codeForm = regexp.MustCompile(`(?i)^sea[0-9]`)

// explainCode prints the explanation of a code.
func (a *app) explainCode(code string) error {
	e, ok := diag.Explain(code)
	if !ok {
		next := "docs/errors.md lists all codes"
		if best, ok := diag.Closest(code, diag.Codes()); ok {
			next = "did you mean " + best + "? Or " + next
		}
		return usage("there is no code "+code, next)
	}
	if a.json {
		return a.printJSON(e)
	}
	fmt.Fprintf(a.stdout, "%s (%s)\n\n%s\n", e.Code, e.Name, e.Text)
	return nil
}

// completeHelp completes commands and codes.
func completeHelp(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var all []string
	for _, c := range cmd.Root().Commands() {
		if c.IsAvailableCommand() {
			all = append(all, c.Name()+"\t"+c.Short)
		}
	}
	for _, e := range diag.Explanations() {
		all = append(all, e.Code+"\t"+e.Name)
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}

// ranges are the parts of the page of codes.
var ranges = []struct{ prefix, title string }{
	{"SEA1", "Annotations, signatures and names"},
	{"SEA2", "Constructors and queues"},
	{"SEA3", "Configuration and command line"},
	{"SEA4", "Builds"},
	{"SEA5", "The environment `local`"},
	{"SEA6", "Deployments and files"},
	{"SEA7", "The AWS provider and Terraform"},
	{"SEA8", "Comparisons with a base"},
	{"SEA9", "Lint"},
}

// writeCodes writes the page of codes in Markdown, which docs/errors.md holds.
func writeCodes(w io.Writer) {
	for _, r := range ranges {
		fmt.Fprintf(w, "\n## %s\n\n| code | name | |\n|---|---|---|\n", r.title)
		for _, e := range diag.Explanations() {
			if e.Code[:len(r.prefix)] == r.prefix {
				fmt.Fprintf(w, "| `%s` | %s | %s |\n", e.Code, e.Name, e.Text)
			}
		}
	}
}

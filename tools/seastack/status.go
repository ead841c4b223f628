package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/local"
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
			e, err := local.Open(p)
			if err != nil {
				return err
			}
			s, err := e.Status(cmd.Context())
			if err != nil {
				return err
			}
			if api && !a.json {
				return a.printAPI(s.API)
			}
			if err := a.printStatus(s); err != nil {
				return err
			}
			if len(s.Stopped) > 0 {
				return errFindings
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&api, "api", false, "print nothing but the API's base URL")
	return cmd
}

func (a *app) printStatus(s local.Status) error {
	if a.json {
		return a.printJSON(s)
	}
	w := tabwriter.NewWriter(a.stdout, 0, 0, 3, ' ', 0)
	withChanges := slices.ContainsFunc(s.Stacks, func(x local.StackStatus) bool { return x.Changes != nil })
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
	a.printURLs(s.Stacks)
	fmt.Fprintln(a.stdout)
	for _, p := range s.Processes {
		fmt.Fprintf(a.stdout, "%s runs as process %d\n", p.Name, p.PID)
		if p.Name == "localcloud" {
			fmt.Fprintf(a.stdout, "its dashboard is at %s\n", s.Dashboard)
		}
	}
	switch {
	case len(s.Processes) == 0 && len(s.Stopped) > 0:
		fmt.Fprintln(a.stdout, a.typed("nothing runs; start it with: seastack up"))
	case len(s.Stopped) > 0:
		fmt.Fprintln(a.stdout, a.typed(strings.Join(s.Stopped, " and ")+" does not run; start it with: seastack up"))
	}
	return nil
}

// printURLs prints the URLs of functions that have their own.
func (a *app) printURLs(stacks []local.StackStatus) {
	separator := "\n"
	for _, x := range stacks {
		for _, u := range x.URLs {
			fmt.Fprintf(a.stdout, "%s%s/%s is at %s\n", separator, x.Stack, u.Function, u.URL)
			separator = ""
		}
	}
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

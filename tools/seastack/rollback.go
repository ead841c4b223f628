package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/pipeline"
)

func (a *app) historyCommand() *cobra.Command {
	var env string
	cmd := &cobra.Command{
		Use:   "history STACK",
		Short: "List the deploys of a stack: when, by whom, from which commit",
		Args:  oneStack,
		RunE: func(cmd *cobra.Command, args []string) error {
			r := a.progress()
			defer r.Stop()
			p, e, err := a.environment(env)
			if err != nil {
				return err
			}
			d := &pipeline.Deployment{Project: p, Env: e, Report: r}
			all, err := d.History(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return a.printHistory(all)
		},
	}
	cmd.Flags().StringVar(&env, "env", config.Local, "environment, as in seastack.hcl")
	return cmd
}

func oneStack(cmd *cobra.Command, args []string) error {
	if len(args) != 1 || strings.Count(args[0], "/") > 1 {
		return usage(cmd.Name()+" takes one stack", "name it as in: "+cmd.CommandPath()+" web")
	}
	return nil
}

func (a *app) printHistory(all []change.Deploy) error {
	if a.json {
		if all == nil {
			all = []change.Deploy{}
		}
		return a.printJSON(map[string]any{"deploys": all})
	}
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "TIME\tCOMMIT\tBY\tZIPS\t")
	for i, d := range all {
		commit := fmt.Sprintf("%.12s", d.Commit)
		if d.Dirty {
			commit += " and more"
		}
		var before map[string]string
		if i+1 < len(all) {
			before = all[i+1].Digests
		}
		note := ""
		if len(d.Pinned) > 0 {
			note = "pinned: " + strings.Join(d.Pinned, ", ")
		}
		if len(d.Canary) > 0 {
			note = strings.TrimPrefix(note+"; ", "; ") + "canary: " + strings.Join(d.Canary, ", ")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", d.Time.UTC().Format("2006-01-02 15:04:05"), commit, d.By, newZips(before, d.Digests), note)
	}
	return w.Flush()
}

// newZips names the functions with another zip than before.
func newZips(before, now map[string]string) string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if before[name] != now[name] {
			names = append(names, fmt.Sprintf("%s %.12s", name, now[name]))
		}
	}
	if len(names) > 3 {
		return fmt.Sprintf("%d functions", len(names))
	}
	return strings.Join(names, ", ")
}

func (a *app) rollbackCommand() *cobra.Command {
	var env, to string
	cmd := &cobra.Command{
		Use:   "rollback STACK[/FUNCTION]",
		Short: "Bring back the code that a stack or a function had before, without a build",
		Long: `rollback deploys zips that were deployed before: those of the last deploy that had
others, or, with --to, those of a commit or one with that digest. It builds and
uploads nothing, and changes nothing but the functions' code and versions. The
functions are pinned there: plan, up and apply say so, and keep them, until
"seastack unpin" lets them go.`,
		Example: "  seastack rollback web --env production\n  seastack rollback web/interviews-create --to 4f0c2a9 --env production",
		Args:    oneStack,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.rollback(cmd.Context(), args[0], env, to)
		},
	}
	cmd.Flags().StringVar(&env, "env", config.Local, "environment, as in seastack.hcl")
	cmd.Flags().StringVar(&to, "to", "", "a commit that was deployed, or the digest of a zip; their first 7 characters do")
	return cmd
}

func (a *app) rollback(ctx context.Context, what, envName, to string) error {
	stack, function, _ := strings.Cut(what, "/")
	if to != "" && len(to) < shortestReference {
		return usage("--to "+to+" is too short", fmt.Sprintf("name %d characters of it at least", shortestReference))
	}
	r := a.progress()
	defer r.Stop()
	p, env, err := a.environment(envName)
	if err != nil {
		return err
	}
	d, unlock, err := openDeployment(ctx, p, env, r)
	if err != nil {
		return err
	}
	defer unlock()
	history, err := d.History(ctx, stack)
	if err != nil {
		return err
	}
	digests, err := earlier(history, stack, function, to)
	if err != nil {
		return err
	}
	plan, err := d.Rollback(ctx, stack, digests)
	if err != nil {
		return err
	}
	r.Stop()
	return a.printPlans([]deploy.Planned{plan}, deploy.Summary.Done)
}

// shortestReference is how much of a commit or a digest must be named.
const shortestReference = 7

// earlier returns the zips that functions of a stack had before, by their names:
// those that differ from what is deployed now.
func earlier(history []change.Deploy, stack, function, to string) (map[string]string, error) {
	none := func(why string) error {
		return diag.Diagnostic{Code: diag.NoHistory, Message: why, Next: "see what there is: seastack history " + stack}
	}
	if len(history) == 0 {
		return nil, none("nothing is known of deploys of " + stack)
	}
	now := history[0].Digests
	for _, d := range history {
		found := map[string]string{}
		for name, digest := range d.Digests {
			_, still := now[name]
			mine := function == "" || name == function
			matches := to == "" || strings.HasPrefix(d.Commit, to) || strings.HasPrefix(digest, to)
			if still && mine && matches && digest != now[name] {
				found[name] = digest
			}
		}
		if len(found) > 0 {
			return found, nil
		}
		if to != "" && strings.HasPrefix(d.Commit, to) {
			return nil, none("what was deployed of " + stack + " from " + to + " is what is deployed now")
		}
	}
	if to != "" {
		return nil, none("no deploy of " + stack + " has other zips from " + to)
	}
	return nil, none(stack + " has had no other zips")
}

func (a *app) unpinCommand() *cobra.Command {
	var env string
	cmd := &cobra.Command{
		Use:   "unpin STACK[/FUNCTION]",
		Short: "Let functions go that a rollback has pinned; the next deploy is of what is built",
		Args:  oneStack,
		RunE: func(cmd *cobra.Command, args []string) error {
			r := a.progress()
			defer r.Stop()
			p, e, err := a.environment(env)
			if err != nil {
				return err
			}
			stack, function, _ := strings.Cut(args[0], "/")
			d := &pipeline.Deployment{Project: p, Env: e, Report: r}
			freed, err := d.Unpin(cmd.Context(), stack, function)
			if err != nil {
				return err
			}
			if len(freed) == 0 {
				return diag.Diagnostic{Code: diag.NoHistory, Message: "nothing of " + args[0] + " is pinned", Next: "see what is: seastack plan --env " + env}
			}
			if a.json {
				return a.printJSON(map[string]any{"unpinned": freed})
			}
			fmt.Fprintf(a.stdout, "unpinned: %s; run seastack up or apply to deploy what is built\n", strings.Join(freed, ", "))
			return nil
		},
	}
	cmd.Flags().StringVar(&env, "env", config.Local, "environment, as in seastack.hcl")
	return cmd
}

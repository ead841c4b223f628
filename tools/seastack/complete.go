package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/pipeline"
)

// completeFlags completes --env and --stack of a command that has them.
func (a *app) completeFlags(cmd *cobra.Command) {
	for flag, complete := range map[string]cobra.CompletionFunc{"env": a.completeEnvironments, "stack": a.completeStacks} {
		if cmd.Flags().Lookup(flag) != nil {
			_ = cmd.RegisterFlagCompletionFunc(flag, complete) // fails only for a flag that is not there
		}
	}
}

func (a *app) completeEnvironments(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	p, err := a.project()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, e := range p.Config.Environments {
		if !e.IsTemplate() {
			names = append(names, e.Name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) completeStacks(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	names := pipeline.StackNames(a.modelToComplete(cmd.Context()))
	if cmd.Name() == "plan" || cmd.Name() == "apply" {
		names = append(names, pipeline.Platform)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) completeFunctions(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return functionNames(a.modelToComplete(cmd.Context())), cobra.ShellCompDirectiveNoFileComp
}

// completeStacksAndFunctions completes a stack's functions once its name and the
// slash are there.
func (a *app) completeStacksAndFunctions(cmd *cobra.Command, _ []string, toComplete string) ([]string, cobra.ShellCompDirective) {
	m := a.modelToComplete(cmd.Context())
	if strings.Contains(toComplete, "/") {
		return functionNames(m), cobra.ShellCompDirectiveNoFileComp
	}
	return append(pipeline.StackNames(m), functionNames(m)...), cobra.ShellCompDirectiveNoFileComp
}

// modelToComplete returns the model, or an empty one of a module that does not
// load: completion has no place for errors.
func (a *app) modelToComplete(ctx context.Context) model.Model {
	p, err := a.project()
	if err != nil {
		return model.Model{}
	}
	m, _, _ := pipeline.Model(ctx, p)
	return m
}

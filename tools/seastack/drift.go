package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/tools/github"
	"github.com/seastack/seastack/tools/review"
)

func (a *app) driftCommand() *cobra.Command {
	var f rootFlags
	var issues bool
	var repo string
	cmd := &cobra.Command{
		Use:   "drift",
		Short: "Find what is no longer as it was deployed",
		Long: `drift asks Terraform about every stack of an environment, also about those that are
proven unchanged, from a checkout of what is deployed. What would change has been
changed by somebody else. With --issues it keeps one open issue of GitHub's for each
stack that has drifted, and closes it when that is over.
The exit code is 0 when nothing has drifted and 1 when something has.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.drift(cmd.Context(), f, issues, repo)
		},
	}
	cmd.Flags().StringVar(&f.env, "env", "local", "environment, as in seastack.hcl")
	cmd.Flags().StringArrayVar(&f.stacks, "stack", nil, `only this stack, or "platform" (repeatable)`)
	cmd.Flags().BoolVar(&issues, "issues", false, "keep an issue of GitHub's for each stack that has drifted")
	cmd.Flags().StringVar(&repo, "repo", "", "repository, as `owner/name`; default: GITHUB_REPOSITORY")
	return cmd
}

func (a *app) drift(ctx context.Context, f rootFlags, issues bool, repo string) error {
	r := a.progress()
	defer r.Stop()
	d, names, unlock, err := a.deployment(ctx, f, r)
	if err != nil {
		return err
	}
	defer unlock()
	d.All = true
	report, outcomes, err := a.planned(ctx, d, names, f, planFlags{})
	if err != nil {
		return err
	}
	r.Stop()
	if err := a.printReport(report, outcomes); err != nil {
		return err
	}
	if issues {
		if err := reportDrift(ctx, report, repo); err != nil {
			return err
		}
	}
	return concluded(report, outcomes)
}

func reportDrift(ctx context.Context, report review.Report, repo string) error {
	flags := commentFlags{repo: repo}
	if err := flags.fill(); err != nil {
		return err
	}
	owner, name, ok := strings.Cut(flags.repo, "/")
	token := os.Getenv("GITHUB_TOKEN")
	if !ok || token == "" {
		return usage(fmt.Sprintf("--issues needs a repository and a token, and has %q", flags.repo), "set GITHUB_REPOSITORY and GITHUB_TOKEN, which may write issues")
	}
	client, err := github.New(token, os.Getenv("GITHUB_API_URL"))
	if err != nil {
		return err
	}
	_, err = client.ReportDrift(ctx, owner, name, report, flags.page)
	return err
}

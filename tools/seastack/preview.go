package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/github"
	"github.com/seastack/seastack/tools/pipeline"
)

func (a *app) previewCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "preview",
		Short: "Give a pull request an environment of its own",
		Long: `preview deploys the checkout to an environment that only one pull request has, and
removes it again with all that it has. It is made from the environment block of
seastack.hcl with a block "preview": that of the pull request 7 is called PREVIEW-7,
which other commands take as their --env. Where the block names a database_secret,
each preview has a database of its own on that server.

With --comment one comment on the pull request says where the preview is.`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			return usage("preview needs a command", "name one: preview up, preview down or preview list")
		},
	}
	cmd.AddCommand(a.previewUpCommand(), a.previewDownCommand(), a.previewListCommand())
	return cmd
}

// previewFlags are the flags of the commands on one preview.
type previewFlags struct {
	commentFlags
	comment bool
}

func (f *previewFlags) add(cmd *cobra.Command) {
	cmd.Flags().IntVar(&f.pr, "pr", 0, "number of the pull request; default: that of the event")
	cmd.Flags().BoolVar(&f.comment, "comment", false, "say it in the pull request; GITHUB_TOKEN must hold a token that may write there")
	cmd.Flags().StringVar(&f.repo, "repo", "", "repository, as `owner/name`; default: GITHUB_REPOSITORY")
}

func (a *app) previewUpCommand() *cobra.Command {
	var f previewFlags
	cmd := &cobra.Command{
		Use:     "up",
		Short:   "Deploy the checkout to the pull request's own environment",
		Example: "  seastack preview up --pr 7",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.previewUp(cmd.Context(), f) },
	}
	f.add(cmd)
	return cmd
}

func (a *app) previewDownCommand() *cobra.Command {
	var f previewFlags
	cmd := &cobra.Command{
		Use:   "down",
		Short: "Destroy the pull request's own environment and all that it has",
		Long: `down destroys what the preview's states list, drops its database, and removes the
states: any checkout of the repository will do. One that is not there is no error.`,
		Example: "  seastack preview down --pr 7",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.previewDown(cmd.Context(), f) },
	}
	f.add(cmd)
	return cmd
}

func (a *app) previewListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the previews that there are",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.previewList(cmd.Context()) },
	}
}

// preview is the JSON of `preview up` and `preview down`.
type preview struct {
	Environment string   `json:"environment"`
	URL         string   `json:"url,omitempty"`
	Destroyed   []string `json:"destroyed,omitempty"` // roots
}

// previewMarker names the comment that says where a preview is.
const previewMarker = "<!-- seastack:preview -->"

func (a *app) previewUp(ctx context.Context, f previewFlags) error {
	d, stop, err := a.previewDeployment(&f)
	if err != nil {
		return err
	}
	defer stop()
	if _, err := a.prepare(ctx, d, nil); err != nil {
		return err
	}
	m, _, err := pipeline.Model(ctx, d.Project)
	if err != nil {
		return err
	}
	if err := d.PreviewUp(ctx, m); err != nil {
		return err
	}
	url, err := apiURL(ctx, d)
	if err != nil {
		return err
	}
	stop()
	commit, _ := change.Commit(ctx, d.Project.Root, os.Environ())
	text := fmt.Sprintf("The preview of `%.12s` runs as `%s`. It has no HTTP route.\n", commit, d.Env.Name)
	if url != "" {
		text = fmt.Sprintf("The preview of `%.12s` runs as `%s`: %s\n", commit, d.Env.Name, url)
	}
	if err := f.notice(ctx, text); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(preview{Environment: d.Env.Name, URL: url})
	}
	_, err = fmt.Fprintf(a.stdout, "%s runs\n%s\n", d.Env.Name, url)
	return err
}

func (a *app) previewDown(ctx context.Context, f previewFlags) error {
	d, stop, err := a.previewDeployment(&f)
	if err != nil {
		return err
	}
	defer stop()
	roots, err := d.PreviewDown(ctx)
	if err != nil {
		return err
	}
	stop()
	if err := f.notice(ctx, fmt.Sprintf("The preview `%s` is gone, with all that it had.\n", d.Env.Name)); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(preview{Environment: d.Env.Name, Destroyed: roots})
	}
	_, err = fmt.Fprintf(a.stdout, "%s is gone; it had %d roots\n", d.Env.Name, len(roots))
	return err
}

// previewDeployment returns the deployment of a pull request's environment; stop
// closes it, and ends the view of its progress.
func (a *app) previewDeployment(f *previewFlags) (d *pipeline.Deployment, stop func(), err error) {
	if err := f.fill(); err != nil {
		return nil, nil, err
	}
	p, err := a.project()
	if err != nil {
		return nil, nil, err
	}
	template, err := p.Config.Template()
	if err != nil {
		return nil, nil, err
	}
	if f.pr < 1 || f.pr > config.MaxPreview {
		return nil, nil, usage(fmt.Sprintf("there is no pull request %d", f.pr), "name it as in --pr 7, or run it for an event of a pull request")
	}
	p, env, err := a.environment(template.Instance(f.pr).Name)
	if err != nil {
		return nil, nil, err
	}
	r := a.progress()
	d = onAWS(p, env, r)
	return d, func() { d.Close(); r.Stop() }, nil
}

// apiURL returns the URL of an environment's API; "" where it has none.
func apiURL(ctx context.Context, d *pipeline.Deployment) (url string, err error) {
	outputs, err := d.Outputs(ctx, pipeline.Platform)
	if err != nil || outputs["api_endpoint"] == nil {
		return "", err
	}
	return url, json.Unmarshal(outputs["api_endpoint"], &url)
}

// notice says a text in the pull request, where that is wanted.
func (f *previewFlags) notice(ctx context.Context, text string) error {
	if !f.comment {
		return nil
	}
	pull, err := f.pull()
	if err != nil {
		return err
	}
	client, err := github.New(os.Getenv("GITHUB_TOKEN"), os.Getenv("GITHUB_API_URL"))
	if err != nil {
		return err
	}
	_, err = client.Notice(ctx, pull, previewMarker, text)
	return err
}

func (a *app) previewList(ctx context.Context) error {
	p, err := a.project()
	if err != nil {
		return err
	}
	template, err := p.Config.Template()
	if err != nil {
		return err
	}
	numbers, err := pipeline.Previews(ctx, template)
	if err != nil {
		return diag.Diagnostic{Code: diag.RecordsUnusable, Message: "the states of previews cannot be listed: " + err.Error(),
			Next: "see to credentials that may list the backend's bucket"}
	}
	names := []string{}
	for _, n := range numbers {
		names = append(names, template.Instance(n).Name)
	}
	if a.json {
		return a.printJSON(map[string]any{"previews": names})
	}
	for _, name := range names {
		fmt.Fprintln(a.stdout, name)
	}
	return nil
}

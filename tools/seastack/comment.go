package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seastack/seastack/tools/github"
	"github.com/seastack/seastack/tools/review"
)

// commentFlags are the flags of comment, which a workflow's variables fill in.
type commentFlags struct {
	repo, head, page string
	pr               int
	dryRun, noCheck  bool
}

func (a *app) commentCommand() *cobra.Command {
	var f commentFlags
	cmd := &cobra.Command{
		Use:   "comment DIR",
		Short: "Show a plan in a pull request: one comment, and a check that agrees",
		Long: `comment puts the report that "seastack plan --out DIR" has written into the pull
request: one comment for each environment, which is created once and then changed,
and a check on the commit. A plan that failed is never green. One of an older report
than the comment's changes nothing; one of a commit that is no longer the pull
request's says so. What does not fit into a comment is in the job's summary.

In a workflow of GitHub's, the repository, the pull request, its commit and the
page are known; the exit code is 1 when a stack could not be planned. GITHUB_TOKEN must hold a token that may write issues, pull requests
and checks.`,
		Example: "  seastack comment plan\n  seastack comment plan --dry-run",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("comment takes one folder", "name the folder that seastack plan --out has written")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.comment(cmd.Context(), args[0], f)
		},
	}
	cmd.Flags().StringVar(&f.repo, "repo", "", "repository, as `owner/name`; default: GITHUB_REPOSITORY")
	cmd.Flags().IntVar(&f.pr, "pr", 0, "number of the pull request; default: that of the event")
	cmd.Flags().StringVar(&f.head, "head", "", "the pull request's commit that was planned; default: that of the event")
	cmd.Flags().StringVar(&f.page, "page", "", "URL of the whole report; default: the workflow's run")
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "print the comment, and change nothing")
	cmd.Flags().BoolVar(&f.noCheck, "no-check", false, "make no check")
	return cmd
}

func (a *app) comment(ctx context.Context, dir string, f commentFlags) error {
	report, digest, err := readReport(dir)
	if err != nil {
		return err
	}
	if err := f.fill(); err != nil {
		return err
	}
	post := github.Post{Head: f.head, Report: report, Digest: digest, Page: f.page}
	if f.dryRun {
		_, err := fmt.Fprint(a.stdout, post.Body())
		return err
	}
	if post.Pull, err = f.pull(); err != nil {
		return err
	}
	token := os.Getenv("GITHUB_TOKEN")
	if token == "" {
		return usage("GITHUB_TOKEN is not set", "give it a token that may write issues, pull requests and checks, or use --dry-run")
	}
	if err := summarise(report, digest, f.page); err != nil {
		return err
	}
	client, err := github.New(token, os.Getenv("GITHUB_API_URL"))
	if err != nil {
		return err
	}
	posted, err := client.Comment(ctx, post)
	if err != nil {
		return err
	}
	if !f.noCheck && post.Head != "" {
		if err := client.Check(ctx, post, posted); err != nil {
			return err
		}
	}
	if a.json {
		if err := a.printJSON(posted); err != nil {
			return err
		}
	}
	switch {
	case a.json:
	case posted.Superseded:
		fmt.Fprintf(a.stdout, "%s has a newer report: left as it is\n", posted.URL)
	case posted.Created:
		fmt.Fprintf(a.stdout, "created %s\n", posted.URL)
	default:
		fmt.Fprintf(a.stdout, "updated %s\n", posted.URL)
	}
	if !report.OK() { // so that the job that planned it fails, too
		return errFindings
	}
	return nil
}

// fill takes what the flags leave out from the variables of a workflow.
// https://docs.github.com/en/actions/reference/workflows-and-actions/variables
func (f *commentFlags) fill() error {
	if f.repo == "" {
		f.repo = os.Getenv("GITHUB_REPOSITORY")
	}
	if f.page == "" && os.Getenv("GITHUB_RUN_ID") != "" {
		f.page = os.Getenv("GITHUB_SERVER_URL") + "/" + f.repo + "/actions/runs/" + os.Getenv("GITHUB_RUN_ID")
	}
	file := os.Getenv("GITHUB_EVENT_PATH")
	if file == "" {
		return nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var event struct {
		PullRequest struct {
			Number int
			Head   struct{ SHA string }
		} `json:"pull_request"`
	}
	if err := json.Unmarshal(raw, &event); err != nil {
		return fmt.Errorf("the event in %s: %w", file, err)
	}
	if f.pr == 0 {
		f.pr = event.PullRequest.Number
	}
	if f.head == "" {
		f.head = event.PullRequest.Head.SHA
	}
	return nil
}

func (f *commentFlags) pull() (github.Pull, error) {
	owner, repo, ok := strings.Cut(f.repo, "/")
	if !ok || owner == "" || repo == "" {
		return github.Pull{}, usage("the repository is "+strconv.Quote(f.repo), "name it as in --repo owner/name")
	}
	if f.pr <= 0 {
		return github.Pull{}, usage("there is no pull request", "name it as in --pr 7, or run it for an event of a pull request")
	}
	return github.Pull{Owner: owner, Repo: repo, Number: f.pr}, nil
}

// summaryLimit is the largest summary of a job's step, in bytes.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
const summaryLimit = 1 << 20

// summarise adds the report to the summary of the workflow's job, where there is
// one.
func summarise(r review.Report, digest, page string) error {
	file := os.Getenv("GITHUB_STEP_SUMMARY")
	if file == "" {
		return nil
	}
	out, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = out.WriteString(r.Markdown(review.Comment{Limit: summaryLimit - 1, Page: page, Digest: digest}))
	if e := out.Close(); err == nil {
		err = e
	}
	return err
}

package github

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/go-github/v82/github"

	"github.com/seastack/seastack/tools/review"
)

// driftLabel is the label of issues about drift.
const driftLabel = "drift"

// Drift is what became of the issues of an environment.
type Drift struct {
	Opened []string `json:"opened"` // URLs
	Kept   []string `json:"kept"`
	Closed []string `json:"closed"`
}

func driftMarker(environment, stack string) string {
	return "<!-- seastack:drift:" + environment + ":" + stack + " -->"
}

// ReportDrift keeps one open issue for each stack of the report that is no longer
// what was deployed, and closes those of stacks that are again.
func (c *Client) ReportDrift(ctx context.Context, owner, repo string, r review.Report, page string) (d Drift, err error) {
	err = c.try(ctx, func() error {
		d = Drift{Opened: []string{}, Kept: []string{}, Closed: []string{}}
		open, err := c.driftIssues(ctx, owner, repo)
		if err != nil {
			return err
		}
		for _, root := range r.Roots {
			issue := open[driftMarker(r.Environment, root.Name)]
			switch drifted := root.Status == review.Changes; {
			case drifted && issue == nil:
				err = c.openDrift(ctx, owner, repo, r, root, page, &d)
			case drifted:
				err = c.editDrift(ctx, owner, repo, issue, driftBody(r, root, page), &d)
			case issue != nil && root.Status != review.Failed: // one that cannot be planned may still have drifted
				err = c.closeDrift(ctx, owner, repo, issue, r, &d)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return d, err
}

// driftIssues returns the open issues about drift, by their marks.
func (c *Client) driftIssues(ctx context.Context, owner, repo string) (map[string]*github.Issue, error) {
	found := map[string]*github.Issue{}
	o := &github.IssueListByRepoOptions{State: "open", Labels: []string{driftLabel}, ListOptions: github.ListOptions{PerPage: 100}}
	for {
		page, resp, err := c.api.Issues.ListByRepo(ctx, owner, repo, o)
		if err != nil {
			return nil, err
		}
		for _, issue := range page {
			mark, _, _ := strings.Cut(issue.GetBody(), "\n")
			if strings.HasPrefix(mark, "<!-- seastack:drift:") && found[mark] == nil {
				found[mark] = issue
			}
		}
		if resp.NextPage == 0 {
			return found, nil
		}
		o.ListOptions.Page = resp.NextPage
	}
}

func driftBody(r review.Report, root review.Root, page string) string {
	one := r
	one.Roots = []review.Root{root}
	mark := driftMarker(r.Environment, root.Name) + "\n"
	return mark + one.Markdown(review.Comment{Limit: review.GitHubLimit - len(mark), Page: page})
}

func (c *Client) openDrift(ctx context.Context, owner, repo string, r review.Report, root review.Root, page string, d *Drift) error {
	title, body := fmt.Sprintf("%s has drifted in %s", root.Name, r.Environment), driftBody(r, root, page)
	issue, _, err := c.api.Issues.Create(ctx, owner, repo, &github.IssueRequest{Title: &title, Body: &body, Labels: &[]string{driftLabel}})
	if err == nil {
		d.Opened = append(d.Opened, issue.GetHTMLURL())
	}
	return err
}

func (c *Client) editDrift(ctx context.Context, owner, repo string, issue *github.Issue, body string, d *Drift) error {
	d.Kept = append(d.Kept, issue.GetHTMLURL())
	_, _, err := c.api.Issues.Edit(ctx, owner, repo, issue.GetNumber(), &github.IssueRequest{Body: &body})
	return err
}

func (c *Client) closeDrift(ctx context.Context, owner, repo string, issue *github.Issue, r review.Report, d *Drift) error {
	text := "It is as it was deployed again, at " + r.When() + "."
	if _, _, err := c.api.Issues.CreateComment(ctx, owner, repo, issue.GetNumber(), &github.IssueComment{Body: &text}); err != nil {
		return err
	}
	_, _, err := c.api.Issues.Edit(ctx, owner, repo, issue.GetNumber(), &github.IssueRequest{State: github.Ptr("closed")})
	if err == nil {
		d.Closed = append(d.Closed, issue.GetHTMLURL())
	}
	return err
}

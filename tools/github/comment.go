package github

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-github/v82/github"

	"github.com/seastack/seastack/tools/review"
)

// Post is a report for a pull request.
type Post struct {
	Pull   Pull
	Head   string // the commit that was planned, as the pull request knows it
	Report review.Report
	Digest string // of the report
	Page   string // URL of the whole report; may be empty
}

// Posted is what came of a report.
type Posted struct {
	// Superseded reports that the comment is of a newer report, and was left alone.
	Superseded bool   `json:"superseded"`
	Stale      bool   `json:"stale"`   // the pull request has a newer commit
	Created    bool   `json:"created"` // there was no comment before
	URL        string `json:"url"`
	Body       string `json:"-"`
}

// stamp is the hidden line of a comment by which a later report finds out whether
// it is older.
var stamp = regexp.MustCompile(`<!-- seastack:planned:([0-9]+) -->`)

func (p Post) body(note string) string {
	line := fmt.Sprintf("<!-- seastack:planned:%d -->\n", p.Report.Time.Unix())
	return line + p.Report.Markdown(review.Comment{
		Limit: review.GitHubLimit - len(line), Page: p.Page, Digest: p.Digest, Note: note,
	})
}

// Body returns the comment as it would be posted.
func (p Post) Body() string { return p.body("") }

// Comment makes the environment's comment on the pull request that of the report.
// There is one at any time: it is created once and then changed; of several, which
// jobs that ran at once have made, the first stays. One of a newer report is left
// alone.
func (c *Client) Comment(ctx context.Context, p Post) (posted Posted, err error) {
	err = c.try(ctx, func() error {
		note, stale, err := c.staleness(ctx, p)
		if err != nil {
			return err
		}
		posted = Posted{Stale: stale, Body: p.body(note)}
		return c.upsert(ctx, sticky{p.Pull, review.Marker(p.Report.Environment), p.Report.Time.Unix()}, &posted)
	})
	return posted, err
}

// staleness compares the commit that was planned with the pull request's.
func (c *Client) staleness(ctx context.Context, p Post) (note string, stale bool, err error) {
	pull, _, err := c.api.PullRequests.Get(ctx, p.Pull.Owner, p.Pull.Repo, p.Pull.Number)
	if err != nil {
		return "", false, err
	}
	head := pull.GetHead().GetSHA()
	if p.Head == "" || head == "" || head == p.Head {
		return "", false, nil
	}
	return fmt.Sprintf("This plan is stale: it is of `%.12s`, and the pull request is at `%.12s` now.", p.Head, head), true, nil
}

// sticky is a comment of which there is one at any time.
type sticky struct {
	pull   Pull
	marker string // a hidden line that names it
	at     int64  // when what it says was found out, in seconds since 1970
}

// Notice makes the one comment with the marker on a pull request say text.
func (c *Client) Notice(ctx context.Context, pull Pull, marker, text string) (posted Posted, err error) {
	now := time.Now().Unix()
	err = c.try(ctx, func() error {
		posted = Posted{Body: fmt.Sprintf("%s\n<!-- seastack:planned:%d -->\n%s", marker, now, text)}
		return c.upsert(ctx, sticky{pull, marker, now}, &posted)
	})
	return posted, err
}

func (c *Client) upsert(ctx context.Context, p sticky, posted *Posted) error {
	ours, err := c.find(ctx, p)
	if err != nil {
		return err
	}
	if len(ours) == 0 {
		if _, _, err := c.api.Issues.CreateComment(ctx, p.pull.Owner, p.pull.Repo, p.pull.Number, &github.IssueComment{Body: &posted.Body}); err != nil {
			return err
		}
		posted.Created = true
		// Another job may have done the same.
		if ours, err = c.find(ctx, p); err != nil || len(ours) == 0 {
			return err
		}
	}
	first := ours[0]
	for _, extra := range ours[1:] {
		if planned(extra) > planned(first) && planned(extra) > p.at {
			posted.Body = extra.GetBody() // the newer of the two texts stays
		}
		_, err := c.api.Issues.DeleteComment(ctx, p.pull.Owner, p.pull.Repo, extra.GetID())
		if err != nil && !is(err, http.StatusNotFound) {
			return err
		}
	}
	posted.URL = first.GetHTMLURL()
	if planned(first) > p.at {
		posted.Superseded = true
		return nil
	}
	if first.GetBody() == posted.Body {
		return nil
	}
	_, _, err = c.api.Issues.EditComment(ctx, p.pull.Owner, p.pull.Repo, first.GetID(), &github.IssueComment{Body: &posted.Body})
	if is(err, http.StatusNotFound) { // deleted in between
		created, _, err := c.api.Issues.CreateComment(ctx, p.pull.Owner, p.pull.Repo, p.pull.Number, &github.IssueComment{Body: &posted.Body})
		posted.Created, posted.URL = true, created.GetHTMLURL()
		return err
	}
	return err
}

// planned returns when the report of a comment was made, in seconds since 1970.
func planned(c *github.IssueComment) int64 {
	m := stamp.FindStringSubmatch(c.GetBody())
	if m == nil {
		return 0
	}
	n, _ := strconv.ParseInt(m[1], 10, 64) // digits
	return n
}

// find returns the comments with the marker, the oldest first.
func (c *Client) find(ctx context.Context, p sticky) (found []*github.IssueComment, err error) {
	o := &github.IssueListCommentsOptions{ListOptions: github.ListOptions{PerPage: 100}}
	for {
		page, resp, err := c.api.Issues.ListComments(ctx, p.pull.Owner, p.pull.Repo, p.pull.Number, o)
		if err != nil {
			return nil, err
		}
		for _, comment := range page {
			if strings.Contains(comment.GetBody(), p.marker) {
				found = append(found, comment)
			}
		}
		if resp.NextPage == 0 {
			slices.SortFunc(found, func(a, b *github.IssueComment) int { return int(a.GetID() - b.GetID()) })
			return found, nil
		}
		o.Page = resp.NextPage
	}
}

// Check makes the environment's check on the commit say what the report says: a
// plan that failed is never green, and one that is stale is neither.
func (c *Client) Check(ctx context.Context, p Post, posted Posted) error {
	conclusion, title := "success", p.Report.Headline()
	switch {
	case !p.Report.OK():
		conclusion = "failure"
	case posted.Stale || posted.Superseded:
		conclusion, title = "neutral", "a newer plan takes its place"
	}
	summary := p.Report.Markdown(review.Comment{Limit: review.GitHubLimit - 1, Page: p.Page, Digest: p.Digest})
	now := github.Timestamp{Time: time.Now()}
	return c.try(ctx, func() error {
		_, _, err := c.api.Checks.CreateCheckRun(ctx, p.Pull.Owner, p.Pull.Repo, github.CreateCheckRunOptions{
			Name: "seastack plan: " + p.Report.Environment, HeadSHA: p.Head, Status: github.Ptr("completed"), Conclusion: &conclusion,
			CompletedAt: &now, Output: &github.CheckRunOutput{Title: &title, Summary: &summary},
		})
		return err
	})
}

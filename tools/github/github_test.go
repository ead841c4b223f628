package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/github/githubtest"
	"github.com/seastack/seastack/tools/review"
)

// start starts a hub; waits collects how long the client has been asked to wait.
func start(t *testing.T) (h *githubtest.Hub, c *Client, waits *[]time.Duration) {
	t.Helper()
	h = &githubtest.Hub{Head: "head1"}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	c, err := New("token", server.URL)
	if err != nil {
		t.Fatal(err)
	}
	waits = &[]time.Duration{}
	c.wait = func(_ context.Context, d time.Duration) error {
		*waits = append(*waits, d)
		return nil
	}
	return h, c, waits
}

// post returns a report that was made in that minute.
func post(minute int) Post {
	s := deploy.NewSummary("web")
	s.Change = minute
	return Post{
		Pull: Pull{"acme", "shop", 7}, Head: "head1",
		Report: review.Report{
			Project: "shop", Environment: "live", Commit: "head1", Time: time.Date(2026, 11, 27, 8, minute, 0, 0, time.UTC),
			Roots: []review.Root{{Name: "web", Status: review.Changes, Summary: s}},
		},
	}
}

func must(t *testing.T) func(Posted, error) Posted {
	return func(p Posted, err error) Posted {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
}

func wantOne(t *testing.T, h *githubtest.Hub, text string) {
	t.Helper()
	var ours []githubtest.Comment
	for _, c := range h.Comments {
		if strings.Contains(c.Body, "seastack:plan:live") {
			ours = append(ours, c)
		}
	}
	if len(ours) != 1 || !strings.Contains(ours[0].Body, text) {
		t.Errorf("%d comments, want one with %q: %v", len(ours), text, ours)
	}
}

// TestOneComment: it is created once, then changed, among hundreds of others.
func TestOneComment(t *testing.T) {
	h, c, _ := start(t)
	for range 250 {
		h.Add("a remark")
	}
	if p := must(t)(c.Comment(t.Context(), post(1))); !p.Created {
		t.Errorf("%+v", p)
	}
	for range 150 {
		h.Add("<!-- seastack:plan:staging --> of another environment")
	}
	if p := must(t)(c.Comment(t.Context(), post(2))); p.Created || p.URL != "https://example.com/251" {
		t.Errorf("%+v", p)
	}
	wantOne(t, h, "2 to change")
	before := len(h.Requests)
	must(t)(c.Comment(t.Context(), post(2)))
	for _, r := range h.Requests[before:] {
		if !strings.HasPrefix(r, "GET ") {
			t.Errorf("the same again makes the request %s", r)
		}
	}
	if len(h.Comments) != 401 {
		t.Errorf("%d comments", len(h.Comments))
	}
}

// TestAnOlderReportDoesNotWin: a job that is late leaves the newer comment alone.
func TestAnOlderReportDoesNotWin(t *testing.T) {
	h, c, _ := start(t)
	must(t)(c.Comment(t.Context(), post(5)))
	if p := must(t)(c.Comment(t.Context(), post(3))); !p.Superseded {
		t.Errorf("%+v", p)
	}
	wantOne(t, h, "5 to change")
}

// TestTwoJobsAtOnce: both create a comment, and one stays.
func TestTwoJobsAtOnce(t *testing.T) {
	h, c, _ := start(t)
	other := false
	h.Fail = func(_ http.ResponseWriter, req *http.Request) bool {
		if req.Method == http.MethodPost && !other {
			other = true
			h.Add(post(1).Body())
		}
		return false
	}
	must(t)(c.Comment(t.Context(), post(2)))
	wantOne(t, h, "2 to change")
	h, c, _ = start(t)
	other = false
	h.Fail = func(_ http.ResponseWriter, req *http.Request) bool {
		if req.Method == http.MethodPost && !other {
			other = true
			h.Add(post(4).Body())
		}
		return false
	}
	if p := must(t)(c.Comment(t.Context(), post(2))); !p.Superseded {
		t.Errorf("%+v", p)
	}
	wantOne(t, h, "4 to change")
}

func TestACommentThatIsDeletedInBetween(t *testing.T) {
	h, c, _ := start(t)
	must(t)(c.Comment(t.Context(), post(1)))
	h.Fail = func(_ http.ResponseWriter, req *http.Request) bool {
		if req.Method == http.MethodPatch {
			h.Comments = nil
		}
		return false
	}
	must(t)(c.Comment(t.Context(), post(2)))
	wantOne(t, h, "2 to change")
}

// TestABotsEdit: whatever somebody makes of the comment, it is ours as long as it
// has its mark.
func TestABotsEdit(t *testing.T) {
	h, c, _ := start(t)
	must(t)(c.Comment(t.Context(), post(1)))
	h.Comments[0].Body = "<!-- seastack:plan:live -->\nEdited by a bot."
	must(t)(c.Comment(t.Context(), post(2)))
	wantOne(t, h, "2 to change")
}

// TestLimitsAndFailuresAreWaitedFor, and no longer than a job should.
func TestLimitsAndFailuresAreWaitedFor(t *testing.T) {
	for name, fail := range map[string]func(http.ResponseWriter){
		"a failure": func(w http.ResponseWriter) { githubtest.Refuse(w, http.StatusBadGateway, "Server Error") },
		"a primary limit": func(w http.ResponseWriter) {
			w.Header().Set("X-RateLimit-Limit", "5000")
			w.Header().Set("X-RateLimit-Remaining", "0")
			w.Header().Set("X-RateLimit-Reset", fmt.Sprint(time.Now().Add(90*time.Second).Unix()))
			githubtest.Refuse(w, http.StatusForbidden, "API rate limit exceeded")
		},
		"a secondary limit": func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "30")
			githubtest.Answer(w, http.StatusForbidden, map[string]string{"message": "You have exceeded a secondary rate limit",
				"documentation_url": "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"})
		},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch} {
			h, c, waits := start(t)
			if method == http.MethodPatch {
				must(t)(c.Comment(t.Context(), post(1)))
			}
			times := 0
			h.Fail = func(w http.ResponseWriter, req *http.Request) bool {
				if req.Method != method || times == 2 {
					return false
				}
				times++
				fail(w)
				return true
			}
			must(t)(c.Comment(t.Context(), post(2)))
			wantOne(t, h, "2 to change")
			if len(*waits) != 2 {
				t.Errorf("%s at %s: waited %v", name, method, *waits)
			}
		}
	}
}

// TestACommentThatWasCreatedAllTheSame: GitHub fails after it has done what it was
// asked to, and the next attempt makes no second comment.
func TestACommentThatWasCreatedAllTheSame(t *testing.T) {
	h, c, _ := start(t)
	failed := false
	h.Fail = func(w http.ResponseWriter, req *http.Request) bool {
		if req.Method != http.MethodPost || failed {
			return false
		}
		failed = true
		h.Add(githubtest.BodyOf(req))
		githubtest.Refuse(w, http.StatusGatewayTimeout, "Timeout")
		return true
	}
	must(t)(c.Comment(t.Context(), post(2)))
	wantOne(t, h, "2 to change")
}

func TestErrors(t *testing.T) {
	for name, tc := range map[string]struct {
		fail func(http.ResponseWriter)
		text string
	}{
		"forever":   {func(w http.ResponseWriter) { githubtest.Refuse(w, http.StatusBadGateway, "Server Error") }, "with 502"},
		"not found": {func(w http.ResponseWriter) { githubtest.Refuse(w, http.StatusNotFound, "Not Found") }, "GITHUB_TOKEN"},
		"no token":  {func(w http.ResponseWriter) { githubtest.Refuse(w, http.StatusUnauthorized, "Bad credentials") }, "GITHUB_TOKEN"},
		"long limit": {func(w http.ResponseWriter) {
			w.Header().Set("X-RateLimit-Remaining", "0")
			w.Header().Set("X-RateLimit-Reset", fmt.Sprint(time.Now().Add(50*time.Minute).Unix()))
			githubtest.Refuse(w, http.StatusForbidden, "API rate limit exceeded")
		}, "rate limit is used up until"},
	} {
		h, c, waits := start(t)
		h.Fail = func(w http.ResponseWriter, _ *http.Request) bool { tc.fail(w); return true }
		_, err := c.Comment(t.Context(), post(1))
		var d diag.Diagnostic
		if !errors.As(err, &d) || d.Code != diag.GitHubFailed || !strings.Contains(err.Error(), tc.text) || len(*waits) > attempts {
			t.Errorf("%s: got %v after %v", name, err, *waits)
		}
		if err != nil && strings.Contains(err.Error(), "Bearer") {
			t.Errorf("%s: the error has the token", name)
		}
	}
}

// TestCheckAgreesWithTheComment: a failed plan is never green, a stale one neither.
func TestCheckAgreesWithTheComment(t *testing.T) {
	failed := post(1)
	failed.Report.Roots[0].Status = review.Failed
	for _, tc := range []struct {
		post       Post
		head, want string
		note       bool
	}{
		{post(1), "head1", "success", false},
		{failed, "head1", "failure", false},
		{post(1), "head2", "neutral", true},
		{failed, "head2", "failure", true},
	} {
		h, c, _ := start(t)
		h.Head = tc.head
		posted := must(t)(c.Comment(t.Context(), tc.post))
		if err := c.Check(t.Context(), tc.post, posted); err != nil {
			t.Fatal(err)
		}
		if got := h.Checks[0]["conclusion"]; got != tc.want || h.Checks[0]["head_sha"] != "head1" {
			t.Errorf("check %v, want %s", h.Checks[0], tc.want)
		}
		if strings.Contains(h.Comments[0].Body, "This plan is stale") != tc.note {
			t.Errorf("the comment of %s: %s", tc.head, h.Comments[0].Body)
		}
	}
}

// TestDriftHasOneIssue for each stack: opened once, kept current, and closed when it
// is over.
func TestDriftHasOneIssue(t *testing.T) {
	h, c, _ := start(t)
	report := func(web, jobs review.Status, minute int) Drift {
		t.Helper()
		r := post(minute).Report
		r.Roots[0].Status = web
		r.Roots = append(r.Roots, review.Root{Name: "jobs", Status: jobs, Summary: deploy.NewSummary("jobs")})
		d, err := c.ReportDrift(t.Context(), "acme", "shop", r, "")
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if d := report(review.Changes, review.Unchanged, 1); len(d.Opened) != 1 || h.Issues[0].Title != "web has drifted in live" {
		t.Errorf("%+v %+v", d, h.Issues)
	}
	if d := report(review.Changes, review.Unchanged, 2); len(d.Kept) != 1 || len(h.Issues) != 1 || !strings.Contains(h.Issues[0].Body, "2 to change") {
		t.Errorf("%+v %+v", d, h.Issues)
	}
	if d := report(review.Failed, review.Changes, 3); len(d.Closed) != 0 || len(d.Opened) != 1 {
		t.Errorf("a stack that cannot be planned: %+v", d)
	}
	if d := report(review.Unchanged, review.Changes, 4); len(d.Closed) != 1 || h.Issues[0].State != "closed" || h.Issues[1].State != "open" {
		t.Errorf("%+v %+v", d, h.Issues)
	}
	if d := report(review.Changes, review.Unchanged, 5); len(d.Opened) != 1 || len(h.Issues) != 3 {
		t.Errorf("again: %+v %+v", d, h.Issues)
	}
}

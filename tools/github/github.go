// Package github puts reports of plans into pull requests: one comment for each
// environment, which it keeps up to date, and a check that agrees with it. It
// knows GitHub's API, and nothing of Terraform.
package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/go-github/v82/github"

	"github.com/seastack/seastack/gen/diag"
)

// Pull is a pull request.
type Pull struct {
	Owner, Repo string
	Number      int
}

// Client talks to GitHub.
type Client struct {
	api *github.Client
	// wait waits before a request is tried again; tests do not.
	wait func(context.Context, time.Duration) error
}

// New returns a client; api is the base URL of GitHub's API, as GITHUB_API_URL has
// it, and empty for github.com.
func New(token, api string) (*Client, error) {
	c := github.NewClient(&http.Client{Timeout: time.Minute}).WithAuthToken(token)
	if api != "" && api != "https://api.github.com" {
		base := api
		if base[len(base)-1] != '/' {
			base += "/"
		}
		parsed, err := c.BaseURL.Parse(base)
		if err != nil {
			return nil, err
		}
		c.BaseURL = parsed
	}
	c.DisableRateLimitCheck = true // a limit that ends soon is waited for, here
	return &Client{api: c, wait: sleep}, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

const (
	attempts = 5
	// longestWait is how long a limit is waited for: a primary limit may last an
	// hour, and no job is to hang that long.
	longestWait = 5 * time.Minute
)

// try calls f again while GitHub asks to wait, or fails by itself. What f has done
// before such a failure must not harm when it is done once more.
func (c *Client) try(ctx context.Context, f func() error) error {
	var err error
	for n := range attempts {
		if err = f(); err == nil {
			return nil
		}
		pause, again := retry(err, n)
		if !again || pause > longestWait {
			break
		}
		if err := c.wait(ctx, pause); err != nil {
			return err
		}
	}
	return explain(err)
}

// retry returns how long to wait after an error, and whether to try again.
// https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
func retry(err error, n int) (pause time.Duration, again bool) {
	var primary *github.RateLimitError
	var secondary *github.AbuseRateLimitError
	var response *github.ErrorResponse
	switch {
	case errors.As(err, &primary):
		return max(time.Second, time.Until(primary.Rate.Reset.Time)), true
	case errors.As(err, &secondary):
		if secondary.RetryAfter != nil {
			return *secondary.RetryAfter, true
		}
		return time.Minute, true
	case errors.As(err, &response) && response.Response.StatusCode >= http.StatusInternalServerError:
		return time.Second << n, true
	}
	return 0, false
}

// explain returns what a user can do about an error of GitHub's.
func explain(err error) error {
	var response *github.ErrorResponse
	var primary *github.RateLimitError
	var secondary *github.AbuseRateLimitError
	d := diag.Diagnostic{Code: diag.GitHubFailed, Message: err.Error(), Next: "try again later"}
	switch {
	case errors.As(err, &primary):
		d.Message = "GitHub's rate limit is used up until " + primary.Rate.Reset.UTC().Format(time.TimeOnly)
	case errors.As(err, &secondary):
		d.Message = "GitHub asks to wait: " + secondary.Message
	case errors.As(err, &response):
		d.Message = fmt.Sprintf("GitHub answers %s %s with %d: %s", response.Response.Request.Method,
			response.Response.Request.URL.Path, response.Response.StatusCode, response.Message)
		switch response.Response.StatusCode {
		case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
			d.Next = "see to a token in GITHUB_TOKEN that may write issues, pull requests and checks of the repository"
		}
	default:
		return err
	}
	return d
}

// is reports whether GitHub has answered with that status.
func is(err error, status int) bool {
	var response *github.ErrorResponse
	return errors.As(err, &response) && response.Response.StatusCode == status
}

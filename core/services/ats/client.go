package ats

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"github.com/seastack/seastack/core/services/candidates"
)

// requestTimeout bounds one request to the system.
const requestTimeout = 5 * time.Second

// client sends requests to the system. It follows no redirects: the token is for the
// system alone.
var client = &http.Client{
	Timeout:       requestTimeout,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// refusal is an answer of the system that is no success.
type refusal struct {
	status int
	after  time.Duration // that the system asks to wait
}

func (r *refusal) Error() string {
	return fmt.Sprintf("the ATS has answered with %d %s", r.status, http.StatusText(r.status))
}

// isOfOne reports whether the system has refused this candidate, and not us.
func (r *refusal) isOfOne() bool {
	switch r.status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	}
	return r.status < http.StatusInternalServerError
}

// record is a candidate as the system's API takes it.
type record struct {
	ID       string   `json:"id"`
	Version  int      `json:"version"`
	Email    string   `json:"email"`
	Name     string   `json:"name"`
	Headline string   `json:"headline"`
	Skills   []string `json:"skills"`
	Location string   `json:"location"`
}

// put sends a candidate. The same version again is the same request, with the same
// Idempotency-Key.
func put(ctx context.Context, base string, token Token, c *candidates.Candidate) error {
	request, err := newRequest(ctx, base, token, c)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("the ATS has not answered: %w", withoutURL(err))
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, 64<<10) // so that the connection is used again
	if response.StatusCode/100 == 2 {
		return nil
	}
	return &refusal{status: response.StatusCode, after: retryAfter(response.Header.Get("Retry-After"), time.Now())}
}

func newRequest(ctx context.Context, base string, token Token, c *candidates.Candidate) (*http.Request, error) {
	u, err := checkURL(base)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(record{
		ID: c.ID.String(), Version: c.Version, Email: c.Email, Name: c.Name, Headline: c.Headline, Skills: c.Skills, Location: c.Location,
	})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, u.JoinPath("candidates", c.ID.String()).String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+string(token))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", NewChange(c.ID, c.Version).Key)
	return request, nil
}

// checkURL returns the URL of the system: the token goes over TLS, or stays on this
// machine.
func checkURL(base string) (*url.URL, error) {
	u, err := url.Parse(base)
	if err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())) {
		return u, nil
	}
	return nil, errors.New("ATS_URL must be a URL with https")
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// withoutURL returns the error of a request without its URL, which may hold a
// credential.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// retryAfter reads the header of that name: seconds, or a date.
func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}

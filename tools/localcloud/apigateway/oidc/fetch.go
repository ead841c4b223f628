package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// fetchTimeout is how long an endpoint of an issuer may take.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
	fetchTimeout = 1500 * time.Millisecond

	// maxAnswer limits the endpoints' answers, in bytes: the quota of key sets, and
	// here of the discovery document as well, for which AWS has none.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
	maxAnswer = 150_000

	discoveryPath = "/.well-known/openid-configuration"
)

// client does not follow redirects: they could lead to where CheckURL forbids.
var client = &http.Client{
	Timeout:       fetchTimeout,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// CheckURL returns an error unless a URL is one that an issuer may have: an
// https URL, or an http URL of this machine, which AWS does not allow.
func CheckURL(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return err
	case u.Host == "" || u.User != nil:
		return fmt.Errorf("%s is not a URL with a host and without a user", raw)
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return nil
	}
	return fmt.Errorf("%s must start with https://; only loopback addresses may have http://", raw)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// fetchKeySet returns the key set of an issuer as JSON.
func fetchKeySet(ctx context.Context, issuer string) ([]byte, error) {
	raw, err := fetch(ctx, strings.TrimSuffix(issuer, "/")+discoveryPath)
	if err != nil {
		return nil, refuse("OIDC discovery endpoint communication error", err)
	}
	var found struct {
		KeySet string `json:"jwks_uri"`
	}
	if err := json.Unmarshal(raw, &found); err != nil {
		return nil, refuse("OIDC discovery endpoint communication error", err)
	}
	raw, err = fetch(ctx, found.KeySet)
	if err != nil {
		return nil, refuse("JWKS communication error", err)
	}
	return raw, nil
}

// fetch returns the body at a URL.
func fetch(ctx context.Context, from string) ([]byte, error) {
	if err := CheckURL(from); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }() // it was only read
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", from, resp.Status)
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err == nil && len(raw) > maxAnswer {
		err = errors.New(from + " answered with too many bytes")
	}
	return raw, err
}

package trace

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/traces"
)

// Client reads the traces of a local cloud.
type Client struct{ Endpoint string }

// timeout bounds one request.
const timeout = 10 * time.Second

// List returns the traces that a filter selects, the newest first; with slowest, those
// that took longest first.
func (c Client) List(ctx context.Context, f traces.Filter, slowest bool) ([]traces.Summary, error) {
	limit := f.Limit
	if slowest {
		f.Limit = 0
	}
	var list traces.Listing
	if _, err := c.get(ctx, "", f.Query(), &list); err != nil {
		return nil, err
	}
	if slowest {
		slices.SortStableFunc(list.Traces, func(a, b traces.Summary) int { return cmp.Compare(b.Duration, a.Duration) })
	}
	if limit > 0 && len(list.Traces) > limit {
		list.Traces = list.Traces[:limit]
	}
	return list.Traces, nil
}

// Read returns a trace, and whether there is one.
func (c Client) Read(ctx context.Context, id string) (Report, bool, error) {
	var t traces.Trace
	found, err := c.get(ctx, "/"+id, nil, &t)
	if err != nil || !found {
		return Report{}, false, err
	}
	return Analyze(t.ID, t.Spans), true, nil
}

// ParseID returns the ID of a trace as it is written by OpenTelemetry, X-Ray
// (1-65a1b2c3-...), or in a traceparent.
func ParseID(text string) (id string, ok bool) {
	id = strings.ToLower(strings.TrimPrefix(text, "Root="))
	switch parts := strings.Split(id, "-"); {
	case len(parts) == 3 && parts[0] == "1":
		id = parts[1] + parts[2]
	case len(parts) == 4 && parts[0] == "00":
		id = parts[1]
	}
	return id, len(id) == 32 && strings.Trim(id, "0123456789abcdef") == ""
}

// get reads a document; found is false where there is none.
func (c Client) get(ctx context.Context, path string, query url.Values, into any) (found bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Endpoint+traces.Path+path+"?"+query.Encode(), nil)
	if err != nil {
		return false, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false, err
	}
	defer res.Body.Close()
	switch res.StatusCode {
	case http.StatusOK:
		return true, json.NewDecoder(res.Body).Decode(into)
	case http.StatusNotFound:
		return false, nil
	}
	return false, fmt.Errorf("%s answers %s", c.Endpoint, res.Status)
}

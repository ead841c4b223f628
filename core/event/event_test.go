package event_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/core/event"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/gen/names"
)

type departed struct {
	To    string `json:"to"`
	Cargo any    `json:"cargo,omitempty"`
}

// bus is EventBridge for one request: it keeps what was put, and answers.
type bus struct {
	got    map[string]any
	status int
	answer string
}

func (b *bus) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(body, &b.got)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(b.status)
	_, _ = w.Write([]byte(b.answer))
}

func open(t *testing.T, b *bus) event.Publisher[departed] {
	t.Helper()
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		names.EventBusVariable: "shop-test", names.EventSourceVariable: "shop", "AWS_ENDPOINT_URL": server.URL,
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_PROFILE": "",
	} {
		t.Setenv(name, value)
	}
	p, err := event.NewPublisher[departed](t.Context(), "ship.departed")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPublish(t *testing.T) {
	b := &bus{status: http.StatusOK, answer: `{"FailedEntryCount":0,"Entries":[{"EventId":"e1"}]}`}
	if err := open(t, b).Publish(t.Context(), departed{To: "Oslo"}); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"Entries": []any{map[string]any{
		"EventBusName": "shop-test", "Source": "shop", "DetailType": "ship.departed", "Detail": `{"to":"Oslo"}`,
	}}}
	if diff := cmp.Diff(want, b.got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPublishFails(t *testing.T) {
	for name, b := range map[string]*bus{
		"the request": {status: http.StatusBadRequest, answer: `{"__type":"AccessDeniedException","message":"no"}`},
		"the entry":   {status: http.StatusOK, answer: `{"FailedEntryCount":1,"Entries":[{"ErrorCode":"NoPermissions","ErrorMessage":"no"}]}`},
	} {
		err := open(t, b).Publish(t.Context(), departed{To: "Oslo"})
		if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "ship.departed") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPublishRefusesWhatEventBridgeWould(t *testing.T) {
	b := &bus{status: http.StatusOK, answer: `{}`}
	p := open(t, b)
	for name, detail := range map[string]departed{
		"no JSON":   {Cargo: make(chan int)},
		"too large": {To: strings.Repeat("x", event.MaxSize)},
	} {
		if err := p.Publish(t.Context(), detail); err == nil || b.got != nil {
			t.Errorf("%s: %v, and %v was put", name, err, b.got)
		}
	}
}

func TestNewPublisherNeedsItsVariables(t *testing.T) {
	for _, missing := range []string{event.BusVariable, event.SourceVariable} {
		t.Setenv(event.BusVariable, "shop-test")
		t.Setenv(event.SourceVariable, "shop")
		t.Setenv(missing, "")
		if _, err := event.NewPublisher[departed](t.Context(), "ship.departed"); err == nil || !strings.Contains(err.Error(), missing) {
			t.Errorf("without %s: %v", missing, err)
		}
	}
}

// TestPublisherFunc: a function can stand for a publisher in tests.
func TestPublisherFunc(t *testing.T) {
	var got departed
	var p event.Publisher[departed] = event.PublisherFunc[departed](func(_ context.Context, d departed) error {
		got = d
		return nil
	})
	if err := p.Publish(t.Context(), departed{To: "Oslo"}); err != nil || got.To != "Oslo" {
		t.Errorf("published %+v, %v", got, err)
	}
}

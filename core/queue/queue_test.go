package queue_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/queue"
	"github.com/seastack/seastack/gen/names"
)

type parcel struct {
	To      string `json:"to"`
	Content any    `json:"content,omitempty"`
}

// post is SQS for one request: it keeps what was sent.
type post struct {
	target string
	got    map[string]any
	status int
}

func (p *post) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.target = r.Header.Get("X-Amz-Target")
	_ = json.Unmarshal(body, &p.got)
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(p.status)
	if p.status != http.StatusOK {
		_, _ = w.Write([]byte(`{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no such queue"}`))
		return
	}
	_, _ = w.Write([]byte(`{"MessageId":"m1"}`))
}

func open(t *testing.T, p *post) queue.Sender[parcel] {
	t.Helper()
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		names.QueueVariable("big-parcels"): server.URL + "/000000000000/big-parcels", "AWS_ENDPOINT_URL": server.URL,
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_PROFILE": "",
	} {
		t.Setenv(name, value)
	}
	sender, err := queue.NewSender[parcel](t.Context(), "big-parcels")
	if err != nil {
		t.Fatal(err)
	}
	return sender
}

func TestSend(t *testing.T) {
	p := &post{status: http.StatusOK}
	if err := open(t, p).Send(t.Context(), parcel{To: "Ada"}); err != nil {
		t.Fatal(err)
	}
	url, _ := p.got["QueueUrl"].(string)
	if p.target != "AmazonSQS.SendMessage" || !strings.HasSuffix(url, "/000000000000/big-parcels") {
		t.Errorf("%s to %s", p.target, url)
	}
	if diff := cmp.Diff(`{"to":"Ada"}`, p.got["MessageBody"]); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

func TestSendFails(t *testing.T) {
	sender := open(t, &post{status: http.StatusBadRequest})
	err := sender.Send(t.Context(), parcel{To: "Ada"})
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "no such queue") {
		t.Errorf("error = %v; want Unavailable, and its cause for the log", err)
	}
	if err := sender.Send(t.Context(), parcel{Content: func() {}}); err == nil || fault.Is(err, fault.Unavailable) {
		t.Errorf("what has no JSON: %v", err)
	}
	if err := sender.Send(t.Context(), parcel{To: strings.Repeat("x", queue.MaxMessage)}); err == nil || !strings.Contains(err.Error(), "1048585 bytes") {
		t.Errorf("what is too large: %v", err)
	}
}

func TestNewSenderWantsTheQueuesURL(t *testing.T) {
	_, err := queue.NewSender[parcel](t.Context(), "unknown-queue")
	if err == nil || !strings.Contains(err.Error(), names.QueueVariable("unknown-queue")) {
		t.Errorf("error = %v; want one that names the variable", err)
	}
}

func TestSenderFunc(t *testing.T) {
	var got parcel
	var sender queue.Sender[parcel] = queue.SenderFunc[parcel](func(_ context.Context, p parcel) error { got = p; return nil })
	if err := sender.Send(t.Context(), parcel{To: "Ada"}); err != nil || got.To != "Ada" {
		t.Errorf("%v, %v", got, err)
	}
}

type step struct {
	Order int    `json:"order" queue:"group"`
	ID    string `json:"id" queue:"deduplication"`
}

// openFIFO returns the sender of a FIFO queue.
func openFIFO[T any](t *testing.T, p *post) (queue.Sender[T], error) {
	t.Helper()
	open(t, p)
	t.Setenv(names.QueueVariable("steps"), strings.Replace(os.Getenv(names.QueueVariable("big-parcels")), "big-parcels", "steps.fifo", 1))
	return queue.NewSender[T](t.Context(), "steps")
}

func TestSendToAFIFOQueue(t *testing.T) {
	p := &post{status: http.StatusOK}
	sender, err := openFIFO[step](t, p)
	if err != nil {
		t.Fatal(err)
	}
	if err := sender.Send(t.Context(), step{Order: 7, ID: "first"}); err != nil {
		t.Fatal(err)
	}
	if p.got["MessageGroupId"] != "7" || p.got["MessageDeduplicationId"] != "first" {
		t.Errorf("sent %v", p.got)
	}
	p.got = nil
	if err := sender.Send(t.Context(), step{Order: 7, ID: "not valid"}); err == nil || p.got != nil || !strings.Contains(err.Error(), `ID is "not valid"`) {
		t.Errorf("%v, and %v was sent", err, p.got)
	}
}

func TestAFIFOQueueDeduplicatesByTheMessage(t *testing.T) {
	p := &post{status: http.StatusOK}
	sender, err := openFIFO[struct {
		Candidate uuid.UUID `queue:"group"`
	}](t, p)
	if err != nil {
		t.Fatal(err)
	}
	id := uuid.New()
	if err := sender.Send(t.Context(), struct {
		Candidate uuid.UUID `queue:"group"`
	}{id}); err != nil || p.got["MessageGroupId"] != id.String() || p.got["MessageDeduplicationId"] != nil {
		t.Errorf("sent %v, %v", p.got, err)
	}
}

func TestAFIFOQueueNeedsAGroup(t *testing.T) {
	if _, err := openFIFO[parcel](t, &post{}); err == nil || !strings.Contains(err.Error(), `no field tagged queue:"group"`) {
		t.Error(err)
	}
}

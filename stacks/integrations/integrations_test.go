package integrations_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/blob"
	"github.com/seastack/seastack/core/config"
	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/function"
	"github.com/seastack/seastack/core/outbox"
	"github.com/seastack/seastack/core/queue"
	"github.com/seastack/seastack/core/secret"
	"github.com/seastack/seastack/core/services/ats"
	"github.com/seastack/seastack/core/services/candidates"
	"github.com/seastack/seastack/core/services/imports"
	"github.com/seastack/seastack/core/webhook"
	"github.com/seastack/seastack/stacks/integrations"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// world is the stack's handlers on a database of the test's own; what they publish
// and send is kept.
type world struct {
	primary  *db.Primary
	webhooks function.Handler
	states   function.Handler
	changes  function.Handler
	syncs    function.Handler
	uploads  function.Handler
	files    blob.Bucket[imports.File]
	saved    []candidates.Saved
	queued   []ats.Change
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{primary: dbtest.New(t), files: blob.NewMemory[imports.File]()}
	people := candidates.New(w.primary)
	exchange := ats.New(w.primary, people)
	publisher := outbox.PublisherFunc[candidates.Saved](func(_ context.Context, _ pgx.Tx, s candidates.Saved) error {
		w.saved = append(w.saved, s)
		return nil
	})
	secrets := secret.Fixed(ats.WebhookSecrets{Current: "new", Previous: "old"})
	w.webhooks = function.HTTPRaw(integrations.NewWebhooks(exchange, secrets, publisher).ATS)
	w.states = function.HTTP(integrations.NewStates(exchange).Get)
	w.changes = function.On(integrations.NewChanges(queue.SenderFunc[ats.Change](func(_ context.Context, c ats.Change) error {
		w.queued = append(w.queued, c)
		return nil
	})).Queue)
	pusher := ats.NewPusher(w.primary, people, config.Fixed(ats.Settings{Rate: 5}), secret.Fixed(ats.Token("")))
	w.syncs = function.Consume(integrations.NewSyncs(pusher).Push)
	importer := imports.New(w.primary, people, w.files.Reader, blob.NewMemory[imports.Report]().Writer)
	w.uploads = function.On(integrations.NewUploads(importer, publisher).Import)
	return w
}

// invoke calls a handler with an event, and returns its answer.
func invoke[Out any](t *testing.T, h function.Handler, event any) (out Out) {
	t.Helper()
	raw, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := h.Invoke(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(answer, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// deliver sends a body with a signature.
func (w *world) deliver(t *testing.T, signature, body string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	return invoke[events.APIGatewayV2HTTPResponse](t, w.webhooks, events.APIGatewayV2HTTPRequest{
		Version: "2.0", Headers: map[string]string{"webhook-signature": signature}, Body: body,
	})
}

func (w *world) signed(t *testing.T, body string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	return w.deliver(t, webhook.Sign("new", time.Now(), []byte(body)), body)
}

const created = `{"id":"d-1","type":"candidate.created","occurredAt":"2026-03-02T12:00:00Z",
	"data":{"candidate":{"id":"a-1","email":"ada@example.com","name":"Ada Lovelace","skills":["Go"]}}}`

func TestWebhook(t *testing.T) {
	w := newWorld(t)
	first := w.signed(t, created)
	var receipt ats.Receipt
	if err := json.Unmarshal([]byte(first.Body), &receipt); err != nil || first.StatusCode != http.StatusOK || receipt.Version != 1 || !receipt.Changed {
		t.Errorf("%+v, %v", first, err)
	}
	again := w.deliver(t, webhook.Sign("old", time.Now().Add(-time.Minute), []byte(created)), created)
	if again.StatusCode != http.StatusOK || again.Body != first.Body || len(w.saved) != 1 {
		t.Errorf("again: %+v, %d published", again, len(w.saved))
	}
	state := invoke[events.APIGatewayV2HTTPResponse](t, w.states, events.APIGatewayV2HTTPRequest{
		Version: "2.0", PathParameters: map[string]string{"id": receipt.CandidateID.String()},
	})
	if state.StatusCode != http.StatusOK || !strings.Contains(state.Body, `"outcome":"received"`) {
		t.Errorf("state: %+v", state)
	}
}

// TestWebhookInBase64: a body may come so, and is signed as it was sent.
func TestWebhookInBase64(t *testing.T) {
	w := newWorld(t)
	got := invoke[events.APIGatewayV2HTTPResponse](t, w.webhooks, events.APIGatewayV2HTTPRequest{
		Version: "2.0", Headers: map[string]string{"webhook-signature": webhook.Sign("new", time.Now(), []byte(created))},
		Body: base64.StdEncoding.EncodeToString([]byte(created)), IsBase64Encoded: true,
	})
	if got.StatusCode != http.StatusOK {
		t.Errorf("%+v", got)
	}
}

func TestWebhookRefuses(t *testing.T) {
	w := newWorld(t)
	sign := func(secret string, ago time.Duration, body string) string {
		return webhook.Sign(secret, time.Now().Add(-ago), []byte(body))
	}
	large := `{"id":"` + strings.Repeat("a", ats.MaxDelivery) + `"}`
	noCandidate := strings.ReplaceAll(created, "candidate\":{", "person\":{")
	for _, c := range []struct {
		name, signature, body string
		status                int
		detail                string
	}{
		{"no signature", "", created, 401, "The request is not signed."},
		{"a malformed signature", "sha256=abc", created, 401, "The signature is not well formed"},
		{"a forged signature", sign("guess", 0, created), created, 401, "The signature is not valid."},
		{"another body", sign("new", 0, created), strings.Replace(created, "Ada L", "Eva L", 1), 401, "The signature is not valid."},
		{"replayed later", sign("new", time.Hour, created), created, 401, "more than 5m0s from now"},
		{"too large", sign("new", 0, large), large, 413, "65536 are allowed"},
		{"no JSON", sign("new", 0, "{"), "{", 400, "no delivery in JSON"},
		{"no ID", sign("new", 0, "{}"), "{}", 422, `"field":"id"`},
		{"no candidate", sign("new", 0, noCandidate), noCandidate, 422, `"field":"data.candidate.id"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := w.deliver(t, c.signature, c.body)
			if got.StatusCode != c.status || !strings.Contains(got.Body, c.detail) {
				t.Errorf("%+v", got)
			}
		})
	}
	if len(w.saved) != 0 {
		t.Errorf("published %+v", w.saved)
	}
}

func TestWebhookIgnoresOtherTypes(t *testing.T) {
	w := newWorld(t)
	if got := w.signed(t, `{"id":"d-1","type":"job.closed","occurredAt":"2026-03-02T12:00:00Z","data":{}}`); got.StatusCode != http.StatusAccepted || got.Body != "" {
		t.Errorf("%+v", got)
	}
}

func TestWebhookWithoutItsSecret(t *testing.T) {
	w := newWorld(t)
	service := ats.New(w.primary, candidates.New(w.primary))
	h := function.HTTPRaw(integrations.NewWebhooks(service, secret.Fixed(ats.WebhookSecrets{}), nil).ATS)
	got := invoke[events.APIGatewayV2HTTPResponse](t, h, events.APIGatewayV2HTTPRequest{
		Version: "2.0", Headers: map[string]string{"webhook-signature": webhook.Sign("", time.Now(), []byte(created))}, Body: created,
	})
	if got.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("%+v", got)
	}
}

// batch returns messages as a queue brings them.
func batch(bodies ...string) events.SQSEvent {
	var e events.SQSEvent
	for i, body := range bodies {
		e.Records = append(e.Records, events.SQSMessage{MessageId: fmt.Sprint(i), Body: body})
	}
	return e
}

func TestQueueOfChanges(t *testing.T) {
	w := newWorld(t)
	id := uuid.New()
	detail := func(source string) string {
		return fmt.Sprintf(`{"detail": {"id": %q, "version": 2, "source": %q}}`, id, source)
	}
	got := invoke[events.SQSEventResponse](t, w.changes, batch(detail("upload"), detail("ats")))
	want := ats.Change{CandidateID: id, Version: 2, Key: id.String() + ":2"}
	if len(got.BatchItemFailures) != 0 || len(w.queued) != 1 || w.queued[0] != want {
		t.Errorf("%+v, queued %+v", got, w.queued)
	}
}

func TestQueueOfChangesFails(t *testing.T) {
	failure := errors.New("SQS does not answer")
	h := integrations.NewChanges(queue.SenderFunc[ats.Change](func(context.Context, ats.Change) error { return failure }))
	if err := h.Queue(t.Context(), candidates.Saved{ID: uuid.New(), Version: 1}); !errors.Is(err, failure) {
		t.Errorf("error = %v; the event would be lost", err)
	}
}

func TestUploadsAndSyncs(t *testing.T) {
	w := newWorld(t)
	if err := w.files.Put(t.Context(), "candidates/june.csv", strings.NewReader("email,name\nada@example.com,Ada\n")); err != nil {
		t.Fatal(err)
	}
	event := func(key string) string { return fmt.Sprintf(`{"detail": {"object": {"key": %q}}}`, key) }
	got := invoke[events.SQSEventResponse](t, w.uploads, batch(event("candidates/june.csv"), event("candidates/gone.csv"), event("candidates/june.csv")))
	if len(got.BatchItemFailures) != 0 || len(w.saved) != 1 {
		t.Fatalf("%+v, published %+v", got, w.saved)
	}
	message, err := json.Marshal(ats.NewChange(w.saved[0].ID, w.saved[0].Version))
	if err != nil {
		t.Fatal(err)
	}
	got = invoke[events.SQSEventResponse](t, w.syncs, batch(string(message), "{}"))
	if len(got.BatchItemFailures) != 1 || got.BatchItemFailures[0].ItemIdentifier != "1" {
		t.Errorf("%+v; want the message that names nothing to fail", got)
	}
	sync, err := ats.New(w.primary, candidates.New(w.primary)).Sync(t.Context(), w.saved[0].ID)
	if err != nil || sync.Outcome != ats.Skipped {
		t.Errorf("%+v, %v", sync, err)
	}
}

func TestUploadsFailWithTheDatabase(t *testing.T) {
	w := newWorld(t)
	if err := w.files.Put(t.Context(), "candidates/june.csv", strings.NewReader("email,name\nada@example.com,Ada\n")); err != nil {
		t.Fatal(err)
	}
	if _, err := w.primary.Exec(t.Context(), `DROP TABLE candidates`); err != nil {
		t.Fatal(err)
	}
	got := invoke[events.SQSEventResponse](t, w.uploads, batch(`{"detail": {"object": {"key": "candidates/june.csv"}}}`))
	if len(got.BatchItemFailures) != 1 {
		t.Errorf("%+v; the file would be lost", got)
	}
}

func TestNothingOfACandidate(t *testing.T) {
	w := newWorld(t)
	service := integrations.NewStates(ats.New(w.primary, candidates.New(w.primary)))
	if _, err := service.Get(t.Context(), integrations.SyncInput{ID: uuid.New()}); !fault.Is(err, fault.NotFound) {
		t.Errorf("error = %v", err)
	}
}

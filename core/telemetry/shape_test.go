package telemetry_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/event"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/function"
	"github.com/seastack/seastack/core/outbox"
	"github.com/seastack/seastack/core/queue"
	"github.com/seastack/seastack/core/telemetry/telemetrytest"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

type parcel struct {
	Text string `json:"text"`
}

// shop is a database, and a cloud with the queues first, second and news; events
// named news go to the last.
type shop struct {
	t       *testing.T
	spans   *telemetrytest.Spans
	primary *db.Primary
	sqs     *sqs.Client
	urls    map[string]string
	first   outbox.Sender[parcel]
	second  queue.Sender[parcel]
	news    event.Publisher[parcel]
}

func newShop(t *testing.T) *shop {
	cloud := cloudtest.Start(t)
	cfg := cloudtest.AWSConfig(t, cloud)
	s := &shop{t: t, spans: telemetrytest.Record(t), sqs: sqs.NewFromConfig(cfg), urls: map[string]string{}}
	s.primary = dbtest.New(t)
	for _, name := range []string{"first", "second", "news"} {
		out, err := s.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: map[string]string{
			"Policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},` +
				`"Action":"sqs:SendMessage","Resource":"*"}]}`}})
		check(t, err)
		s.urls[name] = *out.QueueUrl
		t.Setenv(queue.URLVariable(name), *out.QueueUrl)
	}
	s.rule(eventbridge.NewFromConfig(cfg), "arn:aws:sqs:"+cloud.Region()+":000000000000:news")
	for variable, value := range map[string]string{
		event.BusVariable: "shop", event.SourceVariable: "shop", "AWS_ENDPOINT_URL": cloud.Endpoint(), "AWS_REGION": cloud.Region(),
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_PROFILE": "",
	} {
		t.Setenv(variable, value)
	}
	var err error
	s.first, err = outbox.NewSender[parcel](t.Context(), s.primary, "first")
	check(t, err)
	s.second, err = queue.NewSender[parcel](t.Context(), "second")
	check(t, err)
	s.news, err = event.NewPublisher[parcel](t.Context(), "news")
	check(t, err)
	_, err = s.primary.Exec(t.Context(), `CREATE TABLE parcels (text text)`)
	check(t, err)
	return s
}

func (s *shop) rule(bus *eventbridge.Client, queueARN string) {
	s.t.Helper()
	ctx, name := s.t.Context(), aws.String("shop")
	_, err := bus.CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: name})
	check(s.t, err)
	_, err = bus.PutRule(ctx, &eventbridge.PutRuleInput{Name: name, EventBusName: name, EventPattern: aws.String(`{"detail-type":["news"]}`)})
	check(s.t, err)
	_, err = bus.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: name, EventBusName: name, Targets: []eventtypes.Target{
		{Id: aws.String("q"), Arn: &queueARN}}})
	check(s.t, err)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// batch receives messages of a queue, as the event that Lambda makes of them.
func (s *shop) batch(name string, n int) []byte {
	s.t.Helper()
	var e events.SQSEvent
	for len(e.Records) < n {
		out, err := s.sqs.ReceiveMessage(s.t.Context(), &sqs.ReceiveMessageInput{
			QueueUrl: aws.String(s.urls[name]), MaxNumberOfMessages: 10, WaitTimeSeconds: 10,
			MessageAttributeNames: []string{"All"}, MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{"All"},
		})
		check(s.t, err)
		if len(out.Messages) == 0 {
			s.t.Fatalf("%s: %d messages of %d", name, len(e.Records), n)
		}
		for _, m := range out.Messages {
			record := events.SQSMessage{
				MessageId: *m.MessageId, Body: *m.Body, Attributes: m.Attributes, EventSourceARN: "arn:aws:sqs:us-east-1:000000000000:" + name,
				MessageAttributes: map[string]events.SQSMessageAttribute{},
			}
			for key, a := range m.MessageAttributes {
				record.MessageAttributes[key] = events.SQSMessageAttribute{StringValue: a.StringValue, DataType: *a.DataType}
			}
			e.Records = append(e.Records, record)
		}
	}
	raw, err := json.Marshal(e)
	check(s.t, err)
	return raw
}

// consume passes messages of a queue on to the next.
func (s *shop) consume() function.Handler {
	return function.Consume(func(ctx context.Context, p parcel) error { return s.second.Send(ctx, p) })
}

// store writes messages into the database.
func (s *shop) store(ctx context.Context, p parcel) error {
	if p.Text == "bad" {
		return fault.New(fault.Invalid, "It is bad.")
	}
	_, err := s.primary.Exec(ctx, `INSERT INTO parcels VALUES ($1)`, "secret "+p.Text)
	return err
}

const traceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

func post(t *testing.T, h function.Handler) {
	t.Helper()
	request := `{"version": "2.0", "routeKey": "POST /parcels/{id}", "headers": {"traceparent": "` + traceParent + `"},
		"pathParameters": {"id": "7"}, "requestContext": {"http": {"method": "POST", "path": "/parcels/7"}}}`
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "r-1"})
	_, err := h.Invoke(ctx, []byte(request))
	check(t, err)
}

// TestOneTrace: a trace shows a request from HTTP by the outbox through two queues to
// the last row, and its event.
func TestOneTrace(t *testing.T) {
	s := newShop(t)
	post(t, function.HTTPDo(func(ctx context.Context) error {
		return s.primary.Tx(ctx, func(tx pgx.Tx) error {
			if err := s.news.Publish(ctx, parcel{"event"}); err != nil {
				return err
			}
			return s.first.Send(ctx, tx, parcel{"hello"})
		})
	}))
	_, err := s.consume().Invoke(t.Context(), s.batch("first", 1))
	check(t, err)
	_, err = function.Consume(s.store).Invoke(t.Context(), s.batch("second", 1))
	check(t, err)
	_, err = function.On(s.store).Invoke(t.Context(), s.batch("news", 1))
	check(t, err)
	for _, span := range s.spans.All() {
		if id := span.SpanContext().TraceID().String(); !strings.Contains(traceParent, id) {
			t.Errorf("%s is of another trace: %s", span.Name(), id)
		}
		for _, a := range span.Attributes() {
			if strings.Contains(a.Value.String(), "secret") {
				t.Errorf("%s has the value of an argument: %s", span.Name(), a.Value.String())
			}
		}
	}
	want := `server POST /parcels/{id}
  client BEGIN
  producer publish news
    consumer process news
      client INSERT
  client INSERT
  client COMMIT
  client BEGIN
  client SELECT
  producer send first
    consumer process first
      producer send second
        consumer process second
          client INSERT
  client DELETE
  client COMMIT
`
	if diff := cmp.Diff(want, s.spans.Tree()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	request := s.spans.Find("POST /parcels/{id}")[0]
	for key, want := range map[string]string{
		"faas.invocation_id": "r-1", "http.response.status_code": "204", "http.route": "/parcels/{id}", "faas.trigger": "http",
	} {
		if got := telemetrytest.Attribute(request, key); got != want {
			t.Errorf("%s = %q, want %q", key, got, want)
		}
	}
}

// TestBatches: messages of several traces are parts of theirs, and their invocation
// is linked to each; one that fails has its reason.
func TestBatches(t *testing.T) {
	s := newShop(t)
	for _, text := range []string{"good", "bad"} {
		ctx, end := s.spans.Root(t.Context())
		check(t, s.second.Send(ctx, parcel{text}))
		end()
	}
	_, err := function.Consume(s.store).Invoke(t.Context(), s.batch("second", 2))
	check(t, err)
	want := `internal root
  producer send second
    consumer process second
      client INSERT
internal root
  producer send second
    consumer process second It is bad.
consumer receive second
`
	if diff := cmp.Diff(want, s.spans.Tree()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	batch := s.spans.Find("receive second")[0]
	if links := batch.Links(); len(links) != 2 || links[0].SpanContext.TraceID() == links[1].SpanContext.TraceID() {
		t.Errorf("links: %+v", links)
	}
}

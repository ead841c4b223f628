package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/function"
	"github.com/seastack/seastack/core/outbox"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// parcel is a message of a FIFO queue.
type parcel struct {
	To     string `json:"to" queue:"group"`
	Number int    `json:"number"`
}

// letter is a message of a standard queue, and an event.
type letter struct {
	Text string `json:"text"`
}

// post is a database with an outbox, and a cloud with two queues. Events go to the
// queue of letters, too.
type post struct {
	t       *testing.T
	primary *db.Primary
	sqs     *sqs.Client
	urls    map[string]string
	parcels outbox.Sender[parcel]
	letters outbox.Sender[letter]
	news    outbox.Publisher[letter]
	relay   *outbox.Relay
}

func newPost(t *testing.T) *post {
	cloud := cloudtest.Start(t)
	cfg := cloudtest.AWSConfig(t, cloud)
	p := &post{t: t, primary: dbtest.New(t), sqs: sqs.NewFromConfig(cfg), urls: map[string]string{}}
	for name, attributes := range map[string]map[string]string{
		"parcels.fifo": {"FifoQueue": "true", "ContentBasedDeduplication": "true"},
		"letters": {"Policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},` +
			`"Action":"sqs:SendMessage","Resource":"*"}]}`},
	} {
		out, err := p.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
		check(t, err)
		p.urls[strings.TrimSuffix(name, ".fifo")] = *out.QueueUrl
	}
	bus := eventbridge.NewFromConfig(cfg)
	_, err := bus.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: aws.String("shop-test")})
	check(t, err)
	_, err = bus.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("news"), EventBusName: aws.String("shop-test"), EventPattern: aws.String(`{"detail-type":["news"]}`)})
	check(t, err)
	_, err = bus.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("news"), EventBusName: aws.String("shop-test"), Targets: []eventtypes.Target{
		{Id: aws.String("q"), Arn: aws.String("arn:aws:sqs:" + cloud.Region() + ":000000000000:letters"), InputPath: aws.String("$.detail")}}})
	check(t, err)
	for variable, value := range map[string]string{
		names.QueueVariable("parcels"): p.urls["parcels"], names.QueueVariable("letters"): p.urls["letters"],
		names.EventBusVariable: "shop-test", names.EventSourceVariable: "shop", "AWS_ENDPOINT_URL": cloud.Endpoint(),
		"AWS_REGION": cloud.Region(), "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_PROFILE": "", "AWS_MAX_ATTEMPTS": "1",
	} {
		t.Setenv(variable, value)
	}
	p.parcels, err = outbox.NewSender[parcel](t.Context(), p.primary, "parcels")
	check(t, err)
	p.letters, err = outbox.NewSender[letter](t.Context(), p.primary, "letters")
	check(t, err)
	p.news, err = outbox.NewPublisher[letter](t.Context(), p.primary, "news")
	check(t, err)
	p.relay, err = outbox.NewRelay(t.Context(), p.primary)
	check(t, err)
	return p
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (p *post) tx(ctx context.Context, f func(pgx.Tx) error) {
	p.t.Helper()
	check(p.t, p.primary.Tx(ctx, f))
}

// wait returns the messages of a queue, n of them.
func (p *post) wait(name string, n int) (bodies []string) {
	p.t.Helper()
	for len(bodies) < n {
		out, err := p.sqs.ReceiveMessage(p.t.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(p.urls[name]), MaxNumberOfMessages: 10, WaitTimeSeconds: 5})
		check(p.t, err)
		if len(out.Messages) == 0 {
			p.t.Fatalf("only %q of %d arrived", bodies, n)
		}
		for _, m := range out.Messages {
			bodies = append(bodies, *m.Body)
			_, err := p.sqs.DeleteMessage(p.t.Context(), &sqs.DeleteMessageInput{QueueUrl: aws.String(p.urls[name]), ReceiptHandle: m.ReceiptHandle})
			check(p.t, err)
		}
	}
	return bodies
}

// visible returns how many messages a queue has.
func (p *post) visible(name string) string {
	p.t.Helper()
	out, err := p.sqs.GetQueueAttributes(p.t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: aws.String(p.urls[name]), AttributeNames: []types.QueueAttributeName{"All"}})
	check(p.t, err)
	return out.Attributes["ApproximateNumberOfMessages"]
}

func (p *post) waiting() outbox.Waiting {
	p.t.Helper()
	w, err := p.relay.Waiting(p.t.Context())
	check(p.t, err)
	return w
}

// TestSentAtTheEndOfTheInvocation: what a handler has committed is sent before its
// invocation is answered, and what it has rolled back is not.
func TestSentAtTheEndOfTheInvocation(t *testing.T) {
	p := newPost(t)
	handler := function.InvokeDo(func(ctx context.Context) error {
		p.tx(ctx, func(tx pgx.Tx) error {
			return errors.Join(p.letters.Send(ctx, tx, letter{"hello"}), p.news.Publish(ctx, tx, letter{"event"}))
		})
		undone := errors.New("undone")
		err := p.primary.Tx(ctx, func(tx pgx.Tx) error { return errors.Join(p.letters.Send(ctx, tx, letter{"never"}), undone) })
		if !errors.Is(err, undone) {
			t.Errorf("error = %v", err)
		}
		if p.visible("letters") != "0" {
			t.Error("a message was sent before the end")
		}
		return nil
	})
	_, err := handler.Invoke(t.Context(), []byte(`{}`))
	check(t, err)
	if w := p.waiting(); w.Entries != 0 {
		t.Errorf("%+v wait", w)
	}
	got := map[string]bool{}
	for _, body := range p.wait("letters", 2) {
		got[body] = true
	}
	if diff := cmp.Diff(map[string]bool{`{"text":"hello"}`: true, `{"text":"event"}`: true}, got); diff != "" {
		t.Error(diff)
	}
}

// TestRelay: what was written outside of an invocation, or by a process that died
// before it was sent, is the relay's.
func TestRelay(t *testing.T) {
	p := newPost(t)
	ctx := t.Context()
	p.tx(ctx, func(tx pgx.Tx) error {
		for n := range 50 {
			if err := p.letters.Send(ctx, tx, letter{fmt.Sprint(n)}); err != nil {
				return err
			}
		}
		return p.news.Publish(ctx, tx, letter{"event"})
	})
	if w := p.waiting(); w.Entries != 51 || w.Failed != 0 || w.Oldest <= 0 {
		t.Errorf("%+v wait", w)
	}
	counts, err := p.relay.Run(ctx)
	if err != nil || counts != (outbox.Counts{Sent: 51}) || p.waiting().Entries != 0 {
		t.Fatalf("%+v, %v; %+v wait", counts, err, p.waiting())
	}
	p.wait("letters", 51)
}

// TestGroupsKeepTheirOrder: a message that cannot be sent holds back those of its
// group, and no others; several relays do not overtake each other.
func TestGroupsKeepTheirOrder(t *testing.T) {
	p := newPost(t)
	ctx := t.Context()
	for n := range 5 {
		p.tx(ctx, func(tx pgx.Tx) error {
			return errors.Join(p.parcels.Send(ctx, tx, parcel{"Ada", n}), p.parcels.Send(ctx, tx, parcel{"Grace", n}))
		})
	}
	// The first parcel of Ada fails once.
	_, err := p.primary.Exec(ctx, `UPDATE outbox SET next_at = now() + interval '1 hour', attempts = 1 WHERE id = (SELECT min(id) FROM outbox WHERE message_group = 'Ada')`)
	check(t, err)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if _, err := p.relay.Run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if w := p.waiting(); w.Entries != 5 || w.Failed != 1 {
		t.Fatalf("%+v wait; want the five of Ada", w)
	}
	_, err = p.primary.Exec(ctx, `UPDATE outbox SET next_at = now()`)
	check(t, err)
	_, err = p.relay.Run(ctx)
	check(t, err)
	got := map[string][]int{}
	for _, body := range p.wait("parcels", 10) {
		var one parcel
		check(t, json.Unmarshal([]byte(body), &one))
		got[one.To] = append(got[one.To], one.Number)
	}
	want := []int{0, 1, 2, 3, 4}
	if diff := cmp.Diff(map[string][]int{"Ada": want, "Grace": want}, got); diff != "" {
		t.Error(diff)
	}
}

// TestFailure: what AWS does not take waits longer each time, with the error, and
// the invocation does not fail for it.
func TestFailure(t *testing.T) {
	p := newPost(t)
	ctx := t.Context()
	_, err := p.sqs.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: aws.String(p.urls["letters"])})
	check(t, err)
	handler := function.InvokeDo(func(ctx context.Context) error {
		return p.primary.Tx(ctx, func(tx pgx.Tx) error { return p.letters.Send(ctx, tx, letter{"hello"}) })
	})
	_, err = handler.Invoke(ctx, []byte(`{}`))
	check(t, err)
	var attempts int
	var pause time.Duration
	var text string
	row := func() {
		t.Helper()
		check(t, p.primary.QueryRow(ctx, `SELECT attempts, next_at - now(), error FROM outbox`).Scan(&attempts, &pause, &text))
	}
	row()
	if attempts != 1 || pause > time.Second || !strings.Contains(text, "QueueDoesNotExist") && !strings.Contains(text, "NonExistentQueue") {
		t.Errorf("%d attempts, %v, %s", attempts, pause, text)
	}
	_, err = p.primary.Exec(ctx, `UPDATE outbox SET next_at = now(), attempts = 30`)
	check(t, err)
	counts, err := p.relay.Run(ctx)
	if row(); err != nil || counts.Failed != 1 || attempts != 31 || pause < 4*time.Minute || pause > 5*time.Minute {
		t.Errorf("%+v, %v; %d attempts, %v", counts, err, attempts, pause)
	}
}

// TestWhatCannotBeSent: it fails the transaction that writes it.
func TestWhatCannotBeSent(t *testing.T) {
	p := newPost(t)
	ctx := t.Context()
	large := letter{strings.Repeat("x", 1<<20)}
	for name, write := range map[string]func(pgx.Tx) error{
		"message": func(tx pgx.Tx) error { return p.letters.Send(ctx, tx, large) },
		"event":   func(tx pgx.Tx) error { return p.news.Publish(ctx, tx, large) },
		"group":   func(tx pgx.Tx) error { return p.parcels.Send(ctx, tx, parcel{To: "with a space"}) },
	} {
		if err := p.primary.Tx(ctx, write); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if w := p.waiting(); w.Entries != 0 {
		t.Errorf("%+v wait", w)
	}
}

// TestFailuresHoldNothingBack: a round in which nothing can be sent is followed by
// another, and an invocation whose time is up sends nothing.
func TestFailuresHoldNothingBack(t *testing.T) {
	p := newPost(t)
	ctx := t.Context()
	p.tx(ctx, func(tx pgx.Tx) error {
		for range 25 {
			if _, err := tx.Exec(ctx, `INSERT INTO outbox (kind, name, body) VALUES ('queue', 'none', '{}')`); err != nil {
				return err
			}
		}
		return p.letters.Send(ctx, tx, letter{"last"})
	})
	counts, err := p.relay.Run(ctx)
	if err != nil || counts != (outbox.Counts{Sent: 1, Failed: 25}) {
		t.Errorf("%+v, %v", counts, err)
	}
	over, cancel := context.WithCancel(ctx)
	handler := function.InvokeDo(func(ctx context.Context) error {
		p.tx(ctx, func(tx pgx.Tx) error { return p.letters.Send(ctx, tx, letter{"late"}) })
		cancel()
		return nil
	})
	if _, err := handler.Invoke(over, []byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	if w := p.waiting(); w.Entries != 26 || w.Failed != 25 {
		t.Errorf("%+v wait", w)
	}
}

// TestFuncs: functions can stand for senders and publishers in tests.
func TestFuncs(t *testing.T) {
	var got []string
	var sender outbox.Sender[letter] = outbox.SenderFunc[letter](func(_ context.Context, _ pgx.Tx, m letter) error {
		got = append(got, "sent "+m.Text)
		return nil
	})
	var publisher outbox.Publisher[letter] = outbox.PublisherFunc[letter](func(_ context.Context, _ pgx.Tx, m letter) error {
		got = append(got, "published "+m.Text)
		return nil
	})
	check(t, errors.Join(sender.Send(t.Context(), nil, letter{"a"}), publisher.Publish(t.Context(), nil, letter{"b"})))
	if diff := cmp.Diff([]string{"sent a", "published b"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestMigration: the migrations of this module make the package's table.
func TestMigration(t *testing.T) {
	primary := dbtest.New(t)
	columns := func(schema string) (text string) {
		t.Helper()
		check(t, primary.QueryRow(t.Context(), `
			SELECT string_agg(concat_ws(' ', column_name, data_type, is_nullable, column_default), E'\n' ORDER BY ordinal_position)
			FROM information_schema.columns WHERE table_schema = $1 AND table_name = 'outbox'`, schema).Scan(&text))
		return text
	}
	check(t, primary.Tx(t.Context(), func(tx pgx.Tx) error {
		for _, statement := range strings.Split("CREATE SCHEMA fresh; SET LOCAL search_path = fresh;"+outbox.Schema, ";") {
			if _, err := tx.Exec(t.Context(), statement); err != nil {
				return err
			}
		}
		return nil
	}))
	if diff := cmp.Diff(columns("fresh"), columns("public")); diff != "" {
		t.Errorf("the migrations differ from schema.sql (-schema +migrations):\n%s", diff)
	}
}

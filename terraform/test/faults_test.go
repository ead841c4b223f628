package test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/uuid"

	"github.com/seastack/seastack/core/webhook"
	"github.com/seastack/seastack/tools/objects"
	"github.com/seastack/seastack/tools/process"
)

// inFlight is how many webhooks, completed interviews and rows of a file are on their
// way when processes are killed.
const inFlight = 12

// faultLimit is how long all of it may take: a batch that a killed function had comes
// again when its queue shows it again.
const faultLimit = 6 * time.Minute

// testFaults kills functions, PostgreSQL and the local cloud while webhooks, events and a
// file are in flight. Who calls tries again, as such callers do. In the end everything is
// done, and nothing twice: each delivery and each row is one candidate of the first
// version, and each interview has its notes, its figures and its messages once.
func testFaults(t *testing.T, d *deployment) {
	l := d.requireLocal(t)
	f := newFaults(t, d)
	ctx, cancel := context.WithTimeout(t.Context(), faultLimit)
	defer cancel()
	var callers sync.WaitGroup
	for i := range inFlight {
		callers.Go(func() { f.deliver(ctx, t, i) })
		callers.Go(func() { f.interview(ctx, t, i) })
	}
	f.upload(t)
	for _, names := range [][]string{nil, {"postgres"}, nil, {"localcloud", "postgres"}} {
		time.Sleep(2 * time.Second) // so that some are under way
		l.killed(t, names)
	}
	callers.Wait()
	f.wantAll(ctx, t)
	f.wantOnce(t)
}

// killed kills processes and brings them up again; none are the functions.
func (l *localEnvironment) killed(t *testing.T, names []string) {
	t.Helper()
	if len(names) == 0 {
		kill(t, descendants(t, l.status.pid(t, "localcloud")))
		return
	}
	for _, name := range names {
		kill(t, []process.Process{must(process.Of(l.status.pid(t, name)))(t)})
	}
	l.up(t, commandLimit)
}

type faults struct {
	*deployment
	id     string // in everything that is made
	secret string // of webhooks
	made   []string
}

func newFaults(t *testing.T, d *deployment) *faults {
	t.Helper()
	f := &faults{deployment: d, id: strings.ReplaceAll(uuid.NewString(), "-", ""), secret: d.webhookSecret(t)}
	d.showSoon(t)
	for i := range inFlight {
		plan := draft("faults-"+f.id, monday.Add(time.Duration(i)*time.Hour))
		plan.Candidate = fmt.Sprintf("Faults %s %d", f.id, i)
		f.made = append(f.made, d.create(t, plan).ID)
	}
	return f
}

// webhookSecret returns what the ATS signs with. Functions may keep it for some minutes,
// so one that is there stays.
func (d *deployment) webhookSecret(t *testing.T) string {
	t.Helper()
	client, id := secretsmanager.NewFromConfig(d.aws), aws.String(d.secrets(t)["ats-webhook"].ARN)
	var value struct {
		Current string `json:"current"`
	}
	if have, err := client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: id}); err == nil {
		if err := json.Unmarshal([]byte(aws.ToString(have.SecretString)), &value); err != nil {
			t.Fatal(err)
		}
		return value.Current
	}
	value.Current = uuid.NewString()
	d.putSecret(t, "ats-webhook", string(must(json.Marshal(value))(t)))
	return value.Current
}

// showSoon makes the queues show messages again after a short time, for the messages of
// functions that are killed, until the test ends.
func (d *deployment) showSoon(t *testing.T) {
	t.Helper()
	const name = string(sqstypes.QueueAttributeNameVisibilityTimeout)
	for _, q := range d.queues(t) {
		before := must(d.sqs().GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
			QueueUrl: &q.URL, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeName(name)},
		}))(t).Attributes
		must(d.sqs().SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: &q.URL, Attributes: map[string]string{name: "20"}}))(t)
		t.Cleanup(func() {
			_, err := d.sqs().SetQueueAttributes(context.WithoutCancel(t.Context()), &sqs.SetQueueAttributesInput{QueueUrl: &q.URL, Attributes: before})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// insist sends a request until it is answered with success. Its signature, if it has
// one, is of the time of each try.
func (f *faults) insist(ctx context.Context, t *testing.T, method, path string, body any, headers func() []header) {
	var last string
	for ctx.Err() == nil {
		r, err := f.send(ctx, method, path, body, headers()...)
		if err == nil && r.status < 300 {
			return
		}
		last = fmt.Sprintf("%v, status %d: %s", err, r.status, r.body)
		if err == nil && r.status < 500 && r.status != http.StatusTooManyRequests && r.status != http.StatusConflict {
			break // a conflict is with the try before, which is still being handled
		}
		time.Sleep(500 * time.Millisecond)
	}
	t.Errorf("%s %s: %s", method, path, last)
}

func none() []header { return nil }

// deliver delivers the webhook of one candidate, and then again.
func (f *faults) deliver(ctx context.Context, t *testing.T, i int) {
	name := fmt.Sprintf("w%d-%s", i, f.id)
	body := fmt.Sprintf(`{"id": %q, "type": "candidate.created", "occurredAt": "2026-03-02T12:00:00Z",
		"data": {"candidate": {"id": %q, "email": "%s@example.com", "name": "Faults", "skills": [%q]}}}`, name, name, name, f.id)
	for range 2 {
		f.insist(ctx, t, http.MethodPost, "/webhooks/ats", raw(body), func() []header {
			return []header{{"Webhook-Signature", webhook.Sign(f.secret, time.Now(), []byte(body))}}
		})
	}
}

// interview keeps the transcript of one interview and completes it.
func (f *faults) interview(ctx context.Context, t *testing.T, i int) {
	path := "/interviews/" + f.made[i]
	f.insist(ctx, t, http.MethodPut, path+"/transcript", map[string]string{"transcript": transcript}, none)
	f.insist(ctx, t, http.MethodPost, path+"/complete", map[string]string{"recommendation": "yes"}, none)
}

// upload drops a file with as many candidates.
func (f *faults) upload(t *testing.T) {
	t.Helper()
	file := "email,name,skills\n"
	for i := range inFlight {
		file += fmt.Sprintf("u%d-%s@example.com,Faults,%s\n", i, f.id, f.id)
	}
	must(objects.Client(f.aws).PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(f.bucket(t, "uploads")), Key: aws.String("candidates/" + f.id + ".csv"), Body: strings.NewReader(file),
	}))(t)
}

// wantAll waits until everything is done.
func (f *faults) wantAll(ctx context.Context, t *testing.T) {
	t.Helper()
	for _, want := range []struct {
		what, sql string
		argument  any
		count     int
	}{
		{"candidates", `SELECT count(*) FROM candidates WHERE $1 = ANY (skills)`, f.id, 2 * inFlight},
		{"indexed candidates", `SELECT count(*) FROM candidate_documents d JOIN candidates c ON c.id = d.candidate_id WHERE $1 = ANY (c.skills)`, f.id, 2 * inFlight},
		{"completed interviews", `SELECT count(*) FROM interviews WHERE interviewer = $1 AND status = 'completed'`, "faults-" + f.id, inFlight},
		{"figures", `SELECT coalesce(sum(completed), 0) FROM interviewer_weeks WHERE interviewer = $1`, "faults-" + f.id, inFlight},
		{"notes", `SELECT count(*) FROM notes WHERE interview_id = ANY ($1::uuid[])`, f.made, inFlight},
		{"candidates that the ATS has", `SELECT count(*) FROM ats_syncs JOIN candidates ON id = candidate_id WHERE $1 = ANY (skills) AND outcome = 'sent'`, f.id, inFlight},
		{"first messages", `SELECT count(*) FROM outreach_messages WHERE candidate LIKE $1 AND step = 1 AND status = 'sent'`, "Faults " + f.id + "%", inFlight},
	} {
		eventually(t, faultLimit, want.what, func(context.Context) (n int, err error) {
			if err = f.query(ctx, []any{&n}, want.sql, want.argument); err == nil && n != want.count {
				err = fmt.Errorf("%d, want %d", n, want.count)
			}
			return n, err
		})
	}
}

// wantOnce wants that nothing was done twice.
func (f *faults) wantOnce(t *testing.T) {
	t.Helper()
	for what, sql := range map[string]string{
		"candidates who were changed after they were made": `SELECT count(*) FROM candidates WHERE $1 = ANY (skills) AND version <> 1`,
		"messages beyond the two of each interview":        `SELECT count(*) - 2 * count(DISTINCT candidate) FROM outreach_messages WHERE candidate LIKE 'Faults ' || $1 || '%'`,
	} {
		var n int
		if f.row(t, []any{&n}, sql, f.id); n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
	f.wantSent(t)
}

// wantSent wants that the ATS has each candidate of the file as one request, which may
// have come again: it dies with who sends it before its outcome is kept.
func (f *faults) wantSent(t *testing.T) {
	t.Helper()
	var ids []string
	f.row(t, []any{&ids}, `SELECT array_agg(id::text) FROM candidates WHERE $1 = ANY (skills) AND source = 'upload'`, f.id)
	for _, id := range ids {
		tries := f.local.ats.triesOf(id)
		if !slices.ContainsFunc(tries, func(t try) bool { return t.taken }) || slices.ContainsFunc(tries, func(t try) bool { return t.key != id+":1" }) {
			t.Errorf("the ATS has got candidate %s so: %v", id, tries)
		}
	}
}

package outreach_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/outreach"
	"github.com/seastack/seastack/core/services/outreach/folder"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// world is the service and a dispatcher whose sends are counted by key.
type world struct {
	*testing.T
	*outreach.Service
	primary *db.Primary

	lock sync.Mutex
	sent map[string]int
	fail func(*outreach.Message) error
}

func newWorld(t *testing.T) *world {
	primary := dbtest.New(t)
	return &world{T: t, Service: outreach.New(primary), primary: primary, sent: map[string]int{}}
}

// Send is the dispatcher's sender.
func (w *world) Send(_ context.Context, m *outreach.Message) error {
	w.lock.Lock()
	defer w.lock.Unlock()
	if w.fail != nil {
		if err := w.fail(m); err != nil {
			return err
		}
	}
	w.sent[m.Key()]++
	return nil
}

func (w *world) run(most int) outreach.Counts {
	w.Helper()
	counts, err := outreach.NewDispatcher(w.primary, w).Run(w.Context(), most)
	if err != nil {
		w.Fatal(err)
	}
	return counts
}

func (w *world) enrol(key, candidate string, s outreach.Sequence, at time.Time) {
	w.Helper()
	values := map[string]string{"position": "Engineer", "interviewer": "Grace"}
	err := w.Enrol(w.Context(), outreach.Enrolment{Key: key, Candidate: candidate, Sequence: s, At: at, Values: values})
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) exec(sql string) {
	w.Helper()
	if _, err := w.primary.Exec(w.Context(), sql); err != nil {
		w.Fatal(err)
	}
}

func (w *world) list(candidate string) []*outreach.Message {
	w.Helper()
	page, err := w.List(w.Context(), outreach.Filter{Candidate: candidate})
	if err != nil {
		w.Fatal(err)
	}
	return page.Items
}

func (w *world) statuses(candidate string) (all []outreach.Status) {
	w.Helper()
	for _, m := range w.list(candidate) {
		all = append(all, m.Status)
	}
	return all
}

func (w *world) wantStatuses(candidate string, want ...outreach.Status) {
	w.Helper()
	if diff := cmp.Diff(want, w.statuses(candidate)); diff != "" {
		w.Errorf("statuses, newest first (-want +got):\n%s", diff)
	}
}

func TestASequenceIsSentWhenItIsDue(t *testing.T) {
	w := newWorld(t)
	at := time.Now().Add(-time.Minute).UTC().Truncate(time.Microsecond)
	for range 2 { // an event may come twice
		w.enrol("interview/1", "Ada", outreach.NextSteps, at)
	}
	if got := w.run(10); got != (outreach.Counts{Sent: 1}) {
		t.Errorf("first run: %+v", got)
	}
	messages := w.list("Ada")
	want := []*outreach.Message{
		{ID: messages[0].ID, Candidate: "Ada", Sequence: outreach.NextSteps, Step: 2, Subject: "Any questions?", Body: messages[0].Body,
			Status: outreach.Waiting, DueAt: at.Add(72 * time.Hour)},
		{ID: messages[1].ID, Candidate: "Ada", Sequence: outreach.NextSteps, Step: 1, Subject: "Next steps: Engineer", Body: messages[1].Body,
			Status: outreach.Sent, DueAt: at, SentAt: messages[1].SentAt},
	}
	if diff := cmp.Diff(want, messages); diff != "" || messages[1].SentAt == nil {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	if body := messages[1].Body; !strings.Contains(body, "Hello Ada") || !strings.Contains(body, "with Grace") || strings.Contains(body, "{") {
		t.Errorf("body %q", body)
	}
	w.exec(`UPDATE outreach_messages SET next_at = now()`)
	if got := w.run(10); got != (outreach.Counts{Sent: 1}) {
		t.Errorf("second run: %+v", got)
	}
	if got := w.run(10); got != (outreach.Counts{}) {
		t.Errorf("third run: %+v", got)
	}
	if diff := cmp.Diff(map[string]int{messages[0].Key(): 1, messages[1].Key(): 1}, w.sent); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}

// Dispatchers at the same time send each message once.
func TestManyDispatchers(t *testing.T) {
	w := newWorld(t)
	for i := range 30 {
		w.enrol(strings.Repeat("k", i+1), "Ada", outreach.Thanks, time.Now().Add(-48*time.Hour))
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := outreach.NewDispatcher(w.primary, w).Run(t.Context(), 30); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(w.sent) != 30 {
		t.Errorf("%d messages were sent; want 30", len(w.sent))
	}
	for key, n := range w.sent {
		if n != 1 {
			t.Errorf("%s was sent %d times", key, n)
		}
	}
}

func TestRunsAreBounded(t *testing.T) {
	w := newWorld(t)
	for _, key := range []string{"a", "b", "c"} {
		w.enrol(key, "Ada", outreach.Thanks, time.Now().Add(-48*time.Hour))
	}
	if got := w.run(2); got.Sent != 2 {
		t.Errorf("%+v; want 2", got)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // too short to send and record
	defer cancel()
	if got, err := outreach.NewDispatcher(w.primary, w).Run(ctx, 2); err != nil || got.Sent != 0 {
		t.Errorf("%+v, %v; want none before the deadline", got, err)
	}
}

// A process that dies after it has sent leaves a claim. The message comes again when
// the lease is over, with the same key, of which the folder files one.
func TestACrashSendsAgainWithTheSameKey(t *testing.T) {
	w := newWorld(t)
	w.enrol("a", "Ada", outreach.Thanks, time.Now().Add(-48*time.Hour))
	files := folder.New(w.primary)
	w.fail = func(m *outreach.Message) error { return files.Send(t.Context(), m) }
	w.run(1)
	w.exec(`UPDATE outreach_messages SET status = 'waiting', sent_at = NULL, claim = gen_random_uuid(), claimed_until = now() + interval '1 minute'`)
	if got := w.run(1); got != (outreach.Counts{}) {
		t.Errorf("%+v while the lease holds", got)
	}
	w.exec(`UPDATE outreach_messages SET claimed_until = now() - interval '1 second'`)
	if got := w.run(1); got.Sent != 1 {
		t.Errorf("%+v after the lease", got)
	}
	var filed int
	if err := w.primary.QueryRow(t.Context(), `SELECT count(*) FROM outreach_folder`).Scan(&filed); err != nil || filed != 1 || len(w.sent) != 1 {
		t.Errorf("%d filed, %v; sent %v", filed, err, w.sent)
	}
	w.wantStatuses("Ada", outreach.Sent)
}

func TestWhatCannotBeSentIsTriedAgainAndFails(t *testing.T) {
	w := newWorld(t)
	w.enrol("a", "Ada", outreach.NextSteps, time.Now().Add(-100*24*time.Hour))
	w.fail = func(m *outreach.Message) error {
		if m.Step == 1 {
			return errors.New("no route to \x00")
		}
		return nil
	}
	for attempt := range 5 {
		w.wantStatuses("Ada", outreach.Waiting, outreach.Waiting) // the second waits for the first
		if got := w.run(1); got != (outreach.Counts{Failed: 1}) {
			t.Errorf("attempt %d: %+v", attempt, got)
		}
		if got := w.run(1); got != (outreach.Counts{}) && attempt < 4 {
			t.Errorf("attempt %d: %+v before the pause is over", attempt, got)
		}
		w.exec(`UPDATE outreach_messages SET next_at = now()`)
	}
	w.run(1)
	w.wantStatuses("Ada", outreach.Sent, outreach.Failed)
}

// An attempt that ends its process counts, too.
func TestAMessageThatEndsItsProcessFails(t *testing.T) {
	w := newWorld(t)
	w.enrol("a", "Ada", outreach.Thanks, time.Now().Add(-48*time.Hour))
	w.exec(`UPDATE outreach_messages SET attempts = 5, claim = gen_random_uuid(), claimed_until = now() - interval '1 second'`)
	if got := w.run(1); got != (outreach.Counts{}) {
		t.Errorf("%+v", got)
	}
	w.wantStatuses("Ada", outreach.Failed)
}

func TestStop(t *testing.T) {
	w := newWorld(t)
	w.enrol("a", "Ada", outreach.NextSteps, time.Now())
	w.enrol("b", "Grace", outreach.NextSteps, time.Now())
	w.run(10)
	for _, want := range []int64{1, 0} {
		if n, err := w.Stop(t.Context(), "Ada", outreach.Replied); err != nil || n != want {
			t.Errorf("%d stopped, %v; want %d", n, err, want)
		}
	}
	w.wantStatuses("Ada", outreach.Stopped, outreach.Sent)
	w.wantStatuses("Grace", outreach.Waiting, outreach.Sent)

	// An event from before comes late; one from after is another matter.
	w.enrol("late", "Ada", outreach.Thanks, time.Now().Add(-72*time.Hour))
	w.wantStatuses("Ada", outreach.Stopped, outreach.Stopped, outreach.Sent)
	w.enrol("new", "Ada", outreach.Thanks, time.Now().Add(time.Hour))
	w.exec(`UPDATE outreach_messages SET next_at = now()`)
	if got := w.run(10); got.Sent != 2 { // Ada's new one, and Grace's second
		t.Errorf("%+v", got)
	}
}

// A message that is stopped while it is being sent was sent.
func TestStopWhileSending(t *testing.T) {
	w := newWorld(t)
	w.enrol("a", "Ada", outreach.NextSteps, time.Now())
	stop := func(*outreach.Message) error { _, err := w.Stop(t.Context(), "Ada", outreach.Withdrew); return err }
	w.fail = stop
	w.run(1)
	w.wantStatuses("Ada", outreach.Stopped, outreach.Sent)

	w.enrol("b", "Bob", outreach.NextSteps, time.Now().Add(-time.Second))
	w.fail = func(*outreach.Message) error {
		_, err := w.Stop(t.Context(), "Bob", outreach.Withdrew)
		return errors.Join(err, errors.New("not sent"))
	}
	w.run(1)
	w.wantStatuses("Bob", outreach.Stopped, outreach.Stopped)
}

func TestValidation(t *testing.T) {
	w := newWorld(t)
	good := outreach.Enrolment{Key: "k", Candidate: "Ada", Sequence: outreach.Thanks, At: time.Now()}
	for name, change := range map[string]func(*outreach.Enrolment){
		"no key":       func(e *outreach.Enrolment) { e.Key = "" },
		"a long key":   func(e *outreach.Enrolment) { e.Key = strings.Repeat("k", 201) },
		"nobody":       func(e *outreach.Enrolment) { e.Candidate = " " },
		"NUL":          func(e *outreach.Enrolment) { e.Candidate = "\x00" },
		"not UTF-8":    func(e *outreach.Enrolment) { e.Candidate = "\xff" },
		"a long name":  func(e *outreach.Enrolment) { e.Candidate = strings.Repeat("n", 201) },
		"no sequence":  func(e *outreach.Enrolment) { e.Sequence = "spam" },
		"no time":      func(e *outreach.Enrolment) { e.At = time.Time{} },
		"far":          func(e *outreach.Enrolment) { e.At = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"a long value": func(e *outreach.Enrolment) { e.Values = map[string]string{"position": strings.Repeat("p", 201)} },
	} {
		e := good
		e.Values = maps.Clone(good.Values)
		change(&e)
		if err := w.Enrol(t.Context(), e); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.Stop(t.Context(), "Ada", "bored"); !fault.Is(err, fault.Invalid) {
		t.Errorf("stop: %v", err)
	}
	for _, f := range []outreach.Filter{{}, {Candidate: "Ada", Limit: 101}, {Candidate: "Ada", Limit: -1}, {Candidate: "\x00"}} {
		if _, err := w.List(t.Context(), f); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", f, err)
		}
	}
}

func TestListGoesThroughAllPages(t *testing.T) {
	w := newWorld(t)
	for _, key := range []string{"a", "b", "c", "d", "e"} {
		w.enrol(key, "Ada", outreach.Thanks, time.Now())
	}
	seen := map[string]bool{}
	for f := (outreach.Filter{Candidate: "Ada", Limit: 2}); ; {
		page, err := w.List(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Items {
			seen[m.Key()] = true
		}
		if page.Next == nil {
			break
		}
		f.After = *page.Next
	}
	if len(seen) != 5 {
		t.Errorf("%d messages; want 5", len(seen))
	}
}

// The braces of a value are no names.
func TestValuesAreNotTemplates(t *testing.T) {
	w := newWorld(t)
	e := outreach.Enrolment{Key: "k", Candidate: "{position}", Sequence: outreach.Thanks, At: time.Now(), Values: map[string]string{"position": "{candidate}", "interviewer": "x"}}
	if err := w.Enrol(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	m := w.list("{position}")[0]
	if m.Subject != "Your interview: {candidate}" || !strings.HasPrefix(m.Body, "Hello {position},") {
		t.Errorf("%q, %q", m.Subject, m.Body)
	}
}

package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/function"
	"github.com/seastack/seastack/core/outbox"
	"github.com/seastack/seastack/core/queue"
	"github.com/seastack/seastack/core/services/interviews"
	"github.com/seastack/seastack/core/services/notes"
	"github.com/seastack/seastack/core/services/reports"
	"github.com/seastack/seastack/stacks/web"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// world is the stack's handlers on a database of the test's own; what they send
// and publish is kept.
type world struct {
	interviews  *web.Interviews
	completions *web.Completions
	transcripts *web.Transcripts
	notes       *web.Notes
	reports     *web.Reports

	roles        *web.Roles
	applications *web.Applications
	submissions  *web.Submissions
	candidates   *web.Candidates
	sourcing     *web.Sourcing
	messages     *web.Messages
	exports      *web.Exports
	graphql      *web.GraphQL
	hiring       hiring

	notesService   *notes.Service
	reportsService *reports.Service
	sent           []notes.TranscriptReady
	sendError      error
	published      []interviews.Completion
	publishError   error
}

func newWorld(t testing.TB) *world {
	t.Helper()
	url := dbtest.URL(t)
	primary, replica := dbtest.Open(t, url), dbtest.OpenReplica(t, url)
	scheduler := interviews.New(primary)
	w := &world{notesService: notes.New(primary, scheduler), reportsService: reports.New(primary, replica, scheduler)}
	w.interviews, w.notes, w.reports = web.NewInterviews(scheduler), web.NewNotes(w.notesService), web.NewReports(w.reportsService)
	w.completions = web.NewCompletions(scheduler, outbox.PublisherFunc[interviews.Completion](
		func(_ context.Context, _ pgx.Tx, c interviews.Completion) error {
			w.published = append(w.published, c)
			return w.publishError
		}))
	w.transcripts = web.NewTranscripts(w.notesService, queue.SenderFunc[notes.TranscriptReady](
		func(_ context.Context, m notes.TranscriptReady) error { w.sent = append(w.sent, m); return w.sendError }))
	w.hire(t, primary, replica, scheduler)
	return w
}

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func (w *world) create(t testing.TB) *interviews.Interview {
	t.Helper()
	i, err := w.interviews.Create(t.Context(), web.CreateInput{Candidate: "Grace", Position: "Engineer", Interviewer: "Ada", StartsAt: start, Minutes: 60})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestAnInterviewFromCreationToCompletion(t *testing.T) {
	w := newWorld(t)
	made := w.create(t)
	got, err := w.interviews.Get(t.Context(), web.GetInput{ID: made.ID})
	if diff := cmp.Diff(made, got); err != nil || diff != "" {
		t.Errorf("get: %v (-created +got):\n%s", err, diff)
	}
	done, err := w.completions.Complete(t.Context(), web.CompleteInput{ID: made.ID, Recommendation: interviews.Yes})
	if err != nil || done.Status != interviews.Completed {
		t.Errorf("complete: %+v, %v", done, err)
	}
	if diff := cmp.Diff([]interviews.Completion{done.Completion()}, w.published); diff != "" || w.published[0].CompletedAt.IsZero() {
		t.Errorf("published (-want +got):\n%s", diff)
	}
	limit := 1
	page, err := w.interviews.List(t.Context(), web.ListInput{Status: interviews.Completed, Limit: &limit})
	if err != nil || len(page.Items) != 1 || page.Items[0].ID != made.ID {
		t.Errorf("list: %+v, %v", page, err)
	}
}

// An event that cannot be written undoes the completion; the caller tries again, and
// there are both.
func TestCompleteWithoutItsEventIsUndone(t *testing.T) {
	w := newWorld(t)
	in := web.CompleteInput{ID: w.create(t).ID, Recommendation: interviews.No}
	w.publishError = errors.New("no outbox")
	if _, err := w.completions.Complete(t.Context(), in); err == nil {
		t.Error("no error; the event would be lost")
	}
	if got, err := w.interviews.Get(t.Context(), web.GetInput{ID: in.ID}); err != nil || got.Status != interviews.Scheduled {
		t.Errorf("%+v, %v", got, err)
	}
	w.publishError = nil
	for range 2 {
		if _, err := w.completions.Complete(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	if len(w.published) != 2 || w.published[1].InterviewID != in.ID { // the first was undone
		t.Errorf("published %+v", w.published)
	}
}

func TestCreateWithAKeyCreatesOnce(t *testing.T) {
	w := newWorld(t)
	in := web.CreateInput{Candidate: "Grace", Position: "Engineer", Interviewer: "Ada", StartsAt: start, Minutes: 60, IdempotencyKey: "k"}
	first, err := w.interviews.Create(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := w.interviews.Create(t.Context(), in); err != nil || again.ID != first.ID {
		t.Errorf("again: %+v, %v", again, err)
	}
}

func TestUploadStoresAndTellsTheQueue(t *testing.T) {
	w := newWorld(t)
	in := web.UploadInput{ID: w.create(t).ID, Transcript: "Ada: Hello."}
	stored, err := w.transcripts.Upload(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	want := []notes.TranscriptReady{{InterviewID: in.ID, Version: 1}}
	if diff := cmp.Diff(want, w.sent); diff != "" || stored.Version != 1 {
		t.Errorf("sent (-want +got):\n%s", diff)
	}

	// What was stored and not sent is sent when the caller tries again.
	w.sendError = errors.New("no queue")
	if _, err := w.transcripts.Upload(t.Context(), in); !errors.Is(err, w.sendError) {
		t.Errorf("error = %v", err)
	}
	w.sendError = nil
	if _, err := w.transcripts.Upload(t.Context(), in); err != nil {
		t.Error(err)
	}
	if last := w.sent[len(w.sent)-1]; last != want[0] {
		t.Errorf("sent again: %+v", last)
	}
}

func TestUploadToNoInterviewSendsNothing(t *testing.T) {
	w := newWorld(t)
	_, err := w.transcripts.Upload(t.Context(), web.UploadInput{ID: uuid.New(), Transcript: "Ada: Hello."})
	if !fault.Is(err, fault.NotFound) || len(w.sent) != 0 {
		t.Errorf("error = %v, sent %v", err, w.sent)
	}
}

func TestNotesAreThereOnceWritten(t *testing.T) {
	w := newWorld(t)
	id := w.create(t).ID
	if _, err := w.notes.Get(t.Context(), web.GetInput{ID: id}); !fault.Is(err, fault.NotFound) {
		t.Errorf("before: %v", err)
	}
	if _, err := w.transcripts.Upload(t.Context(), web.UploadInput{ID: id, Transcript: "Ada: Do you know Python and Linux?"}); err != nil {
		t.Fatal(err)
	}
	if err := w.notesService.Summarise(t.Context(), w.sent[0]); err != nil {
		t.Fatal(err)
	}
	got, err := w.notes.Get(t.Context(), web.GetInput{ID: id})
	if err != nil || !cmp.Equal(got.Skills, []string{"Linux", "Python"}) {
		t.Errorf("after: %+v, %v", got, err)
	}
}

func TestReportsList(t *testing.T) {
	w := newWorld(t)
	if _, err := w.interviews.Create(t.Context(), web.CreateInput{Candidate: "c", Position: "p", Interviewer: "Ada", StartsAt: time.Now(), Minutes: 30}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.reportsService.Refresh(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	got, err := w.reports.List(t.Context(), web.ReportInput{})
	if err != nil || len(got.Weeks) != 1 || got.Weeks[0].Scheduled != 1 {
		t.Errorf("report: %+v, %v", got, err)
	}
}

func TestValidation(t *testing.T) {
	zero, many := 0, 1000
	for name, c := range map[string]struct {
		in   interface{ Validate() error }
		want string // the first wrong field
	}{
		"create":       {web.CreateInput{Position: "p", Interviewer: "i", StartsAt: start, Minutes: 1}, "candidate"},
		"list, none":   {web.ListInput{Limit: &zero}, "limit"},
		"list, many":   {web.ListInput{Limit: &many}, "limit"},
		"list, status": {web.ListInput{Status: "lost"}, "status"},
		"report":       {web.ReportInput{Weeks: &zero}, "weeks"},
		"role":         {web.RoleInput{}, "title"},
		"revision":     {web.RevisionInput{Title: "t", MinimumYears: -1}, "minimumYears"},
		"roles, none":  {web.RolesInput{Limit: &zero}, "limit"},
		"roles, many":  {web.RolesInput{Limit: &many}, "limit"},
		"submit":       {web.SubmitInput{}, "candidateId"},
		"search":       {web.SearchInput{Query: "+"}, "q"},
		"search, none": {web.SearchInput{Limit: &zero}, "limit"},
		"messages":     {web.MessagesInput{}, "candidate"},
	} {
		err, ok := errors.AsType[*fault.Error](c.in.Validate())
		if !ok || err.Kind != fault.Invalid || err.Fields[0].Field != c.want {
			t.Errorf("%s: %v; want %s to be wrong", name, err, c.want)
		}
	}
	if err := (web.ReportInput{}).Validate(); err != nil {
		t.Error(err)
	}
	if err := (web.ListInput{}).Validate(); err != nil {
		t.Error(err)
	}
}

// Every input type can be bound: the same that its function checks at its start.
func TestInputsCanBeBound(t *testing.T) {
	w := &world{}
	for name, h := range map[string]function.Handler{
		"create": function.HTTP(w.interviews.Create), "get": function.HTTP(w.interviews.Get), "list": function.HTTP(w.interviews.List),
		"complete": function.HTTP(w.completions.Complete), "upload": function.HTTP(w.transcripts.Upload),
		"notes": function.HTTP(w.notes.Get), "reports": function.HTTP(w.reports.List),
		"create role": function.HTTP(w.roles.Create), "revise role": function.HTTP(w.roles.Revise), "list roles": function.HTTP(w.roles.List),
		"submit": function.HTTP(w.submissions.Submit), "get application": function.HTTP(w.applications.Get),
		"get candidate": function.HTTP(w.candidates.Get), "search candidates": function.HTTP(w.sourcing.Search),
		"list messages": function.HTTP(w.messages.List), "stop messages": function.HTTP(w.messages.Stop),
	} {
		if err := h.Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOneRequestThroughTheAdapter(t *testing.T) {
	w := newWorld(t)
	handler := function.HTTP(w.interviews.Create, function.Status(201))
	event, err := json.Marshal(events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: "POST /interviews", Headers: map[string]string{"content-type": "application/json"},
		Body: `{"candidate":"Grace","position":"Engineer","interviewer":"Ada","startsAt":"2026-03-02T10:00:00+01:00","minutes":60}`,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{201, 409} {
		out, err := handler.Invoke(t.Context(), event)
		if err != nil {
			t.Fatal(err)
		}
		var response events.APIGatewayV2HTTPResponse
		if err := json.Unmarshal(out, &response); err != nil {
			t.Fatal(err)
		}
		if response.StatusCode != want {
			t.Errorf("status %d; want %d: %s", response.StatusCode, want, response.Body)
		}
	}
}

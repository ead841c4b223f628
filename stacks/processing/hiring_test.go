package processing_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/function"
	"github.com/seastack/seastack/core/services/applications"
	"github.com/seastack/seastack/core/services/candidates"
	"github.com/seastack/seastack/core/services/interviews"
	"github.com/seastack/seastack/core/services/outreach"
	"github.com/seastack/seastack/core/services/outreach/folder"
	"github.com/seastack/seastack/core/services/sourcing"
	"github.com/seastack/seastack/stacks/processing"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// submitted returns an application that waits for its review.
func submitted(t *testing.T, primary *db.Primary) (*applications.Service, *applications.Application) {
	t.Helper()
	people := candidates.New(primary)
	service := applications.New(primary, people)
	role, err := service.OpenRole(t.Context(), "", applications.Position{Title: "Engineer", Criteria: applications.Criteria{RequiredSkills: []string{"Go"}}})
	if err != nil {
		t.Fatal(err)
	}
	who, _, err := people.Save(t.Context(), candidates.Profile{Name: "Ada", Email: "ada@example.com", Skills: []string{"Go"}, Source: candidates.ATS},
		func(context.Context, pgx.Tx, candidates.Saved) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	a, err := service.Submit(t.Context(), applications.Form{CandidateID: who.ID, RoleID: role.ID, Years: 1},
		func(context.Context, pgx.Tx, applications.Submitted) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return service, a
}

func TestReview(t *testing.T) {
	service, a := submitted(t, dbtest.New(t))
	handler := processing.NewApplications(service)
	for range 2 { // SQS may deliver it twice
		if err := handler.Review(t.Context(), applications.Submitted{ApplicationID: a.ID}); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := service.Get(t.Context(), a.ID); err != nil || got.Review == nil || got.Review.Score != 100 {
		t.Errorf("%+v, %v", got, err)
	}
	if err := handler.Review(t.Context(), applications.Submitted{ApplicationID: uuid.New()}); err != nil {
		t.Errorf("error = %v; the message would come again for nothing", err)
	}
}

func TestRefresh(t *testing.T) {
	primary := dbtest.New(t)
	service, a := submitted(t, primary)
	if _, err := primary.Exec(t.Context(), `UPDATE applications SET submitted_at = now() - interval '1 hour'`); err != nil {
		t.Fatal(err)
	}
	if err := processing.NewApplications(service).Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := service.Get(t.Context(), a.ID); err != nil || got.Review == nil {
		t.Errorf("%+v, %v; the message that was lost is made up for", got, err)
	}
}

func TestReviewFailsWithTheDatabase(t *testing.T) {
	primary := dbtest.New(t)
	service, a := submitted(t, primary)
	if _, err := primary.Exec(t.Context(), `UPDATE applications SET submitted_at = now() - interval '1 hour'; ALTER TABLE applications DROP COLUMN score`); err != nil {
		t.Fatal(err)
	}
	handler := processing.NewApplications(service)
	if err := handler.Review(t.Context(), applications.Submitted{ApplicationID: a.ID}); err == nil {
		t.Error("no error; the message would be lost")
	}
	if err := handler.Refresh(t.Context()); err == nil {
		t.Error("no error of the refresh")
	}
}

func TestIndex(t *testing.T) {
	url := dbtest.URL(t)
	service := sourcing.New(dbtest.Open(t, url), dbtest.OpenReplica(t, url))
	handler := processing.NewCandidates(service)
	id := uuid.New()
	for _, version := range []int{2, 1, 2} { // in any order, and twice
		event := candidates.Saved{ID: id, Version: version, Name: "Ada", Skills: []string{"C++"}}
		if err := handler.Index(t.Context(), event); err != nil {
			t.Fatal(err)
		}
	}
	page, err := service.Search(t.Context(), sourcing.Search{Query: "c++"})
	if err != nil || len(page.Items) != 1 || page.Items[0].CandidateID != id {
		t.Errorf("%+v, %v", page, err)
	}
}

func completion(recommendation interviews.Recommendation) interviews.Completion {
	return interviews.Completion{
		InterviewID: uuid.New(), Candidate: "Ada", Position: "Engineer", Interviewer: "Grace",
		Recommendation: recommendation, CompletedAt: time.Now().Add(-48 * time.Hour),
	}
}

func TestFollowUps(t *testing.T) {
	primary := dbtest.New(t)
	service := outreach.New(primary)
	handler := processing.NewFollowUps(service)
	sender := processing.NewMessages(outreach.NewDispatcher(primary, folder.New(primary)))
	events := []interviews.Completion{completion(interviews.StrongYes), completion(interviews.No)}
	for range 2 { // an event may come twice
		for _, e := range events {
			if err := handler.Enrol(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		if err := sender.Send(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	page, err := service.List(t.Context(), outreach.Filter{Candidate: "Ada"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range page.Items {
		got = append(got, string(m.Sequence)+" "+string(m.Status))
	}
	if diff := cmp.Diff([]string{"thanks sent", "next_steps waiting", "next_steps sent"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestMalformedMessages: what is no message of a queue goes back alone, and so to the
// dead letters in the end.
func TestMalformedMessages(t *testing.T) {
	url := dbtest.URL(t)
	primary := dbtest.Open(t, url)
	service, a := submitted(t, primary)
	indexer := sourcing.New(primary, dbtest.OpenReplica(t, url))
	detail := func(text string) string { return `{"detail-type":"x","detail":` + text + `}` }
	long, _ := json.Marshal(completion(interviews.Yes))
	tooLong := strings.Replace(string(long), "Ada", strings.Repeat("x", 201), 1)
	for name, c := range map[string]struct {
		handler function.Handler
		good    string
		bad     []string
	}{
		"applications": {function.Consume(processing.NewApplications(service).Review), `{"applicationId":"` + a.ID.String() + `"}`,
			[]string{``, `{}`, `[]`, `{"applicationId":"x"}`, `{"applicationId":null}`}},
		"candidates": {function.On(processing.NewCandidates(indexer).Index), detail(`{"id":"` + uuid.NewString() + `","version":1,"name":"n"}`),
			[]string{``, `{}`, detail(`{}`), detail(`{"id":"x"}`), detail(`{"id":"` + uuid.NewString() + `","version":0}`), detail(`{"id":"` + uuid.NewString() + `","version":1,"name":7}`)}},
		"follow-ups": {function.On(processing.NewFollowUps(outreach.New(primary)).Enrol), detail(string(long)),
			[]string{``, `{}`, detail(`{}`), detail(tooLong), detail(strings.Replace(string(long), "Ada", "", 1))}},
	} {
		batch := events.SQSEvent{Records: []events.SQSMessage{{MessageId: "good", Body: c.good}}}
		want := []string{}
		for _, body := range c.bad {
			id := "bad " + body
			batch.Records, want = append(batch.Records, events.SQSMessage{MessageId: id, Body: body}), append(want, id)
		}
		event, err := json.Marshal(batch)
		if err != nil {
			t.Fatal(err)
		}
		out, err := c.handler.Invoke(t.Context(), event)
		if err != nil {
			t.Fatal(err)
		}
		var response events.SQSEventResponse
		if err := json.Unmarshal(out, &response); err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, failure := range response.BatchItemFailures {
			got = append(got, failure.ItemIdentifier)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: failures (-want +got):\n%s", name, diff)
		}
	}
}

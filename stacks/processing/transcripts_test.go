package processing_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/services/interviews"
	"github.com/seastack/seastack/core/services/notes"
	"github.com/seastack/seastack/stacks/processing"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

func TestSummarise(t *testing.T) {
	primary := dbtest.New(t)
	scheduler := interviews.New(primary)
	service := notes.New(primary, scheduler)
	handler := processing.NewTranscripts(service)
	i, err := scheduler.Schedule(t.Context(), interviews.Plan{Candidate: "Grace", Position: "Engineer", Interviewer: "Ada", StartsAt: time.Now(), Minutes: 60})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.Store(t.Context(), i.ID, "Ada: What do you like about compilers?"); err != nil {
		t.Fatal(err)
	}
	message := notes.TranscriptReady{InterviewID: i.ID, Version: 1}
	for range 2 { // SQS may deliver it twice
		if err := handler.Summarise(t.Context(), message); err != nil {
			t.Fatal(err)
		}
	}
	got, err := service.Get(t.Context(), i.ID)
	if err != nil || len(got.Questions) != 1 {
		t.Errorf("notes: %+v, %v", got, err)
	}
}

func TestSummariseOfATranscriptThatIsGone(t *testing.T) {
	primary := dbtest.New(t)
	handler := processing.NewTranscripts(notes.New(primary, interviews.New(primary)))
	if err := handler.Summarise(t.Context(), notes.TranscriptReady{InterviewID: uuid.New(), Version: 1}); err != nil {
		t.Errorf("error = %v; the message would come again for nothing", err)
	}
}

func TestSummariseFailsWithTheDatabase(t *testing.T) {
	primary := dbtest.New(t)
	handler := processing.NewTranscripts(notes.New(primary, interviews.New(primary)))
	if _, err := primary.Exec(t.Context(), `DROP TABLE notes`); err != nil {
		t.Fatal(err)
	}
	if err := handler.Summarise(t.Context(), notes.TranscriptReady{InterviewID: uuid.New(), Version: 1}); err == nil {
		t.Error("no error; the message would be lost")
	}
}

package notes_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/interviews"
	"github.com/seastack/seastack/core/services/notes"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

const transcript = `Ada: Welcome. What did you build in your last project?
Grace: I designed a compiler in Go that translated payroll programs for three kinds of machines.
Grace: The compiler team tested every release against PostgreSQL with the payroll data of a customer.
Ada: I'll send you the exercise by Friday.`

// newService returns the service and an interview to take notes of.
func newService(t *testing.T) (*notes.Service, uuid.UUID) {
	t.Helper()
	primary := dbtest.New(t)
	scheduler := interviews.New(primary)
	i, err := scheduler.Schedule(t.Context(), interviews.Plan{
		Candidate: "Grace", Position: "Engineer", Interviewer: "Ada", StartsAt: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Minutes: 60,
	})
	if err != nil {
		t.Fatal(err)
	}
	return notes.New(primary, scheduler), i.ID
}

func store(t *testing.T, s *notes.Service, id uuid.UUID, content string) notes.TranscriptReady {
	t.Helper()
	stored, err := s.Store(t.Context(), id, content)
	if err != nil {
		t.Fatal(err)
	}
	return notes.TranscriptReady{InterviewID: id, Version: stored.Version}
}

func summarise(t *testing.T, s *notes.Service, m notes.TranscriptReady) *notes.Notes {
	t.Helper()
	if err := s.Summarise(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	n, err := s.Get(t.Context(), m.InterviewID)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("error = %v; want a fault of kind %s", err, kind)
	}
}

func TestFromTranscriptToNotes(t *testing.T) {
	s, id := newService(t)
	_, err := s.Get(t.Context(), id)
	wantKind(t, err, fault.NotFound)

	got := summarise(t, s, store(t, s, id, transcript))
	want := &notes.Notes{
		InterviewID: id, Version: 1,
		Summary: []string{
			"Grace: I designed a compiler in Go that translated payroll programs for three kinds of machines.",
			"Grace: The compiler team tested every release against PostgreSQL with the payroll data of a customer.",
		},
		Questions: []string{"Ada: What did you build in your last project?"},
		Actions:   []string{"Ada: I'll send you the exercise by Friday."},
		Skills:    []string{"Go", "PostgreSQL"},
		Topics:    []string{"compiler", "payroll"},
		Words:     46, WrittenAt: got.WrittenAt,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

func TestStoreCountsChanges(t *testing.T) {
	s, id := newService(t)
	first, err := s.Store(t.Context(), id, transcript)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Store(t.Context(), id, transcript)
	if diff := cmp.Diff(first, again); err != nil || diff != "" {
		t.Errorf("the same text: %v (-first +again):\n%s", err, diff)
	}
	if m := store(t, s, id, transcript+"\nGrace: Goodbye."); m.Version != 2 {
		t.Errorf("another text has version %d; want 2", m.Version)
	}
}

func TestStoreRefuses(t *testing.T) {
	s, id := newService(t)
	for name, content := range map[string]string{
		"blank": " \n", "too long": strings.Repeat("x", notes.MaxTranscript+1), "a NUL": "a\x00b", "no UTF-8": "a\xffb",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Store(t.Context(), id, content)
			wantKind(t, err, fault.Invalid)
		})
	}
	_, err := s.Store(t.Context(), uuid.New(), transcript)
	wantKind(t, err, fault.NotFound)
}

func TestSummariseTwiceChangesNothing(t *testing.T) {
	s, id := newService(t)
	m := store(t, s, id, transcript)
	first, again := summarise(t, s, m), summarise(t, s, m)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("the second time changed (-first +again):\n%s", diff)
	}
}

func TestMessagesOutOfOrderLeadToTheNewestNotes(t *testing.T) {
	s, id := newService(t)
	first := store(t, s, id, transcript)
	second := store(t, s, id, transcript+"\nAda: Please schedule a call with the team.")
	for _, m := range []notes.TranscriptReady{second, first} {
		if n := summarise(t, s, m); n.Version != 2 || len(n.Actions) != 2 {
			t.Errorf("after version %d: notes of version %d with actions %q", m.Version, n.Version, n.Actions)
		}
	}
}

func TestSummariseWithoutTranscript(t *testing.T) {
	s, id := newService(t)
	err := s.Summarise(t.Context(), notes.TranscriptReady{InterviewID: id, Version: 1})
	wantKind(t, err, fault.NotFound)
}

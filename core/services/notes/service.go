package notes

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/interviews"
	"github.com/seastack/seastack/core/services/notes/extract"
)

// Service keeps transcripts and writes notes of them.
type Service struct {
	primary    *db.Primary
	interviews *interviews.Service
}

// New returns the service on the database that takes its writes.
func New(primary *db.Primary, interviews *interviews.Service) *Service {
	return &Service{primary: primary, interviews: interviews}
}

// Store keeps the transcript of an interview. A transcript that is the same as
// the one before keeps its version, so to store it again is harmless.
func (s *Service) Store(ctx context.Context, interview uuid.UUID, content string) (*Transcript, error) {
	if err := validateTranscript(content); err != nil {
		return nil, err
	}
	if _, err := s.interviews.Get(ctx, interview); err != nil {
		return nil, err
	}
	t := Transcript{InterviewID: interview, Content: content}
	err := s.primary.QueryRow(ctx, `
		INSERT INTO transcripts AS t (interview_id, version, content) VALUES ($1, 1, $2)
		ON CONFLICT (interview_id) DO UPDATE SET
			version   = t.version + (t.content <> excluded.content)::int,
			stored_at = CASE WHEN t.content = excluded.content THEN t.stored_at ELSE now() END,
			content   = excluded.content
		RETURNING version, stored_at`, interview, content).Scan(&t.Version, &t.StoredAt)
	return &t, err
}

func validateTranscript(content string) error {
	var wrong fault.Fields
	wrong.Require("transcript", content)
	wrong.Check(len(content) <= MaxTranscript, "transcript", "must have %d bytes at most", MaxTranscript)
	wrong.UTF8("transcript", content)
	return wrong.Err()
}

// Transcript returns the transcript of an interview as it is now.
func (s *Service) Transcript(ctx context.Context, interview uuid.UUID) (*Transcript, error) {
	t := Transcript{InterviewID: interview}
	err := s.primary.QueryRow(ctx, `SELECT version, content, stored_at FROM transcripts WHERE interview_id = $1`, interview).
		Scan(&t.Version, &t.Content, &t.StoredAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "There is no transcript of interview %s.", interview)
	}
	return &t, err
}

// Summarise writes the notes of an interview's transcript. Called again, late,
// or for a version that a newer one has replaced, it leaves the notes as they
// are or makes them those of the newest version; never older.
func (s *Service) Summarise(ctx context.Context, m TranscriptReady) error {
	written, err := s.writtenVersion(ctx, m.InterviewID)
	if err != nil || written >= m.Version {
		return err
	}
	t, err := s.Transcript(ctx, m.InterviewID)
	if err != nil {
		return err
	}
	return s.write(ctx, t, extract.Notes(t.Content))
}

// writtenVersion returns the version that there are notes of; 0 when there are none.
func (s *Service) writtenVersion(ctx context.Context, interview uuid.UUID) (int, error) {
	var version int
	err := s.primary.QueryRow(ctx, `SELECT coalesce(max(version), 0) FROM notes WHERE interview_id = $1`, interview).Scan(&version)
	return version, err
}

func (s *Service) write(ctx context.Context, t *Transcript, found extract.Result) error {
	_, err := s.primary.Exec(ctx, `
		INSERT INTO notes AS n (interview_id, version, summary, questions, actions, skills, topics, words)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (interview_id) DO UPDATE SET
			version = excluded.version, summary = excluded.summary, questions = excluded.questions,
			actions = excluded.actions, skills = excluded.skills, topics = excluded.topics,
			words = excluded.words, written_at = now()
		WHERE n.version < excluded.version`,
		t.InterviewID, t.Version, found.Summary, found.Questions, found.Actions, found.Skills, found.Topics, found.Words)
	return err
}

// Get returns the notes of an interview. Until they are written they are NotFound.
func (s *Service) Get(ctx context.Context, interview uuid.UUID) (*Notes, error) {
	n := Notes{InterviewID: interview}
	err := s.primary.QueryRow(ctx, `
		SELECT version, summary, questions, actions, skills, topics, words, written_at
		FROM notes WHERE interview_id = $1`, interview).
		Scan(&n.Version, &n.Summary, &n.Questions, &n.Actions, &n.Skills, &n.Topics, &n.Words, &n.WrittenAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "There are no notes of interview %s.", interview)
	}
	return &n, err
}

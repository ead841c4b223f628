package web

import (
	"context"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/queue"
	"github.com/seastack/seastack/core/services/notes"
)

// Transcripts serves /interviews/{id}/transcript.
type Transcripts struct {
	notes *notes.Service
	ready queue.Sender[notes.TranscriptReady]
}

// NewTranscripts returns the handlers on the service and the queue to the stack
// that writes notes.
func NewTranscripts(notes *notes.Service, ready queue.Sender[notes.TranscriptReady]) *Transcripts {
	return &Transcripts{notes: notes, ready: ready}
}

// UploadInput is the transcript of an interview.
type UploadInput struct {
	ID         uuid.UUID `path:"id"`
	Transcript string    `json:"transcript"` // a turn on each line: "Ada: Hello."
}

// Upload keeps a transcript and has notes written of it, some time later. When
// only the second fails, the whole fails, and can be asked for again: storing
// the same text once more changes nothing.
//
//seastack:http PUT /interviews/{id}/transcript status=202
func (h *Transcripts) Upload(ctx context.Context, in UploadInput) (*notes.Transcript, error) {
	t, err := h.notes.Store(ctx, in.ID, in.Transcript)
	if err != nil {
		return nil, err
	}
	return t, h.ready.Send(ctx, notes.TranscriptReady{InterviewID: t.InterviewID, Version: t.Version})
}

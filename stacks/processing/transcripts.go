package processing

import (
	"context"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/notes"
)

// Transcripts consumes the queue of transcripts.
type Transcripts struct{ notes *notes.Service }

// NewTranscripts returns the handlers on the service.
func NewTranscripts(notes *notes.Service) *Transcripts { return &Transcripts{notes: notes} }

// Summarise writes the notes of a transcript. A message that comes again
// changes nothing, and one whose transcript is gone has nothing left to do:
// trying it again would not bring the transcript back.
//
//seastack:consume batch=10
func (h *Transcripts) Summarise(ctx context.Context, m notes.TranscriptReady) error {
	err := h.notes.Summarise(ctx, m)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

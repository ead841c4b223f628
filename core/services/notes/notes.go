// Package notes turns the transcript of an interview into structured notes. It
// owns the tables transcripts and notes; it asks the interviews service whether
// an interview exists, and knows nothing of how a transcript is made or who
// tells it to start.
package notes

import (
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/fault"
)

// MaxTranscript is how many bytes of UTF-8 a transcript may have: several hours
// of talk.
const MaxTranscript = 512 << 10

// TranscriptReady says that a version of an interview's transcript is stored
// and wants notes.
//
//seastack:queue transcripts retries=5
type TranscriptReady struct {
	InterviewID uuid.UUID `json:"interviewId"`
	Version     int       `json:"version"`
}

// Validate says what is wrong with the message.
func (m TranscriptReady) Validate() error {
	var wrong fault.Fields
	wrong.Check(m.InterviewID != uuid.Nil, "interviewId", "is required")
	wrong.Check(m.Version > 0, "version", "must be positive")
	return wrong.Err()
}

// Transcript is what was said, as text: one line for each turn, with the
// speaker's name and a colon before it where it is known.
type Transcript struct {
	InterviewID uuid.UUID `json:"interviewId"`
	Version     int       `json:"version"` // from 1; counts the changes
	Content     string    `json:"-"`
	StoredAt    time.Time `json:"storedAt"`
}

// Notes are what is worth keeping of a transcript.
type Notes struct {
	InterviewID uuid.UUID `json:"interviewId"`
	Version     int       `json:"version"` // of the transcript
	Summary     []string  `json:"summary"`
	Questions   []string  `json:"questions"`
	Actions     []string  `json:"actions"`
	Skills      []string  `json:"skills"`
	Topics      []string  `json:"topics"`
	Words       int       `json:"words"` // of the transcript
	WrittenAt   time.Time `json:"writtenAt"`
}

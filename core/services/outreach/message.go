package outreach

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/fault"
)

// Status says what has become of a message.
type Status string

// A message waits first, and then has one of the others for good.
const (
	Waiting Status = "waiting"
	Sent    Status = "sent"
	Stopped Status = "stopped" // the candidate replied or withdrew before
	Failed  Status = "failed"  // in all its attempts
)

// Message is one message to a candidate.
type Message struct {
	ID        uuid.UUID  `json:"id"`
	Candidate string     `json:"candidate"`
	Sequence  Sequence   `json:"sequence"`
	Step      int        `json:"step"` // from 1
	Subject   string     `json:"subject"`
	Body      string     `json:"body"`
	Status    Status     `json:"status"`
	DueAt     time.Time  `json:"dueAt"`
	SentAt    *time.Time `json:"sentAt,omitempty"` // of a sent one
}

// Key is the same for each attempt to send the message, and for no other message.
func (m *Message) Key() string { return m.ID.String() }

// Sender sends messages: by mail, or as folder.Folder does where no mail is to leave.
// The one service that implements it is used; a stack that wants another one has a
// function NewSender that returns it, as it would for Amazon SES.
type Sender interface {
	// Send sends a message. An error says that it was not sent, and may be tried
	// again. To send a message with the key of one that was sent should do nothing:
	// it comes again where a process died before it had recorded that.
	Send(ctx context.Context, m *Message) error
}

// Reason is why a candidate gets no more messages.
type Reason string

// The reasons.
const (
	Replied  Reason = "replied"
	Withdrew Reason = "withdrew"
)

const (
	maxKey       = 200 // bytes
	maxCandidate = 200 // characters
	maxValue     = 200 // characters
)

// Enrolment is a candidate who gets a sequence.
type Enrolment struct {
	Key       string // what it is about: the same key again enrols nobody
	Candidate string // a name
	Sequence  Sequence
	At        time.Time         // from which the delays count
	Values    map[string]string // for {position} and the like; {candidate} is there
}

// Validate says what is wrong with the enrolment.
func (e Enrolment) Validate() error {
	var wrong fault.Fields
	wrong.Require("key", e.Key)
	wrong.UTF8("key", e.Key)
	wrong.Check(len(e.Key) <= maxKey, "key", "must have %d bytes at most", maxKey)
	checkCandidate(&wrong, e.Candidate)
	_, known := sequences[e.Sequence]
	wrong.Check(known, "sequence", "is not known")
	wrong.Check(!e.At.IsZero() && e.At.UTC().Year() < 9999, "at", "must be in a year from 1 to 9998")
	for name, value := range e.Values {
		wrong.Text(name, value, maxValue)
	}
	return wrong.Err()
}

func checkCandidate(wrong *fault.Fields, candidate string) {
	wrong.Require("candidate", candidate)
	wrong.Text("candidate", candidate, maxCandidate)
}

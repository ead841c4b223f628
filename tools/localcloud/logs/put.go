package logs

import (
	"context"
	"fmt"
	"time"

	"github.com/seastack/seastack/tools/localcloud/logs/emf"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Limits of one PutLogEvents.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
const (
	maxBatchEvents = 10_000
	maxBatchBytes  = 1_048_576
	eventOverhead  = 26 // in bytes, added to the message of each event
	maxAge         = 14 * 24 * time.Hour
	maxAhead       = 2 * time.Hour
	maxSpan        = 24 * time.Hour
)

// sweepInterval is how often the expired events of a group in use are removed.
const sweepInterval = time.Hour

// Event is one line of a log.
type Event struct {
	Time    time.Time
	Message string
}

// event is a line as it is stored. Its time is part of its key.
type event struct {
	Time     int64 // milliseconds
	Seq      int64 // order of arrival, over all streams
	Ingested int64 // milliseconds
	Message  string
}

// Append writes events to a stream, which it creates if it does not exist, in one
// transaction: many lines cost little more than one. A group that does not exist
// is a ResourceNotFoundException; the limits of PutLogEvents do not apply.
func (s *Service) Append(group, stream string, events []Event) error {
	if len(events) == 0 {
		return nil
	}
	if !streamName.MatchString(stream) {
		return constraint(stream, "logStreamName", "Member must satisfy regular expression pattern: [^:*]*")
	}
	return s.write(groupRef{LogGroupName: group}, stream, true, events)
}

func (s *Service) write(r groupRef, name string, create bool, events []Event) error {
	var g group
	err := s.env.Store.Update(func(tx *store.Tx) error {
		var err error
		if g, err = s.group(tx, r); err != nil {
			return err
		}
		st, exists, err := s.streams.GetTx(tx, g.Name+":"+name)
		switch {
		case err != nil:
			return err
		case !exists && !create:
			return errNoStream()
		case !exists:
			st = stream{Group: g.Name, Name: name, CreatedAt: s.env.Now().UnixMilli()}
		}
		return s.writeTx(tx, st, events)
	})
	if err != nil {
		return err
	}
	s.measure(g.Name, events)
	return s.sweepIfDue(g)
}

// Measure makes record be called with each value of a metric that a new line has,
// in CloudWatch's embedded metric format, and with the bytes that a group gets.
func (s *Service) Measure(record func(emf.Value)) { s.record = record }

// measure records the metrics of events.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
func (s *Service) measure(group string, events []Event) {
	if s.record == nil {
		return
	}
	bytes := 0
	for _, e := range events {
		bytes += len(e.Message) + eventOverhead
		for _, v := range emf.Values(e.Message) {
			s.record(v)
		}
	}
	s.record(emf.Value{Namespace: "AWS/Logs", Name: "IncomingBytes", Unit: "Bytes", Number: float64(bytes), Dimensions: []string{"LogGroupName", group}})
}

func (s *Service) writeTx(tx *store.Tx, st stream, events []Event) error {
	now := s.env.Now().UnixMilli()
	seq := s.reserve(len(events))
	for i, e := range events {
		record := event{Time: e.Time.UnixMilli(), Seq: seq + int64(i), Ingested: now, Message: e.Message}
		if err := s.events.PutTx(tx, st.key(record.Time, record.Seq), record); err != nil {
			return fmt.Errorf("log stream %s of %s: %w", st.Name, st.Group, err)
		}
		if st.First == 0 || record.Time < st.First {
			st.First = record.Time
		}
		st.Last = max(st.Last, record.Time)
		st.Bytes += int64(len(e.Message) + eventOverhead)
	}
	st.LastIngestion = now
	return s.streams.PutTx(tx, st.Group+":"+st.Name, st)
}

// reserve returns the first of n sequence numbers. They start at the clock's
// nanoseconds, so that they grow over restarts without being stored.
func (s *Service) reserve(n int) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := max(s.seq+1, s.env.Now().UnixNano())
	s.seq = first + int64(n) - 1
	return first
}

func (s *Service) sweepIfDue(g group) error {
	s.mu.Lock()
	due := s.env.Now().Sub(s.swept[g.Name]) > sweepInterval
	s.mu.Unlock()
	if !due {
		return nil
	}
	return s.sweep(g)
}

type putEventsInput struct {
	streamInput
	LogEvents []struct {
		Timestamp *int64
		Message   string
	}
}

// rejected tells a client which of its events were rejected.
type rejected struct {
	TooNewLogEventStartIndex *int `json:"tooNewLogEventStartIndex,omitempty"`
	TooOldLogEventEndIndex   *int `json:"tooOldLogEventEndIndex,omitempty"`
	ExpiredLogEventEndIndex  *int `json:"expiredLogEventEndIndex,omitempty"`
}

type putEventsOutput struct {
	NextSequenceToken     string    `json:"nextSequenceToken"`
	RejectedLogEventsInfo *rejected `json:"rejectedLogEventsInfo,omitempty"`
}

func (s *Service) putEvents(_ context.Context, _ *wire.Call, in *putEventsInput) (*putEventsOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	var g group
	err := s.env.Store.View(func(tx *store.Tx) (err error) {
		g, _, err = s.stream(tx, in.groupRef, in.LogStreamName)
		return err
	})
	if err != nil {
		return nil, err
	}
	good, bad := in.split(g, s.env.Now())
	if len(good) > 0 {
		err = s.write(in.groupRef, in.LogStreamName, false, good)
	}
	return &putEventsOutput{NextSequenceToken: fmt.Sprintf("%056d", len(good)), RejectedLogEventsInfo: bad}, err
}

func (in *putEventsInput) check() error {
	if n := len(in.LogEvents); n < 1 || n > maxBatchEvents {
		return constraint(fmt.Sprintf("[%d events]", n), "logEvents", "Member must have length between 1 and 10000")
	}
	size := 0
	for i, e := range in.LogEvents {
		size += len(e.Message) + eventOverhead
		switch {
		case e.Timestamp == nil:
			return constraint("null", fmt.Sprintf("logEvents.%d.member.timestamp", i+1), "Member must not be null")
		case e.Message == "":
			return constraint("", fmt.Sprintf("logEvents.%d.member.message", i+1), "Member must have length greater than or equal to 1")
		case i > 0 && *e.Timestamp < *in.LogEvents[i-1].Timestamp:
			return invalid("Log events in a single PutLogEvents request must be in chronological order.")
		}
	}
	if size > maxBatchBytes {
		return invalid("Upload too large: %d bytes exceeds limit of %d", size, maxBatchBytes)
	}
	if *in.LogEvents[len(in.LogEvents)-1].Timestamp-*in.LogEvents[0].Timestamp > maxSpan.Milliseconds() {
		return invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
	}
	return nil
}

// split returns the events that the group accepts, and which it rejects.
func (in *putEventsInput) split(g group, now time.Time) (good []Event, bad *rejected) {
	var info rejected
	for i, e := range in.LogEvents {
		at := time.UnixMilli(*e.Timestamp)
		end, start := i+1, i
		switch {
		case at.After(now.Add(maxAhead)):
			if info.TooNewLogEventStartIndex == nil {
				info.TooNewLogEventStartIndex = &start
			}
		case *e.Timestamp < g.horizon(now):
			info.ExpiredLogEventEndIndex = &end
		case at.Before(now.Add(-maxAge)):
			info.TooOldLogEventEndIndex = &end
		default:
			good = append(good, Event{at, e.Message})
		}
	}
	if info != (rejected{}) {
		bad = &info
	}
	return good, bad
}

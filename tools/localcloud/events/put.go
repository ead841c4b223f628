package events

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/gen/pattern"
	"github.com/seastack/seastack/tools/localcloud/delivery"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Limits of PutEvents.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
const (
	maxEntries  = 10
	maxSize     = 1 << 20 // bytes of all entries
	sizeOfTime  = 14      // bytes that an entry's Time counts
	maxTextSize = 256     // characters of a source or a detail-type
)

type entry struct {
	Time                       *float64
	Source, DetailType, Detail string
	EventBusName, TraceHeader  string
	Resources                  []string
}

// size is how many bytes of the limit an entry takes.
func (e *entry) size() int {
	n := len(e.Source) + len(e.DetailType) + len(e.Detail)
	if e.Time != nil {
		n += sizeOfTime
	}
	for _, r := range e.Resources {
		n += len(r)
	}
	return n
}

type putInput struct{ Entries []entry }

type putResult struct {
	EventId      string `json:",omitempty"`
	ErrorCode    string `json:",omitempty"`
	ErrorMessage string `json:",omitempty"`
}

type putOutput struct {
	FailedEntryCount int
	Entries          []putResult
}

// putEvents takes entries one by one: some may be refused, and the others are
// delivered. A caller that may not put one of them may put none.
func (s *Service) putEvents(_ context.Context, c *wire.Call, in *putInput) (*putOutput, error) {
	if err := s.admit(c, in.Entries); err != nil {
		return nil, err
	}
	out := &putOutput{Entries: make([]putResult, len(in.Entries))}
	err := s.env.Store.Update(func(tx *store.Tx) error {
		for i := range in.Entries {
			result, err := s.putTx(tx, &in.Entries[i])
			if err != nil {
				return err
			}
			if out.Entries[i] = result; result.ErrorCode != "" {
				out.FailedEntryCount++
			}
		}
		return nil
	})
	s.loop.Wake()
	return out, err
}

// admit checks a request as a whole, and that its caller may put each entry.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
func (s *Service) admit(c *wire.Call, entries []entry) error {
	size := 0
	for i := range entries {
		size += entries[i].size()
	}
	switch {
	case len(entries) == 0 || len(entries) > maxEntries:
		return errConstraint(len(entries), "entries", "Member must have length from 1 to 10")
	case size > maxSize:
		return errInvalid("Total size of the entries in the request is over the limit.")
	}
	for _, e := range entries {
		keys := map[string][]string{"events:source": {e.Source}, "events:detail-type": {e.DetailType}}
		if err := s.deps.Authorize(c.Principal, "events:PutEvents", s.busARN(s.nameOf(e.EventBusName)), keys); err != nil {
			return err
		}
	}
	return nil
}

// refusal returns the result of an entry that is not valid; without a code if it
// is.
func (e *entry) refusal() putResult {
	invalid := func(message string) putResult { return putResult{ErrorCode: "InvalidArgument", ErrorMessage: message} }
	detail, err := decoded(e.Detail)
	switch {
	case e.Source == "":
		return invalid("Parameter Source is not valid. Reason: Source is a required argument.")
	case e.DetailType == "":
		return invalid("Parameter DetailType is not valid. Reason: DetailType is a required argument.")
	case e.Detail == "":
		return invalid("Parameter Detail is not valid. Reason: Detail is a required argument.")
	case strings.HasPrefix(e.Source, "aws."):
		return putResult{ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source."}
	case len(e.Source) > maxTextSize || len(e.DetailType) > maxTextSize:
		return invalid("Source and DetailType have 256 characters at most.")
	case err != nil || detail == nil:
		return putResult{ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed."}
	}
	return putResult{}
}

// ServiceEvent is an event of an AWS service.
type ServiceEvent struct {
	Source, DetailType string
	Time               time.Time
	Resources          []string
	Detail             json.RawMessage
}

// PutFromService puts an event of an AWS service on the default bus.
func (s *Service) PutFromService(e ServiceEvent) error {
	at := float64(e.Time.UnixMilli()) / 1000
	err := s.env.Store.Update(func(tx *store.Tx) error {
		_, err := s.matchAllTx(tx, &entry{
			Time: &at, Source: e.Source, DetailType: e.DetailType, Detail: string(e.Detail), Resources: e.Resources,
		})
		return err
	})
	s.loop.Wake()
	return err
}

// putTx stores the deliveries of one entry of a request.
func (s *Service) putTx(tx *store.Tx, e *entry) (putResult, error) {
	if refused := e.refusal(); refused.ErrorCode != "" {
		return refused, nil
	}
	return s.matchAllTx(tx, e)
}

// matchAllTx stores the deliveries of one entry. An entry for a bus that does not
// exist is taken and dropped, as on AWS.
func (s *Service) matchAllTx(tx *store.Tx, e *entry) (putResult, error) {
	id := uuid.NewString()
	rules, err := s.rulesTx(tx, s.nameOf(e.EventBusName))
	if err != nil {
		return putResult{}, err
	}
	raw := s.event(id, e)
	event, err := decoded(raw)
	if err != nil {
		return putResult{}, err
	}
	for _, r := range rules {
		if err := s.matchTx(tx, r, event, raw, e.TraceHeader); err != nil {
			return putResult{}, err
		}
	}
	return putResult{EventId: id}, nil
}

// event returns the event of an entry.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
func (s *Service) event(id string, e *entry) string {
	at := s.env.Now()
	if e.Time != nil {
		at = time.UnixMilli(int64(*e.Time * 1000))
	}
	return encoded(struct {
		Version    string          `json:"version"`
		ID         string          `json:"id"`
		DetailType string          `json:"detail-type"`
		Source     string          `json:"source"`
		Account    string          `json:"account"`
		Time       string          `json:"time"`
		Region     string          `json:"region"`
		Resources  []string        `json:"resources"`
		Detail     json.RawMessage `json:"detail"`
	}{"0", id, e.DetailType, e.Source, s.env.Account, at.UTC().Format(time.RFC3339), s.env.Region, append([]string{}, e.Resources...), json.RawMessage(e.Detail)})
}

// matchTx stores a delivery for each target of a rule that an event matches.
func (s *Service) matchTx(tx *store.Tx, r rule, event map[string]any, raw, trace string) error {
	p, err := pattern.Parse(r.EventPattern)
	if err != nil || r.State != enabled || !p.Matches(event) {
		return err
	}
	now, arn := s.env.Now().UnixMilli(), s.ruleARN(r.Bus, r.Name)
	for _, t := range r.Targets {
		d := pending{
			State: delivery.State{At: now}, ID: uuid.NewString(), Rule: arn, Target: t, Payload: t.input(event, raw, r.Name, arn), Trace: trace, First: now,
		}
		if err := s.deliveries.Waiting.PutTx(tx, d.ID, d); err != nil {
			return err
		}
	}
	return nil
}

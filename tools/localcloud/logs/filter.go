package logs

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/seastack/seastack/tools/localcloud/logs/pattern"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

type filterInput struct {
	groupRef
	LogStreamNames      []string
	LogStreamNamePrefix string
	StartTime, EndTime  *int64 // both inclusive
	FilterPattern       string
	NextToken           string
	Limit               *int
	StartFromHead       *bool
}

type filteredEvent struct {
	LogStreamName string `json:"logStreamName"`
	Timestamp     int64  `json:"timestamp"`
	Message       string `json:"message"`
	IngestionTime int64  `json:"ingestionTime"`
	EventId       string `json:"eventId"`
}

type filterOutput struct {
	Events             []filteredEvent `json:"events"`
	SearchedLogStreams []struct{}      `json:"searchedLogStreams"` // AWS returns none since 2019
	NextToken          string          `json:"nextToken,omitempty"`
}

// found is an event and its stream.
type found struct {
	event
	stream string
}

func (s *Service) filterEvents(_ context.Context, _ *wire.Call, in *filterInput) (*filterOutput, error) {
	limit, err := limitOf(in.Limit, maxEvents)
	if err != nil {
		return nil, err
	}
	match, err := pattern.Parse(in.FilterPattern)
	if err != nil {
		return nil, invalid("Invalid filter pattern: %v", err)
	}
	if len(in.LogStreamNames) > 0 && in.LogStreamNamePrefix != "" {
		return nil, invalid("LogStreamNames and LogStreamNamePrefix are mutually exclusive parameters.")
	}
	w, forward, err := in.window()
	if err != nil {
		return nil, err
	}
	all, err := s.search(in, w, match)
	if err != nil {
		return nil, err
	}
	return in.render(all, limit, forward), nil
}

// window returns the part of the group that remains to be searched, and the
// direction.
func (in *filterInput) window() (w window, forward bool, err error) {
	w, forward = window{to: position{math.MaxInt64, 0}}, in.StartFromHead == nil || *in.StartFromHead
	if in.NextToken == "" {
		return w, forward, nil
	}
	p, direction, err := parseToken(in.NextToken)
	if direction == "f" {
		w.from = p
	} else {
		w.to = p
	}
	return w, direction == "f", err
}

// search returns the matching events of the streams, ordered by time.
func (s *Service) search(in *filterInput, w window, match pattern.Matcher) (all []found, err error) {
	var end *int64
	if in.EndTime != nil {
		exclusive := *in.EndTime + 1
		end = &exclusive
	}
	err = s.env.Store.View(func(tx *store.Tx) error {
		g, err := s.group(tx, in.groupRef)
		if err != nil {
			return err
		}
		w = w.narrow(in.StartTime, end, g.horizon(s.env.Now()))
		return s.streams.EachTx(tx, g.Name+":"+in.LogStreamNamePrefix, func(_ string, st stream) (bool, error) {
			if !in.selects(st) || st.Last < w.from.time {
				return true, nil
			}
			return true, s.scan(tx, st, w, func(e event) bool {
				if match(e.Message) {
					all = append(all, found{e, st.Name})
				}
				return true
			})
		})
	})
	slices.SortFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Seq, b.Seq))
	})
	return all, err
}

func (in *filterInput) selects(st stream) bool {
	return len(in.LogStreamNames) == 0 || slices.Contains(in.LogStreamNames, st.Name)
}

func (in *filterInput) render(all []found, limit int, forward bool) *filterOutput {
	out := &filterOutput{Events: []filteredEvent{}, SearchedLogStreams: []struct{}{}}
	if !forward {
		slices.Reverse(all)
	}
	size := 0
	for i, e := range all {
		size += len(e.Message) + eventOverhead
		if i == limit || i > 0 && size > maxBytes {
			out.NextToken = e.position().token("f")
			if !forward {
				out.NextToken = e.after().token("b")
			}
			break
		}
		out.Events = append(out.Events, filteredEvent{
			LogStreamName: e.stream, Timestamp: e.Time, Message: e.Message,
			IngestionTime: e.Ingested, EventId: fmt.Sprintf("%037d%019d", e.Time, e.Seq),
		})
	}
	return out
}

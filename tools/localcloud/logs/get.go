package logs

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// maxEvents and maxBytes limit one answer.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
const (
	maxEvents = 10_000
	maxBytes  = 1_048_576
)

// position is a place between the events of a stream: before the event of this
// time and number, if it exists.
type position struct{ time, seq int64 }

func (p position) less(o position) bool {
	return p.time < o.time || p.time == o.time && p.seq < o.seq
}

func (e event) position() position { return position{e.Time, e.Seq} }

func (e event) after() position { return position{e.Time, e.Seq + 1} }

// token returns the token of a page in a direction: "f" or "b".
func (p position) token(direction string) string {
	return fmt.Sprintf("%s/%019d%019d/s", direction, p.time, p.seq)
}

func parseToken(token string) (p position, direction string, err error) {
	if _, err := fmt.Sscanf(strings.TrimLeft(token, "fb"), "/%19d%19d/s", &p.time, &p.seq); err != nil || token[:1] == "/" {
		return p, "", invalid("The specified nextToken is invalid.")
	}
	return p, token[:1], nil
}

type getEventsInput struct {
	streamInput
	StartTime     *int64 // inclusive
	EndTime       *int64 // exclusive
	NextToken     string
	Limit         *int
	StartFromHead bool
}

type eventOutput struct {
	Timestamp     int64  `json:"timestamp"`
	Message       string `json:"message"`
	IngestionTime int64  `json:"ingestionTime"`
}

type getEventsOutput struct {
	Events            []eventOutput `json:"events"`
	NextForwardToken  string        `json:"nextForwardToken"`
	NextBackwardToken string        `json:"nextBackwardToken"`
}

func (s *Service) getEvents(_ context.Context, _ *wire.Call, in *getEventsInput) (*getEventsOutput, error) {
	limit, err := limitOf(in.Limit, maxEvents)
	if err != nil {
		return nil, err
	}
	from, to, forward := position{}, position{math.MaxInt64, 0}, in.StartFromHead
	if in.NextToken != "" {
		p, direction, err := parseToken(in.NextToken)
		if err != nil {
			return nil, err
		}
		if forward = direction == "f"; forward {
			from = p
		} else {
			to = p
		}
	}
	events, err := s.page(in, window{from, to}, limit, forward)
	if err != nil {
		return nil, err
	}
	return render(events, from, to), nil
}

// render returns a page. The tokens of an empty page keep the position, so that
// the next request finds newer events.
func render(events []event, from, to position) *getEventsOutput {
	out := &getEventsOutput{Events: []eventOutput{}}
	first, last := from, from
	if from == (position{}) && to.time != math.MaxInt64 {
		first, last = to, to
	}
	if len(events) > 0 {
		first, last = events[0].position(), events[len(events)-1].after()
	}
	out.NextBackwardToken, out.NextForwardToken = first.token("b"), last.token("f")
	for _, e := range events {
		out.Events = append(out.Events, eventOutput{e.Time, e.Message, e.Ingested})
	}
	return out
}

// window is a part of a stream: from is inclusive, to is exclusive.
type window struct{ from, to position }

// narrow returns the window within times in milliseconds, which may be nil.
func (w window) narrow(start, end *int64, horizon int64) window {
	if start != nil && w.from.less(position{*start, 0}) {
		w.from = position{*start, 0}
	}
	if end != nil && (position{*end, 0}).less(w.to) {
		w.to = position{*end, 0}
	}
	if w.from.time < horizon {
		w.from = position{horizon, 0}
	}
	return w
}

// page returns the first events of the window, or the last, in order.
func (s *Service) page(in *getEventsInput, w window, limit int, forward bool) (events []event, err error) {
	err = s.env.Store.View(func(tx *store.Tx) error {
		g, st, err := s.stream(tx, in.groupRef, in.LogStreamName)
		if err != nil {
			return err
		}
		w = w.narrow(in.StartTime, in.EndTime, g.horizon(s.env.Now()))
		return s.scan(tx, st, w, func(e event) bool {
			events = append(events, e)
			if !forward && len(events) >= 2*limit {
				events = slices.Delete(events, 0, len(events)-limit)
			}
			return !forward || len(events) < limit
		})
	})
	if !forward && len(events) > limit {
		events = events[len(events)-limit:]
	}
	return fit(events, forward), err
}

// fit returns the events that fit in an answer.
func fit(events []event, forward bool) []event {
	size := 0
	for i := range events {
		at := i
		if !forward {
			at = len(events) - 1 - i
		}
		size += len(events[at].Message) + eventOverhead
		switch {
		case size <= maxBytes || i == 0:
		case forward:
			return events[:at]
		default:
			return events[at+1:]
		}
	}
	return events
}

// scan calls f with the events of a window of a stream until it returns false.
func (s *Service) scan(tx *store.Tx, st stream, w window, f func(event) bool) error {
	start := st.key(w.from.time, w.from.seq)
	return s.events.FromTx(tx, st.prefix(), start, func(_ string, e event) (bool, error) {
		return e.position().less(w.to) && f(e), nil
	})
}

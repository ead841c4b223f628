// Package logs reads the logs of functions from CloudWatch Logs: once, or on and
// on as they are written. It knows log groups and their events, not what a
// function is.
package logs

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// Event is one line of a function's log.
type Event struct {
	Function string    `json:"function"` // STACK/FUNCTION
	Time     time.Time `json:"time"`
	Message  string    `json:"message"` // without the final newline
	id       string
}

// Options say which events to read.
type Options struct {
	Groups map[string]string // function -> log group
	Since  time.Time
	Filter string // pattern of CloudWatch Logs; empty: all events
	Limit  int    // events of each group at most, the oldest; 0: all
}

// Client is the operation of CloudWatch Logs that the package needs.
type Client interface {
	FilterLogEvents(context.Context, *cloudwatchlogs.FilterLogEventsInput, ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.FilterLogEventsOutput, error)
}

// Read returns the events of all groups in the order of their times. A group
// that does not exist, as before the first deployment, has no events.
func Read(ctx context.Context, c Client, o Options) ([]Event, error) {
	var all []Event
	for function, group := range o.Groups {
		events, err := readGroup(ctx, c, function, group, o)
		if err != nil {
			return nil, err
		}
		all = append(all, events...)
	}
	slices.SortStableFunc(all, func(a, b Event) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Function, b.Function))
	})
	return all, nil
}

func readGroup(ctx context.Context, c Client, function, group string, o Options) ([]Event, error) {
	in := &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group, StartTime: aws.Int64(o.Since.UnixMilli())}
	if o.Filter != "" {
		in.FilterPattern = &o.Filter
	}
	var all []Event
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(c, in)
	for pages.HasMorePages() && (o.Limit == 0 || len(all) < o.Limit) {
		page, err := pages.NextPage(ctx)
		if missing := (*types.ResourceNotFoundException)(nil); errors.As(err, &missing) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		for _, e := range page.Events {
			all = append(all, Event{
				Function: function, Time: time.UnixMilli(aws.ToInt64(e.Timestamp)).UTC(),
				Message: strings.TrimRight(aws.ToString(e.Message), "\r\n"), id: function + " " + aws.ToString(e.EventId),
			})
		}
	}
	if o.Limit > 0 && len(all) > o.Limit {
		all = all[:o.Limit]
	}
	return all, nil
}

const (
	// interval is the time between two looks for new events: CloudWatch Logs
	// allows 25 calls of FilterLogEvents in a second for an account and region.
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
	interval = time.Second
	// late is by how much an event may arrive later than one that is younger.
	late = 15 * time.Second
)

// Follow calls f with each event, those since the given time first, until the
// context ends. It returns nil then.
func Follow(ctx context.Context, c Client, o Options, f func(Event) error) error {
	seen := map[string]time.Time{}
	for {
		events, err := Read(ctx, c, o)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		for _, e := range events {
			if _, again := seen[e.id]; again {
				continue
			}
			seen[e.id] = e.Time
			if err := f(e); err != nil {
				return err
			}
			if from := e.Time.Add(-late); from.After(o.Since) {
				o.Since = from
			}
		}
		for id, at := range seen {
			if at.Before(o.Since) {
				delete(seen, id)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(interval):
		}
	}
}

package logs

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// stream is a log stream as it is stored; times are in milliseconds.
type stream struct {
	Group, Name   string
	CreatedAt     int64
	First, Last   int64 // times of events; 0 if there are none
	LastIngestion int64
	Bytes         int64 // of all events ever written
}

// prefix returns the prefix of the keys of the stream's events.
func (st stream) prefix() string { return st.Group + ":" + st.Name + ":" }

// key returns the key of an event. Events are sorted by time, then by arrival.
func (st stream) key(time, seq int64) string {
	return fmt.Sprintf("%s%015d:%019d", st.prefix(), max(time, 0), seq)
}

type streamInput struct {
	groupRef
	LogStreamName string
}

func (s *Service) createStream(_ context.Context, _ *wire.Call, in *streamInput) (*struct{}, error) {
	if !streamName.MatchString(in.LogStreamName) {
		return nil, constraint(in.LogStreamName, "logStreamName", "Member must satisfy regular expression pattern: [^:*]*")
	}
	return nil, s.env.Store.Update(func(tx *store.Tx) error {
		g, err := s.group(tx, in.groupRef)
		if err != nil {
			return err
		}
		key := g.Name + ":" + in.LogStreamName
		_, ok, err := s.streams.GetTx(tx, key)
		if err == nil && ok {
			err = wire.Errorf(400, "ResourceAlreadyExistsException", "The specified log stream already exists")
		}
		if err != nil {
			return err
		}
		return s.streams.PutTx(tx, key, stream{Group: g.Name, Name: in.LogStreamName, CreatedAt: s.env.Now().UnixMilli()})
	})
}

func (s *Service) deleteStream(_ context.Context, _ *wire.Call, in *streamInput) (*struct{}, error) {
	return nil, s.env.Store.Update(func(tx *store.Tx) error {
		_, st, err := s.stream(tx, in.groupRef, in.LogStreamName)
		if err != nil {
			return err
		}
		if err := eraseTx(tx, s.events, st.prefix(), ""); err != nil {
			return err
		}
		return s.streams.DeleteTx(tx, st.Group+":"+st.Name)
	})
}

type describeStreamsInput struct {
	groupRef
	LogStreamNamePrefix string
	OrderBy             string
	Descending          bool
	NextToken           string
	Limit               *int
}

type streamOutput struct {
	Arn                 string `json:"arn"`
	LogStreamName       string `json:"logStreamName"`
	CreationTime        int64  `json:"creationTime"`
	FirstEventTimestamp int64  `json:"firstEventTimestamp,omitempty"`
	LastEventTimestamp  int64  `json:"lastEventTimestamp,omitempty"`
	LastIngestionTime   int64  `json:"lastIngestionTime,omitempty"`
	StoredBytes         int64  `json:"storedBytes"` // AWS returns 0 since 2019
	UploadSequenceToken string `json:"uploadSequenceToken"`
}

type describeStreamsOutput struct {
	LogStreams []streamOutput `json:"logStreams"`
	NextToken  string         `json:"nextToken,omitempty"`
}

func (s *Service) describeStreams(_ context.Context, _ *wire.Call, in *describeStreamsInput) (*describeStreamsOutput, error) {
	if in.OrderBy == "LastEventTime" && in.LogStreamNamePrefix != "" {
		return nil, invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	limit, err := limitOf(in.Limit, maxPage)
	if err != nil {
		return nil, err
	}
	all, err := s.streamsOf(in.groupRef, in.LogStreamNamePrefix)
	if err != nil {
		return nil, err
	}
	in.sort(all)
	start := 0
	if in.NextToken != "" {
		start = 1 + slices.IndexFunc(all, func(st stream) bool { return st.Name == in.NextToken })
	}
	out := &describeStreamsOutput{LogStreams: []streamOutput{}}
	for _, st := range all[start:] {
		if len(out.LogStreams) == limit {
			out.NextToken = out.LogStreams[limit-1].LogStreamName
			break
		}
		out.LogStreams = append(out.LogStreams, s.describeStream(st))
	}
	return out, nil
}

func (in *describeStreamsInput) sort(all []stream) {
	if in.OrderBy == "LastEventTime" {
		slices.SortStableFunc(all, func(a, b stream) int { return cmp.Compare(a.Last, b.Last) })
	}
	if in.Descending {
		slices.Reverse(all)
	}
}

// streamsOf returns a group's streams by name.
func (s *Service) streamsOf(r groupRef, prefix string) (all []stream, err error) {
	err = s.env.Store.View(func(tx *store.Tx) error {
		g, err := s.group(tx, r)
		if err != nil {
			return err
		}
		return s.streams.EachTx(tx, g.Name+":"+prefix, func(_ string, st stream) (bool, error) {
			all = append(all, st)
			return true, nil
		})
	})
	return all, err
}

func (s *Service) describeStream(st stream) streamOutput {
	return streamOutput{
		Arn:           s.groupARN(st.Group) + ":log-stream:" + st.Name,
		LogStreamName: st.Name, CreationTime: st.CreatedAt,
		FirstEventTimestamp: st.First, LastEventTimestamp: st.Last, LastIngestionTime: st.LastIngestion,
		UploadSequenceToken: strings.Repeat("0", 56), // ignored since 2023, but clients show it
	}
}

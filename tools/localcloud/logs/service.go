// Package logs is the local cloud's CloudWatch Logs: groups with retention and
// tags, streams, events and their filtering; and Append, which the other parts of
// the cloud call. It knows nothing of them.
//
// It differs from AWS on purpose: events can be read as soon as they are written,
// and a group's retention takes effect at once.
package logs

import (
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/logs/emf"
	"github.com/seastack/seastack/tools/localcloud/members"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Service holds the log groups. It is safe for concurrent use.
type Service struct {
	env     *wire.Env
	groups  store.Collection[group]
	streams store.Collection[stream]
	events  store.Collection[event]
	record  func(emf.Value) // of metrics in lines; nil: nobody wants them

	mu    sync.Mutex
	seq   int64                // of the newest event
	swept map[string]time.Time // by group: when old events were last removed
}

// New returns the service, and removes expired events.
func New(env *wire.Env) (*Service, error) {
	s := &Service{
		env:     env,
		groups:  store.In[group](env.Store, "logs.groups"),
		streams: store.In[stream](env.Store, "logs.streams"),
		events:  store.In[event](env.Store, "logs.events"),
		swept:   map[string]time.Time{},
	}
	all, err := s.groups.List("")
	if err != nil {
		return nil, err
	}
	for _, g := range all {
		if err := s.sweep(g); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Definition describes the service to the wire handler.
func (s *Service) Definition() wire.Service {
	return wire.Service{
		Name: "logs", Protocol: wire.JSON, TargetPrefix: "Logs_20140328",
		Operations: members.Guard(append(s.groupOperations(), s.eventOperations()...), inputs, func(member string) error {
			return invalid("%s", members.Unsupported(member))
		}),
	}
}

func (s *Service) groupOperations() []wire.Operation {
	return []wire.Operation{
		{Name: "CreateLogGroup", Resource: s.resource, Handle: wire.Typed(s.createGroup)},
		{Name: "DeleteLogGroup", Resource: s.resource, Handle: wire.Typed(s.deleteGroup)},
		{Name: "DescribeLogGroups", Resource: s.resource, Handle: wire.Typed(s.describeGroups)},
		{Name: "PutRetentionPolicy", Resource: s.resource, Handle: wire.Typed(s.putRetention)},
		{Name: "DeleteRetentionPolicy", Resource: s.resource, Handle: wire.Typed(s.deleteRetention)},
		{Name: "AssociateKmsKey", Resource: s.resource, Handle: wire.Typed(s.associateKey)},
		{Name: "DisassociateKmsKey", Resource: s.resource, Handle: wire.Typed(s.disassociateKey)},
		{Name: "TagResource", Resource: s.resource, Handle: wire.Typed(s.tag)},
		{Name: "UntagResource", Resource: s.resource, Handle: wire.Typed(s.untag)},
		{Name: "ListTagsForResource", Resource: s.resource, Handle: wire.Typed(s.listTags)},
		{Name: "TagLogGroup", Resource: s.resource, Handle: wire.Typed(s.tagLogGroup)},
		{Name: "UntagLogGroup", Resource: s.resource, Handle: wire.Typed(s.untagLogGroup)},
		{Name: "ListTagsLogGroup", Resource: s.resource, Handle: wire.Typed(s.listTags)},
	}
}

func (s *Service) eventOperations() []wire.Operation {
	return []wire.Operation{
		{Name: "CreateLogStream", Resource: s.resource, Handle: wire.Typed(s.createStream)},
		{Name: "DeleteLogStream", Resource: s.resource, Handle: wire.Typed(s.deleteStream)},
		{Name: "DescribeLogStreams", Resource: s.resource, Handle: wire.Typed(s.describeStreams)},
		{Name: "PutLogEvents", Resource: s.resource, Handle: wire.Typed(s.putEvents)},
		{Name: "GetLogEvents", Resource: s.resource, Handle: wire.Typed(s.getEvents)},
		{Name: "FilterLogEvents", Resource: s.resource, Handle: wire.Typed(s.filterEvents)},
	}
}

package lambda

import (
	"cmp"
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/listing"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

func (s *Service) createMapping(_ context.Context, _ *wire.Call, in *mappingInput) (*mappingView, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	r, err := s.names.Parse(in.FunctionName, "")
	if err := cmp.Or[error](err, checkTags(in.Tags)); err != nil {
		return nil, err
	}
	if err := s.checkMapping(r, in.EventSourceArn); err != nil {
		return nil, err
	}
	id := uuid.NewString()
	m := mapping{Ref: r, Enabled: true, Tags: in.Tags, mappingView: mappingView{
		UUID: id, EventSourceMappingArn: s.names.MappingARN(id), FunctionArn: s.names.ARN(r), EventSourceArn: in.EventSourceArn,
		BatchSize: 10, LastModified: s.epoch(),
	}}
	if err := in.apply(&m); err != nil {
		return nil, err
	}
	m.settle()
	err = s.env.Store.Update(func(tx *store.Tx) error {
		if err := s.duplicateTx(tx, m); err != nil {
			return err
		}
		return s.mappings.PutTx(tx, id, m)
	})
	if err != nil {
		return nil, err
	}
	s.pollers.set(s, m)
	return m.view("Creating"), nil
}

// checkMapping checks that a mapping of a function and a queue can work.
func (s *Service) checkMapping(r names.Reference, queueARN string) error {
	var v version
	err := s.env.Store.View(func(tx *store.Tx) (err error) {
		_, v, err = s.versionTx(tx, r)
		return err
	})
	if err != nil {
		return err
	}
	return s.checkSource(v.Config.Role, r.Name, queueARN, v.Config.Timeout)
}

func (s *Service) duplicateTx(tx *store.Tx, m mapping) error {
	return s.mappings.EachTx(tx, "", func(_ string, o mapping) (bool, error) {
		if o.UUID != m.UUID && o.FunctionArn == m.FunctionArn && o.EventSourceArn == m.EventSourceArn {
			return false, apierror.Conflict(`An event source mapping with SQS arn (" %s ") and function (" %s ") already exists. `+
				"Please update or delete the existing mapping with UUID %s", m.EventSourceArn, m.Ref.Name, o.UUID)
		}
		return true, nil
	})
}

func (s *Service) updateMapping(_ context.Context, c *wire.Call, in *mappingInput) (*mappingView, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	m, err := s.mapping(c)
	if err != nil {
		return nil, err
	}
	before := m.Enabled
	if err := s.changeMapping(&m, in); err != nil {
		return nil, err
	}
	s.pollers.set(s, m)
	return m.view(transition(before, m.Enabled)), nil
}

// changeMapping changes m to what in gives, and stores it.
func (s *Service) changeMapping(m *mapping, in *mappingInput) (err error) {
	if in.FunctionName != "" {
		if m.Ref, err = s.names.Parse(in.FunctionName, ""); err != nil {
			return err
		}
		m.FunctionArn = s.names.ARN(m.Ref)
		if err := s.checkMapping(m.Ref, m.EventSourceArn); err != nil {
			return err
		}
	}
	if err := in.apply(m); err != nil {
		return err
	}
	m.settle()
	m.LastModified = s.epoch()
	return s.env.Store.Update(func(tx *store.Tx) error {
		now, ok, err := s.mappings.GetTx(tx, m.UUID)
		if err != nil || !ok {
			return cmp.Or[error](err, apierror.NoSuchResource())
		}
		m.Tags = now.Tags
		if err := s.duplicateTx(tx, *m); err != nil {
			return err
		}
		return s.mappings.PutTx(tx, m.UUID, *m)
	})
}

// transition gives the state on the way from one to the other.
func transition(before, after bool) string {
	switch {
	case before == after:
		return "Updating"
	case after:
		return "Enabling"
	}
	return "Disabling"
}

func (s *Service) mapping(c *wire.Call) (mapping, error) {
	m, ok, err := s.mappings.Get(c.Path["UUID"])
	if err == nil && !ok {
		err = apierror.NoSuchResource()
	}
	return m, err
}

func (s *Service) getMapping(_ context.Context, c *wire.Call, _ *names.None) (*mappingView, error) {
	m, err := s.mapping(c)
	return s.viewed(m), err
}

// viewed returns a mapping as reads show it, with what goes wrong with it.
func (s *Service) viewed(m mapping) *mappingView {
	v := m.view("")
	v.LastProcessingResult = s.pollers.problem(m.UUID)
	return v
}

func (s *Service) deleteMapping(_ context.Context, c *wire.Call, _ *names.None) (*mappingView, error) {
	m, err := s.mapping(c)
	if err != nil {
		return nil, err
	}
	if err := s.mappings.Delete(m.UUID); err != nil {
		return nil, err
	}
	s.pollers.stop(m.UUID)
	return m.view("Deleting"), nil
}

type listMappingsOutput struct {
	EventSourceMappings []*mappingView
	NextMarker          *string `json:",omitempty"`
}

func (s *Service) listMappings(_ context.Context, c *wire.Call, _ *names.None) (*listMappingsOutput, error) {
	all, err := s.mappings.List("")
	if err != nil {
		return nil, err
	}
	wanted := ""
	if name := c.Query.Get("FunctionName"); name != "" {
		r, err := s.names.Parse(name, "")
		if err != nil {
			return nil, err
		}
		wanted = s.names.ARN(r)
	}
	var shown []*mappingView
	for _, m := range all {
		source := c.Query.Get("EventSourceArn")
		if (source == "" || source == m.EventSourceArn) && (wanted == "" || matches(m.FunctionArn, wanted)) {
			shown = append(shown, s.viewed(m))
		}
	}
	out := &listMappingsOutput{}
	out.EventSourceMappings, out.NextMarker, err = listing.Page(c, shown, listing.MaxItems)
	return out, err
}

// matches says whether arn is wanted, or a version or an alias of it.
func matches(arn, wanted string) bool { return arn == wanted || strings.HasPrefix(arn, wanted+":") }

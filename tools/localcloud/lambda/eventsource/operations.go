package eventsource

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/listing"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/tags"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

func (ms *Mappings) createMapping(_ context.Context, _ *wire.Call, in *mappingInput) (*mappingView, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	r, err := ms.names.Parse(in.FunctionName, "")
	if err := cmp.Or[error](err, tags.Check(in.Tags)); err != nil {
		return nil, err
	}
	if err := ms.checkMapping(r, in.EventSourceArn); err != nil {
		return nil, err
	}
	id := uuid.NewString()
	m := mapping{Ref: r, Enabled: true, Tags: in.Tags, mappingView: mappingView{
		UUID: id, EventSourceMappingArn: ms.names.MappingARN(id), FunctionArn: ms.names.ARN(r), EventSourceArn: in.EventSourceArn,
		BatchSize: 10, LastModified: wire.Seconds(ms.env.Now()),
	}}
	if err := in.apply(&m); err != nil {
		return nil, err
	}
	m.settle()
	err = ms.env.Store.Update(func(tx *store.Tx) error {
		if err := ms.duplicateTx(tx, m); err != nil {
			return err
		}
		return ms.mappings.PutTx(tx, id, m)
	})
	if err != nil {
		return nil, err
	}
	ms.run(m)
	return m.view("Creating"), nil
}

// checkMapping checks that a mapping of a function and a queue can work.
func (ms *Mappings) checkMapping(r names.Reference, queueARN string) error {
	f, err := ms.deps.Functions.Find(r)
	if err != nil {
		return err
	}
	return ms.checkSource(f, r.Name, queueARN)
}

func (ms *Mappings) duplicateTx(tx *store.Tx, m mapping) error {
	return ms.mappings.EachTx(tx, "", func(_ string, o mapping) (bool, error) {
		if o.UUID != m.UUID && o.FunctionArn == m.FunctionArn && o.EventSourceArn == m.EventSourceArn {
			return false, apierror.Conflict(`An event source mapping with SQS arn (" %s ") and function (" %s ") already exists. `+
				"Please update or delete the existing mapping with UUID %s", m.EventSourceArn, m.Ref.Name, o.UUID)
		}
		return true, nil
	})
}

func (ms *Mappings) updateMapping(_ context.Context, c *wire.Call, in *mappingInput) (*mappingView, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	m, err := ms.mapping(c)
	if err != nil {
		return nil, err
	}
	before := m.Enabled
	if err := ms.changeMapping(&m, in); err != nil {
		return nil, err
	}
	ms.run(m)
	return m.view(transition(before, m.Enabled)), nil
}

// changeMapping sets the members of m that in has, and stores it.
func (ms *Mappings) changeMapping(m *mapping, in *mappingInput) (err error) {
	if in.FunctionName != "" {
		if m.Ref, err = ms.names.Parse(in.FunctionName, ""); err != nil {
			return err
		}
		m.FunctionArn = ms.names.ARN(m.Ref)
		if err := ms.checkMapping(m.Ref, m.EventSourceArn); err != nil {
			return err
		}
	}
	if err := in.apply(m); err != nil {
		return err
	}
	m.settle()
	m.LastModified = wire.Seconds(ms.env.Now())
	return ms.env.Store.Update(func(tx *store.Tx) error {
		now, ok, err := ms.mappings.GetTx(tx, m.UUID)
		if err != nil || !ok {
			return cmp.Or[error](err, apierror.NoSuchResource())
		}
		m.Tags = now.Tags
		if err := ms.duplicateTx(tx, *m); err != nil {
			return err
		}
		return ms.mappings.PutTx(tx, m.UUID, *m)
	})
}

// transition returns the state while a change of Enabled is under way.
func transition(before, after bool) string {
	switch {
	case before == after:
		return "Updating"
	case after:
		return "Enabling"
	}
	return "Disabling"
}

func (ms *Mappings) mapping(c *wire.Call) (mapping, error) {
	m, ok, err := ms.mappings.Get(c.Path["UUID"])
	if err == nil && !ok {
		err = apierror.NoSuchResource()
	}
	return m, err
}

func (ms *Mappings) getMapping(_ context.Context, c *wire.Call, _ *names.None) (*mappingView, error) {
	m, err := ms.mapping(c)
	return ms.viewed(m), err
}

// viewed returns a mapping as reads show it, with its problem if it has one.
func (ms *Mappings) viewed(m mapping) *mappingView {
	v := m.view("")
	v.LastProcessingResult = ms.pollers.problem(m.UUID)
	return v
}

func (ms *Mappings) deleteMapping(_ context.Context, c *wire.Call, _ *names.None) (*mappingView, error) {
	m, err := ms.mapping(c)
	if err != nil {
		return nil, err
	}
	if err := ms.mappings.Delete(m.UUID); err != nil {
		return nil, err
	}
	ms.pollers.stop(m.UUID)
	return m.view("Deleting"), nil
}

type listMappingsOutput struct {
	EventSourceMappings []*mappingView
	NextMarker          *string `json:",omitempty"`
}

func (ms *Mappings) listMappings(_ context.Context, c *wire.Call, _ *names.None) (*listMappingsOutput, error) {
	all, err := ms.mappings.List("")
	if err != nil {
		return nil, err
	}
	function := ""
	if name := c.Query.Get("FunctionName"); name != "" {
		r, err := ms.names.Parse(name, "")
		if err != nil {
			return nil, err
		}
		function = ms.names.ARN(r)
	}
	var shown []*mappingView
	for _, m := range all {
		source := c.Query.Get("EventSourceArn")
		if (source == "" || source == m.EventSourceArn) && (function == "" || matches(m.FunctionArn, function)) {
			shown = append(shown, ms.viewed(m))
		}
	}
	out := &listMappingsOutput{}
	out.EventSourceMappings, out.NextMarker, err = listing.Page(c, shown, listing.MaxItems)
	return out, err
}

// matches reports whether arn is function, or a version or an alias of it.
func matches(arn, function string) bool {
	return arn == function || strings.HasPrefix(arn, function+":")
}

// checkSource checks that the function may read the queue, and that the queue
// hides messages for long enough.
func (ms *Mappings) checkSource(f Function, name, queueARN string) error {
	if names.ServiceOf(queueARN) != "sqs" {
		return apierror.Invalid("Unrecognized event source: the local cloud has mappings of SQS queues.")
	}
	if ms.deps.Queues == nil {
		return apierror.Invalid("Unrecognized event source: there are no queues.")
	}
	for _, action := range []string{"ReceiveMessage", "DeleteMessage", "GetQueueAttributes"} {
		if ms.deps.Authorize(f.Role, name, "sqs:"+action, queueARN) != nil {
			return apierror.Invalid("The provided execution role does not have permissions to call %s on SQS", action)
		}
	}
	attributes, err := ms.deps.Queues.Attributes(queueARN)
	if err != nil {
		return apierror.Invalid("Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. " +
			"SQS Error Message: The specified queue does not exist.")
	}
	visibility, err := strconv.Atoi(attributes["VisibilityTimeout"])
	if timeout := int(f.Timeout / time.Second); err == nil && visibility < timeout {
		return apierror.Invalid("Queue visibility timeout: %d seconds is less than Function timeout: %d seconds", visibility, timeout)
	}
	return nil
}

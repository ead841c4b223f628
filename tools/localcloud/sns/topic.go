package sns

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/page"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// topic is a topic as it is stored.
type topic struct {
	Name       string
	Attributes map[string]string // that were set
	Tags       []tagset.Tag      `json:",omitempty"`
	Deleted    int               // subscriptions
}

// topicName is the form of standard topics' names.
// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
var topicName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

// pageSize is how many topics or subscriptions one answer lists.
// https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html
const pageSize = 100

func (s *Service) topicOperations() []wire.Operation {
	on := parameter("TopicArn")
	named := func(c *wire.Call) string { return s.arn(c.Query.Get("Name")) }
	return []wire.Operation{
		{Name: "CreateTopic", Resource: named, Handle: wire.Typed(s.createTopic)},
		{Name: "DeleteTopic", Resource: on, Handle: wire.Typed(s.deleteTopic)},
		{Name: "GetTopicAttributes", Resource: on, Handle: wire.Typed(s.getTopicAttributes)},
		{Name: "SetTopicAttributes", Resource: on, Handle: wire.Typed(s.setTopicAttributes)},
		{Name: "ListTopics", Handle: wire.Typed(s.listTopics)},
	}
}

func (s *Service) arn(name string) string { return s.env.ARN("sns", name) }

// named returns the topic that an ARN names.
func (s *Service) named(arn string) (topic, error) {
	if arn == "" {
		return topic{}, errParameter("TopicArn Reason: no value for required parameter")
	}
	name, ok := strings.CutPrefix(arn, s.arn(""))
	if !ok || !topicName.MatchString(name) {
		return topic{}, errParameter("TopicArn Reason: %s is no topic of this account and region", arn)
	}
	t, ok, err := s.topics.Get(name)
	if err == nil && !ok {
		err = errNotFound("Topic")
	}
	return t, err
}

// isNotFound reports whether an error is that of a topic or a subscription that does
// not exist.
func isNotFound(err error) bool {
	e, ok := errors.AsType[*wire.Error](err)
	return ok && e.Code == "NotFound"
}

type createTopicInput struct {
	Name       string
	Attributes map[string]string
	Tags       []tagset.Tag
}

type topicOutput struct{ TopicArn string }

func (s *Service) createTopic(_ context.Context, _ *wire.Call, in *createTopicInput) (*topicOutput, error) {
	if strings.HasSuffix(in.Name, ".fifo") {
		return nil, errParameter("Topic Name: FIFO topics are not supported by the local cloud")
	}
	if !topicName.MatchString(in.Name) {
		return nil, errParameter("Topic Name")
	}
	made := topic{Name: in.Name, Attributes: map[string]string{}, Tags: tagset.Sorted(in.Tags)}
	for _, name := range slices.Sorted(maps.Keys(in.Attributes)) {
		if err := s.set(made.Attributes, name, in.Attributes[name]); err != nil {
			return nil, err
		}
	}
	if err := checkTags(made.Tags); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	have, exists, err := s.topics.Get(in.Name)
	switch {
	case err != nil:
		return nil, err
	case !exists:
		err = s.topics.Put(in.Name, made)
	default:
		err = have.differs(made)
	}
	return &topicOutput{s.arn(in.Name)}, err
}

// differs returns an error if a topic that exists is not that which is asked for.
func (t topic) differs(asked topic) error {
	for name, value := range asked.Attributes {
		if t.Attributes[name] != value {
			return errParameter("Attributes Reason: Topic already exists with different attributes")
		}
	}
	if len(asked.Tags) > 0 && !slices.Equal(t.Tags, asked.Tags) {
		return errParameter("Tags Reason: Topic already exists with different tags")
	}
	return nil
}

type topicInput struct{ TopicArn string }

// deleteTopic deletes a topic and its subscriptions; one that does not exist is no
// error.
func (s *Service) deleteTopic(_ context.Context, _ *wire.Call, in *topicInput) (*empty, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.named(in.TopicArn)
	if isNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return nil, s.env.Store.Update(func(tx *store.Tx) error {
		if err := s.topics.DeleteTx(tx, t.Name); err != nil {
			return err
		}
		return s.subscriptions.DeleteAllTx(tx, t.Name+":")
	})
}

type topicAttributesOutput struct{ Attributes wire.Map[string] }

func (s *Service) getTopicAttributes(_ context.Context, _ *wire.Call, in *topicInput) (*topicAttributesOutput, error) {
	t, err := s.named(in.TopicArn)
	if err != nil {
		return nil, err
	}
	all, err := s.subscriptions.List(t.Name + ":")
	pending := 0
	for _, one := range all {
		if one.Pending {
			pending++
		}
	}
	shown := wire.Map[string]{
		"TopicArn": in.TopicArn, "Owner": s.env.Account, "DisplayName": "",
		"Policy":                  defaultPolicy(in.TopicArn, s.env.Account),
		"EffectiveDeliveryPolicy": cmp.Or(t.Attributes["DeliveryPolicy"], defaultDeliveryPolicy),
		"SubscriptionsConfirmed":  strconv.Itoa(len(all) - pending),
		"SubscriptionsPending":    strconv.Itoa(pending),
		"SubscriptionsDeleted":    strconv.Itoa(t.Deleted),
	}
	maps.Copy(shown, t.Attributes)
	return &topicAttributesOutput{shown}, err
}

type setTopicInput struct{ TopicArn, AttributeName, AttributeValue string }

func (s *Service) setTopicAttributes(_ context.Context, _ *wire.Call, in *setTopicInput) (*empty, error) {
	return nil, s.change(in.TopicArn, func(t *topic) error { return s.set(t.Attributes, in.AttributeName, in.AttributeValue) })
}

// change changes a topic in the store.
func (s *Service) change(arn string, f func(*topic) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.named(arn)
	if err != nil {
		return err
	}
	if t.Attributes == nil {
		t.Attributes = map[string]string{}
	}
	if err := f(&t); err != nil {
		return err
	}
	return s.topics.Put(t.Name, t)
}

type listInput struct{ NextToken string }

type topicsOutput struct {
	Topics    wire.List[topicOutput]
	NextToken string `xml:",omitempty"`
}

func (s *Service) listTopics(_ context.Context, _ *wire.Call, in *listInput) (*topicsOutput, error) {
	all, err := s.topics.List("")
	if err != nil {
		return nil, err
	}
	some, next, ok := page.Cut(all, in.NextToken, pageSize)
	if !ok {
		return nil, errParameter("NextToken")
	}
	out := &topicsOutput{NextToken: next}
	for _, t := range some {
		out.Topics = append(out.Topics, topicOutput{s.arn(t.Name)})
	}
	return out, nil
}

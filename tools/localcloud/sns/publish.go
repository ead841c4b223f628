package sns

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"regexp"
	"slices"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

type publishInput struct {
	TopicArn, TargetArn string
	Subject, Message    string
	MessageStructure    string
	MessageAttributes   map[string]Attribute
}

type publishOutput struct{ MessageId string }

// target returns the ARN to which a call publishes.
func target(c *wire.Call) string {
	return orAll(cmp.Or(c.Query.Get("TopicArn"), c.Query.Get("TargetArn")))
}

func (s *Service) publish(_ context.Context, _ *wire.Call, in *publishInput) (*publishOutput, error) {
	m, err := in.message()
	if err != nil {
		return nil, err
	}
	t, err := s.named(cmp.Or(in.TopicArn, in.TargetArn))
	if err != nil {
		return nil, err
	}
	return &publishOutput{m.ID}, s.accept(t, m)
}

// PublishFrom publishes on behalf of another service and its resource source. The
// topic's policy must allow it.
func (s *Service) PublishFrom(service, source, topicARN, subject, text string) error {
	t, err := s.named(topicARN)
	if err != nil {
		return err
	}
	policy := cmp.Or(t.Attributes["Policy"], defaultPolicy(topicARN, s.env.Account))
	if err := s.deps.Permit(policy, service, source, topicARN); err != nil {
		return err
	}
	m, err := (&publishInput{Subject: subject, Message: text}).message()
	if err != nil {
		return err
	}
	return s.accept(t, m)
}

// Limits of messages.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
const (
	maxMessage = 256 << 10 // bytes, with the attributes
	maxSubject = 100       // characters
)

var (
	badSubject    = regexp.MustCompile(`^\s|[\x00-\x1f\x7f]`)
	attributeName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
)

// message is a message that was published.
type message struct {
	ID, Subject, Text string
	ByProtocol        map[string]string // texts of the structure json; nil without
	Attributes        map[string]Attribute
}

// message checks the input as Publish does.
func (in *publishInput) message() (message, error) {
	m := message{ID: uuid.NewString(), Subject: in.Subject, Text: in.Message, Attributes: in.MessageAttributes}
	size := len(in.Message)
	for _, name := range slices.Sorted(maps.Keys(in.MessageAttributes)) {
		a := in.MessageAttributes[name]
		if err := a.check(name); err != nil {
			return m, err
		}
		size += len(name) + len(a.DataType) + len(a.BinaryValue)
		if a.StringValue != nil {
			size += len(*a.StringValue)
		}
	}
	switch {
	case in.Message == "":
		return m, errParameter("Empty message")
	case size > maxMessage:
		return m, errParameter("Message too long")
	case len([]rune(in.Subject)) > maxSubject || badSubject.MatchString(in.Subject):
		return m, errParameter("Subject")
	case in.MessageStructure != "" && in.MessageStructure != "json":
		return m, errParameter("MessageStructure")
	}
	if in.MessageStructure == "json" {
		if json.Unmarshal([]byte(in.Message), &m.ByProtocol) != nil {
			return m, errParameter("Message Structure - JSON message body failed to parse")
		}
		if _, ok := m.ByProtocol["default"]; !ok {
			return m, errParameter("Message Structure - No default entry in JSON message body")
		}
	}
	return m, nil
}

// check checks an attribute of a message.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
func (a Attribute) check(name string) error {
	valid := false
	switch a.DataType {
	case "String":
		valid = a.StringValue != nil
	case "Number":
		var n json.Number
		valid = a.StringValue != nil && json.Unmarshal([]byte(*a.StringValue), &n) == nil
	case "String.Array":
		var all []any
		valid = a.StringValue != nil && json.Unmarshal([]byte(*a.StringValue), &all) == nil
	case "Binary":
		valid = len(a.BinaryValue) > 0
	}
	if !valid || len(name) > 256 || !attributeName.MatchString(name) {
		return wire.Errorf(400, "ParameterValueInvalid", "The message attribute '%s' has an invalid name, type or value", name)
	}
	return nil
}

// text returns the text for a protocol.
func (m message) text(protocol string) string {
	if m.ByProtocol == nil {
		return m.Text
	}
	if text, ok := m.ByProtocol[protocol]; ok {
		return text
	}
	return m.ByProtocol["default"]
}

// accept stores a message's deliveries to the subscriptions of a topic.
func (s *Service) accept(t topic, m message) error {
	all, err := s.subscriptions.List(t.Name + ":")
	if err != nil {
		return err
	}
	var due []pending
	for _, u := range all {
		if !u.wants(m) {
			continue
		}
		if u.Protocol != protocolSQS && u.Protocol != protocolLambda {
			s.env.Log.Info("sns has not sent a message: the local cloud delivers to sqs and lambda only",
				"topic", s.arn(t.Name), "protocol", u.Protocol, "endpoint", u.Endpoint, "subject", m.Subject, "message", m.text(u.Protocol))
			continue
		}
		d, err := s.delivery(t, u, m)
		if err != nil {
			return err
		}
		due = append(due, d)
	}
	if len(due) == 0 {
		return nil
	}
	err = s.env.Store.Update(func(tx *store.Tx) error {
		for _, d := range due {
			if err := s.deliveries.Waiting.PutTx(tx, d.ID, d); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		s.loop.Wake()
	}
	return err
}

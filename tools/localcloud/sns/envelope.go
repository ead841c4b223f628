package sns

import (
	"cmp"
	"encoding/base64"
	"encoding/json"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/delivery"
)

// typed is an attribute of a message as its receivers see it.
type typed struct{ Type, Value string }

func typedAll(attributes map[string]Attribute) map[string]typed {
	if len(attributes) == 0 {
		return nil
	}
	all := map[string]typed{}
	for name, a := range attributes {
		all[name] = typed{a.DataType, base64.StdEncoding.EncodeToString(a.BinaryValue)}
		if a.StringValue != nil {
			all[name] = typed{a.DataType, *a.StringValue}
		}
	}
	return all
}

// notification is the envelope of a message on a queue.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
type notification struct {
	Type, MessageId, TopicArn      string
	Subject                        string `json:",omitempty"`
	Message, Timestamp             string
	SignatureVersion, Signature    string
	SigningCertURL, UnsubscribeURL string
	MessageAttributes              map[string]typed `json:",omitempty"`
}

// record is a message in a function's event.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
type record struct {
	EventVersion, EventSubscriptionArn, EventSource string
	Sns                                             recorded
}

type recorded struct {
	SignatureVersion, Timestamp, Signature, SigningCertUrl string
	MessageId, Message                                     string
	MessageAttributes                                      map[string]typed
	Type, UnsubscribeUrl, TopicArn                         string
	Subject                                                *string
}

// delivery returns the delivery of a message to a subscription of a topic.
func (s *Service) delivery(t topic, u subscription, m message) (pending, error) {
	now := s.env.Now()
	d := pending{
		State: delivery.State{At: now.UnixMilli()}, ID: uuid.NewString(), Topic: s.arn(u.Topic), Protocol: u.Protocol, Endpoint: u.Endpoint,
		DeadLetterQueue: deadLetterQueue(u.Attributes[redrivePolicy]), First: now.UnixMicro(),
	}
	text, arn := m.text(u.Protocol), s.arn(u.key())
	if u.Protocol == protocolSQS && u.Attributes[rawDelivery] == "true" {
		d.Body, d.Attributes = text, m.Attributes
		return d, nil
	}
	n := notification{
		Type: "Notification", MessageId: m.ID, TopicArn: d.Topic, Subject: m.Subject, Message: text,
		Timestamp: now.UTC().Format("2006-01-02T15:04:05.000Z"), SignatureVersion: cmp.Or(t.Attributes["SignatureVersion"], "1"),
		UnsubscribeURL: s.env.Endpoint + "/?Action=Unsubscribe&SubscriptionArn=" + arn, MessageAttributes: typedAll(m.Attributes),
	}
	var event any = n
	if u.Protocol == protocolLambda {
		event = map[string][]record{"Records": {{"1.0", arn, "aws:sns", n.recorded()}}}
	}
	raw, err := json.Marshal(event)
	d.Body = string(raw)
	return d, err
}

func (n notification) recorded() recorded {
	r := recorded{
		SignatureVersion: n.SignatureVersion, Timestamp: n.Timestamp, MessageId: n.MessageId, Message: n.Message,
		MessageAttributes: n.MessageAttributes, Type: n.Type, UnsubscribeUrl: n.UnsubscribeURL, TopicArn: n.TopicArn,
	}
	if r.MessageAttributes == nil {
		r.MessageAttributes = map[string]typed{}
	}
	if n.Subject != "" {
		r.Subject = &n.Subject
	}
	return r
}

package sns

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/seastack/seastack/tools/localcloud/wire"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// create makes the topic "shop".
func (c *cloud) create(t *testing.T) {
	t.Helper()
	out, err := c.CreateTopic(t.Context(), &sdk.CreateTopicInput{
		Name: aws.String("shop"), Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("a")}},
	})
	check(t, err)
	if *out.TopicArn != topicARN {
		t.Fatalf("got %s", *out.TopicArn)
	}
}

func (c *cloud) subscribe(t *testing.T, protocol, endpoint string, attributes map[string]string) string {
	t.Helper()
	out, err := c.Subscribe(t.Context(), &sdk.SubscribeInput{
		TopicArn: aws.String(topicARN), Protocol: &protocol, Endpoint: &endpoint, Attributes: attributes, ReturnSubscriptionArn: true,
	})
	check(t, err)
	return *out.SubscriptionArn
}

func (c *cloud) attributes(t *testing.T) map[string]string {
	t.Helper()
	out, err := c.GetTopicAttributes(t.Context(), &sdk.GetTopicAttributesInput{TopicArn: aws.String(topicARN)})
	check(t, err)
	return out.Attributes
}

func (c *cloud) set(t *testing.T, name, value string) error {
	t.Helper()
	_, err := c.SetTopicAttributes(t.Context(), &sdk.SetTopicAttributesInput{
		TopicArn: aws.String(topicARN), AttributeName: &name, AttributeValue: &value,
	})
	return err
}

// TestTopics follows a topic from its creation to its end, as Terraform does.
func TestTopics(t *testing.T) {
	c := newCloud(t)
	c.create(t)
	c.create(t) // again
	if a := c.attributes(t); a["TopicArn"] != topicARN || a["Owner"] != "000000000000" || a["SubscriptionsConfirmed"] != "0" ||
		!strings.Contains(a["Policy"], `"AWS:SourceOwner":"000000000000"`) {
		t.Errorf("made %v", a)
	}
	for name, value := range map[string]string{
		"DisplayName": "Shop", "SQSSuccessFeedbackSampleRate": "0", "SignatureVersion": "2",
		"Policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sns:Publish","Resource":"` +
			topicARN + `"}]}`,
	} {
		check(t, c.set(t, name, value))
		c.Restart(t)
		if a := c.attributes(t); a[name] != value {
			t.Errorf("%s is %q, want %q", name, a[name], value)
		}
	}
	check(t, c.set(t, "DisplayName", ""))
	list, err := c.ListTopics(t.Context(), &sdk.ListTopicsInput{})
	check(t, err)
	if len(list.Topics) != 1 || *list.Topics[0].TopicArn != topicARN {
		t.Errorf("listed %+v", list.Topics)
	}

	// Only an ARN names a topic.
	_, err = c.DeleteTopic(t.Context(), &sdk.DeleteTopicInput{TopicArn: aws.String(topicARN[strings.LastIndexByte(topicARN, ':')+1:])})
	wiretest.WantError(t, err, "InvalidParameter", "is no topic of this account and region")

	// The second time, there is none.
	for range 2 {
		_, err = c.DeleteTopic(t.Context(), &sdk.DeleteTopicInput{TopicArn: aws.String(topicARN)})
		check(t, err)
	}
	_, err = c.GetTopicAttributes(t.Context(), &sdk.GetTopicAttributesInput{TopicArn: aws.String(topicARN)})
	wiretest.WantStatus(t, err, "NotFound", 404, "Topic does not exist")
}

// TestRefused: what the local cloud lacks is refused by its name, and what AWS
// refuses is refused.
func TestRefused(t *testing.T) {
	c := newCloud(t)
	c.create(t)
	_, err := c.CreateTopic(t.Context(), &sdk.CreateTopicInput{Name: aws.String("shop.fifo")})
	wiretest.WantError(t, err, "InvalidParameter", "FIFO topics are not supported")
	_, err = c.CreateTopic(t.Context(), &sdk.CreateTopicInput{Name: aws.String("a"), Attributes: map[string]string{"FifoTopic": "true"}})
	wiretest.WantError(t, err, "InvalidParameter", "FifoTopic is not supported")
	_, err = c.CreateTopic(t.Context(), &sdk.CreateTopicInput{Name: aws.String("shop"), Tags: []types.Tag{{Key: aws.String("x"), Value: aws.String("y")}}})
	wiretest.WantError(t, err, "InvalidParameter", "different tags")
	for name, value := range map[string]string{
		"Nothing": "x", "Policy": "{", "SignatureVersion": "3", "TracingConfig": "x", "DeliveryPolicy": "x", "ArchivePolicy": "{}",
		"DisplayName": strings.Repeat("x", 101),
	} {
		wiretest.WantCode(t, c.set(t, name, value), "InvalidParameter")
	}
	for protocol, endpoint := range map[string]string{
		"sqs": "https://queue", "lambda": queue, "email": "nobody", "https": "http://a", "sms": "x", "pigeon": "x", "firehose": queue,
	} {
		_, err := c.Subscribe(t.Context(), &sdk.SubscribeInput{TopicArn: aws.String(topicARN), Protocol: &protocol, Endpoint: &endpoint})
		wiretest.WantCode(t, err, "InvalidParameter")
	}
	for name, value := range map[string]string{
		"FilterPolicy": `{"a":{"b":["c"]}}`, "FilterPolicyScope": "Body", "ReplayPolicy": "x", "RawMessageDelivery": "maybe", "RedrivePolicy": "{}", "X": "y",
	} {
		_, err := c.Subscribe(t.Context(), &sdk.SubscribeInput{
			TopicArn: aws.String(topicARN), Protocol: aws.String("sqs"), Endpoint: aws.String(queue), Attributes: map[string]string{name: value},
		})
		wiretest.WantCode(t, err, "InvalidParameter")
	}
	for text, in := range map[string]sdk.PublishInput{
		"Empty message":         {Message: aws.String("")},
		"Subject":               {Message: aws.String("m"), Subject: aws.String("a\nb")},
		"Message too long":      {Message: aws.String(strings.Repeat("x", maxMessage+1))},
		"failed to parse":       {Message: aws.String("m"), MessageStructure: aws.String("json")},
		"No default entry":      {Message: aws.String("{}"), MessageStructure: aws.String("json")},
		"PhoneNumber is not":    {Message: aws.String("m"), PhoneNumber: aws.String("+49")},
		"MessageGroupId is not": {Message: aws.String("m"), MessageGroupId: aws.String("g")},
	} {
		in.TopicArn = aws.String(topicARN)
		_, err := c.Publish(t.Context(), &in)
		wiretest.WantError(t, err, "InvalidParameter", text)
	}
}

// TestDeliveries: a queue receives the envelope or the raw message, a function an
// event, and other protocols nothing.
func TestDeliveries(t *testing.T) {
	c := newCloud(t)
	c.create(t)
	c.subscribe(t, "sqs", queue, nil)
	c.subscribe(t, "email", "ops@example.org", nil)
	attributes := map[string]types.MessageAttributeValue{"n": {DataType: aws.String("Number"), StringValue: aws.String("3")}}
	out, err := c.Publish(t.Context(), &sdk.PublishInput{
		TopicArn: aws.String(topicARN), Subject: aws.String("Sold"), MessageStructure: aws.String("json"), MessageAttributes: attributes,
		Message: aws.String(`{"default":"d","sqs":"for queues"}`),
	})
	check(t, err)
	g := c.endpoints.next(t)
	var n notification
	check(t, json.Unmarshal([]byte(g.body), &n))
	if g.arn != queue || g.topic != topicARN || n.Message != "for queues" || n.Subject != "Sold" || n.MessageId != *out.MessageId ||
		n.Type != "Notification" || n.TopicArn != topicARN || n.MessageAttributes["n"] != (typed{"Number", "3"}) {
		t.Errorf("got %+v", g)
	}

	raw := c.subscribe(t, "sqs", dead, map[string]string{"RawMessageDelivery": "true"})
	subscription := c.subscribe(t, "lambda", function, nil)
	_, err = c.Publish(t.Context(), &sdk.PublishInput{TopicArn: aws.String(topicARN), Message: aws.String("m"), MessageAttributes: attributes})
	check(t, err)
	arrived := map[string]got{}
	for range 3 {
		g := c.endpoints.next(t)
		arrived[g.arn] = g
	}
	if g := arrived[dead]; g.body != "m" || *g.attributes["n"].StringValue != "3" {
		t.Errorf("raw: got %+v", g)
	}
	var event struct{ Records []record }
	check(t, json.Unmarshal([]byte(arrived[function].body), &event))
	if r := event.Records[0]; r.EventSource != "aws:sns" || r.EventSubscriptionArn != subscription || r.Sns.Message != "m" || r.Sns.Subject != nil {
		t.Errorf("got %s", arrived[function].body)
	}
	_, err = c.SetSubscriptionAttributes(t.Context(), &sdk.SetSubscriptionAttributesInput{
		SubscriptionArn: &raw, AttributeName: aws.String("RawMessageDelivery"), AttributeValue: aws.String("false"),
	})
	check(t, err)
}

// TestDeliveriesAreAtLeastOnce: an endpoint that fails is tried again, also after a
// restart; one that refuses loses the message to the dead-letter queue.
func TestDeliveriesAreAtLeastOnce(t *testing.T) {
	c := newCloud(t)
	c.create(t)
	c.subscribe(t, "sqs", queue, map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"` + dead + `"}`})
	publish := func() {
		t.Helper()
		_, err := c.Publish(t.Context(), &sdk.PublishInput{TopicArn: aws.String(topicARN), Message: aws.String("m")})
		check(t, err)
	}
	c.endpoints.failing(queue, errors.New("out of order"))
	publish()
	c.Restart(t)
	c.endpoints.failing(queue, nil)
	if g := c.endpoints.next(t); g.arn != queue {
		t.Errorf("got %+v", g)
	}
	c.endpoints.failing(queue, wire.Errorf(403, "AccessDenied", "no"))
	publish()
	if g := c.endpoints.next(t); g.arn != dead {
		t.Errorf("got %+v", g)
	}
}

// TestSubscriptions: a subscription of an e-mail address stays pending, one of a
// queue ends with Unsubscribe, and all end with their topic.
func TestSubscriptions(t *testing.T) {
	c := newCloud(t)
	c.create(t)
	mail := c.subscribe(t, "email", "ops@example.org", nil)
	of := c.subscribe(t, "sqs", queue, nil)
	if again := c.subscribe(t, "sqs", queue, nil); again != of {
		t.Errorf("a second subscription of a queue: %s", again)
	}
	out, err := c.Subscribe(t.Context(), &sdk.SubscribeInput{
		TopicArn: aws.String(topicARN), Protocol: aws.String("email"), Endpoint: aws.String("ops@example.org"),
	})
	check(t, err)
	if *out.SubscriptionArn != "pending confirmation" {
		t.Errorf("got %s", *out.SubscriptionArn)
	}
	for arn, pending := range map[string]string{mail: "true", of: "false"} {
		got, err := c.GetSubscriptionAttributes(t.Context(), &sdk.GetSubscriptionAttributesInput{SubscriptionArn: &arn})
		check(t, err)
		if a := got.Attributes; a["PendingConfirmation"] != pending || a["TopicArn"] != topicARN || a["RawMessageDelivery"] != "false" {
			t.Errorf("got %v", a)
		}
	}
	list, err := c.ListSubscriptionsByTopic(t.Context(), &sdk.ListSubscriptionsByTopicInput{TopicArn: aws.String(topicARN)})
	check(t, err)
	if len(list.Subscriptions) != 2 {
		t.Errorf("listed %d", len(list.Subscriptions))
	}
	_, err = c.Unsubscribe(t.Context(), &sdk.UnsubscribeInput{SubscriptionArn: &mail})
	wiretest.WantError(t, err, "InvalidParameter", "Cannot unsubscribe a subscription that is pending confirmation")
	_, err = c.Unsubscribe(t.Context(), &sdk.UnsubscribeInput{SubscriptionArn: &of})
	check(t, err)
	_, err = c.GetSubscriptionAttributes(t.Context(), &sdk.GetSubscriptionAttributesInput{SubscriptionArn: &of})
	wiretest.WantStatus(t, err, "NotFound", 404, "Subscription does not exist")
	if a := c.attributes(t); a["SubscriptionsPending"] != "1" || a["SubscriptionsDeleted"] != "1" || a["SubscriptionsConfirmed"] != "0" {
		t.Errorf("got %v", a)
	}
	_, err = c.DeleteTopic(t.Context(), &sdk.DeleteTopicInput{TopicArn: aws.String(topicARN)})
	check(t, err)
	all, err := c.ListSubscriptions(t.Context(), &sdk.ListSubscriptionsInput{})
	check(t, err)
	if len(all.Subscriptions) != 0 {
		t.Errorf("left %+v", all.Subscriptions)
	}
}

// TestTags sets, removes and lists the tags of a topic.
func TestTags(t *testing.T) {
	c := newCloud(t)
	c.create(t)
	_, err := c.TagResource(t.Context(), &sdk.TagResourceInput{
		ResourceArn: aws.String(topicARN), Tags: []types.Tag{{Key: aws.String("app"), Value: aws.String("")}},
	})
	check(t, err)
	_, err = c.UntagResource(t.Context(), &sdk.UntagResourceInput{ResourceArn: aws.String(topicARN), TagKeys: []string{"team"}})
	check(t, err)
	out, err := c.ListTagsForResource(t.Context(), &sdk.ListTagsForResourceInput{ResourceArn: aws.String(topicARN)})
	check(t, err)
	if len(out.Tags) != 1 || *out.Tags[0].Key != "app" || *out.Tags[0].Value != "" {
		t.Errorf("got %+v", out.Tags)
	}
	_, err = c.ListTagsForResource(t.Context(), &sdk.ListTagsForResourceInput{ResourceArn: aws.String(topicARN + "x")})
	wiretest.WantCode(t, err, "ResourceNotFound")
}

// TestPublishFrom: a service publishes if the topic's policy, or the default one,
// lets it.
func TestPublishFrom(t *testing.T) {
	c := newCloud(t)
	c.create(t)
	c.subscribe(t, "sqs", queue, nil)
	check(t, c.Service.PublishFrom("cloudwatch.amazonaws.com", "arn:alarm", topicARN, "Alarm", "it fails"))
	if g := c.endpoints.next(t); !strings.Contains(g.body, "it fails") {
		t.Errorf("got %+v", g)
	}
	if p := c.endpoints.policies[0]; p != defaultPolicy(topicARN, "000000000000") {
		t.Errorf("asked %s", p)
	}
	c.endpoints.refusal = errors.New("no")
	if err := c.Service.PublishFrom("cloudwatch.amazonaws.com", "arn:alarm", topicARN, "Alarm", "it fails"); err == nil {
		t.Error("it was published")
	}
}

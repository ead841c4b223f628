package sns

import (
	"context"
	"maps"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/page"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// The protocols whose messages are delivered.
const (
	protocolSQS    = "sqs"
	protocolLambda = "lambda"
)

// subscription is a subscription as it is stored.
type subscription struct {
	Topic, ID          string // the topic's name
	Protocol, Endpoint string
	Principal          string // ARN of the subscriber
	Pending            bool   // its endpoint has not confirmed it
	Attributes         map[string]string
}

func (u subscription) key() string { return u.Topic + ":" + u.ID }

func (s *Service) subscriptionOperations() []wire.Operation {
	on := parameter("TopicArn")
	of := func(c *wire.Call) string { return orAll(topicOf(c.Query.Get("SubscriptionArn"))) }
	return []wire.Operation{
		{Name: "Subscribe", Resource: on, Handle: wire.Typed(s.subscribe)},
		{Name: "Unsubscribe", Resource: of, Handle: wire.Typed(s.unsubscribe)},
		{Name: "ListSubscriptions", Handle: wire.Typed(s.listSubscriptions)},
		{Name: "ListSubscriptionsByTopic", Resource: on, Handle: wire.Typed(s.listByTopic)},
		{Name: "GetSubscriptionAttributes", Resource: of, Handle: wire.Typed(s.getSubscriptionAttributes)},
		{Name: "SetSubscriptionAttributes", Resource: of, Handle: wire.Typed(s.setSubscriptionAttributes)},
	}
}

// topicOf returns the ARN of a subscription's topic: its own without the ID.
func topicOf(subscriptionARN string) string {
	return subscriptionARN[:max(strings.LastIndexByte(subscriptionARN, ':'), 0)]
}

// subscribed returns the subscription that an ARN names.
func (s *Service) subscribed(arn string) (subscription, error) {
	key, ok := strings.CutPrefix(arn, s.arn(""))
	if !ok || !strings.Contains(key, ":") {
		return subscription{}, errParameter("SubscriptionArn Reason: An ARN must have at least 6 elements, not %s", arn)
	}
	u, ok, err := s.subscriptions.Get(key)
	if err == nil && !ok {
		err = errNotFound("Subscription")
	}
	return u, err
}

type subscribeInput struct {
	TopicArn, Protocol, Endpoint string
	Attributes                   map[string]string
	ReturnSubscriptionArn        string // "true"
}

type subscribeOutput struct{ SubscriptionArn string }

// subscribe makes a subscription; one that exists is returned.
func (s *Service) subscribe(_ context.Context, c *wire.Call, in *subscribeInput) (*subscribeOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.named(in.TopicArn)
	if err != nil {
		return nil, err
	}
	asked := subscription{
		Topic: t.Name, ID: uuid.NewString(), Protocol: in.Protocol, Endpoint: in.Endpoint, Principal: c.Principal.ARN,
		Pending: slices.Contains(confirming, in.Protocol), Attributes: map[string]string{},
	}
	if err := asked.check(); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(in.Attributes)) {
		if err := asked.set(name, in.Attributes[name]); err != nil {
			return nil, err
		}
	}
	if err := asked.checkFilter(); err != nil {
		return nil, err
	}
	u, err := s.keep(asked)
	if err != nil {
		return nil, err
	}
	if u.Pending && in.ReturnSubscriptionArn != "true" {
		return &subscribeOutput{"pending confirmation"}, nil
	}
	return &subscribeOutput{s.arn(u.key())}, nil
}

// keep stores a subscription, unless the topic has one of its endpoint already.
func (s *Service) keep(asked subscription) (subscription, error) {
	all, err := s.subscriptions.List(asked.Topic + ":")
	for _, have := range all {
		if have.Protocol != asked.Protocol || have.Endpoint != asked.Endpoint {
			continue
		}
		for name, value := range asked.Attributes {
			if have.Attributes[name] != value {
				return have, errParameter("Attributes Reason: Subscription already exists with different attributes")
			}
		}
		return have, err
	}
	if err != nil {
		return asked, err
	}
	return asked, s.subscriptions.Put(asked.key(), asked)
}

var (
	functionARN = regexp.MustCompile(`^arn:aws(-[a-z]+)?:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9$_-]+)?$`)
	queueARN    = regexp.MustCompile(`^arn:aws(-[a-z]+)?:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$`)
	phone       = regexp.MustCompile(`^\+?[0-9 ()-]{5,20}$`)
)

// confirming are the protocols whose endpoints must confirm a subscription. It
// stays pending here, since nothing is sent to them.
// https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
var confirming = []string{"email", "email-json", "http", "https"}

// check checks the protocol, and that the endpoint is one of it.
func (u subscription) check() error {
	ok := false
	switch u.Protocol {
	case protocolSQS:
		ok = queueARN.MatchString(u.Endpoint)
	case protocolLambda:
		ok = functionARN.MatchString(u.Endpoint)
	case "http", "https":
		at, err := url.Parse(u.Endpoint)
		ok = err == nil && at.Scheme == u.Protocol && at.Host != ""
	case "email", "email-json":
		_, err := mail.ParseAddress(u.Endpoint)
		ok = err == nil
	case "sms":
		ok = phone.MatchString(u.Endpoint)
	case "application":
		ok = strings.HasPrefix(u.Endpoint, "arn:aws:sns:")
	case "firehose":
		ok = strings.HasPrefix(u.Endpoint, "arn:aws:firehose:")
	default:
		return errParameter("Does not support this protocol string: %s", u.Protocol)
	}
	if !ok {
		return errParameter("Endpoint Reason: %q is no endpoint of the protocol %s", u.Endpoint, u.Protocol)
	}
	return nil
}

type subscriptionInput struct{ SubscriptionArn string }

func (s *Service) unsubscribe(_ context.Context, _ *wire.Call, in *subscriptionInput) (*empty, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.subscribed(in.SubscriptionArn)
	if isNotFound(err) {
		return nil, nil // as on AWS
	}
	if err != nil {
		return nil, err
	}
	if u.Pending {
		return nil, errParameter("SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation")
	}
	return nil, s.env.Store.Update(func(tx *store.Tx) error {
		t, ok, err := s.topics.GetTx(tx, u.Topic)
		if err == nil && ok {
			t.Deleted++
			err = s.topics.PutTx(tx, t.Name, t)
		}
		if err != nil {
			return err
		}
		return s.subscriptions.DeleteTx(tx, u.key())
	})
}

// shape is a subscription as lists show it.
type shape struct{ SubscriptionArn, Owner, Protocol, Endpoint, TopicArn string }

type subscriptionsOutput struct {
	Subscriptions wire.List[shape]
	NextToken     string `xml:",omitempty"`
}

func (s *Service) listSubscriptions(_ context.Context, _ *wire.Call, in *listInput) (*subscriptionsOutput, error) {
	return s.list("", in.NextToken)
}

type byTopicInput struct{ TopicArn, NextToken string }

func (s *Service) listByTopic(_ context.Context, _ *wire.Call, in *byTopicInput) (*subscriptionsOutput, error) {
	t, err := s.named(in.TopicArn)
	if err != nil {
		return nil, err
	}
	return s.list(t.Name+":", in.NextToken)
}

func (s *Service) list(prefix, token string) (*subscriptionsOutput, error) {
	all, err := s.subscriptions.List(prefix)
	if err != nil {
		return nil, err
	}
	some, next, ok := page.Cut(all, token, pageSize)
	if !ok {
		return nil, errParameter("NextToken")
	}
	out := &subscriptionsOutput{NextToken: next}
	for _, u := range some {
		one := shape{s.arn(u.key()), s.env.Account, u.Protocol, u.Endpoint, s.arn(u.Topic)}
		if u.Pending {
			one.SubscriptionArn = "PendingConfirmation"
		}
		out.Subscriptions = append(out.Subscriptions, one)
	}
	return out, nil
}

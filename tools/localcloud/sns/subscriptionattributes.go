package sns

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/seastack/seastack/tools/localcloud/members"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Attributes of subscriptions that have an effect.
const (
	rawDelivery   = "RawMessageDelivery"
	redrivePolicy = "RedrivePolicy"
)

// set checks and sets an attribute; an empty value removes it.
// https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
func (u *subscription) set(name, value string) error {
	if err := u.checkAttribute(name, value); err != nil {
		return err
	}
	if value == "" || value == "{}" {
		delete(u.Attributes, name)
		return nil
	}
	if u.Attributes == nil {
		u.Attributes = map[string]string{}
	}
	u.Attributes[name] = value
	return nil
}

func (u *subscription) checkAttribute(name, value string) error {
	switch name {
	case rawDelivery:
		if value != "true" && value != "false" {
			return errParameter("Attributes Reason: RawMessageDelivery: Invalid value [%s]. Must be true or false.", value)
		}
		if value == "true" && !slices.Contains([]string{protocolSQS, "http", "https", "firehose"}, u.Protocol) {
			return errParameter("Attributes Reason: Delivery protocol [%s] does not support raw message delivery.", u.Protocol)
		}
	case redrivePolicy:
		if value != "" && !queueARN.MatchString(deadLetterQueue(value)) {
			return errParameter("Attributes Reason: RedrivePolicy: deadLetterTargetArn must be the ARN of a queue")
		}
	case "DeliveryPolicy":
		if value != "" && !json.Valid([]byte(value)) {
			return errParameter("Attributes Reason: DeliveryPolicy: it is not JSON")
		}
	case "SubscriptionRoleArn":
	case filterPolicy, filterPolicyScope: // checkFilter checks both together
	case "ReplayPolicy":
		if value != "" && value != "{}" {
			return errParameter("Attributes Reason: %s", members.Unsupported(name))
		}
	default:
		return errParameter("AttributeName")
	}
	return nil
}

// deadLetterQueue returns the queue of a redrive policy; "" if it has none.
// https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html
func deadLetterQueue(policy string) string {
	var p struct {
		DeadLetterTargetArn string `json:"deadLetterTargetArn"`
	}
	_ = json.Unmarshal([]byte(policy), &p) // what is no JSON has no queue
	return p.DeadLetterTargetArn
}

type subscriptionAttributesOutput struct{ Attributes wire.Map[string] }

func (s *Service) getSubscriptionAttributes(
	_ context.Context, _ *wire.Call, in *subscriptionInput,
) (*subscriptionAttributesOutput, error) {
	u, err := s.subscribed(in.SubscriptionArn)
	if err != nil {
		return nil, err
	}
	shown := wire.Map[string]{
		"SubscriptionArn": in.SubscriptionArn, "TopicArn": s.arn(u.Topic), "Owner": s.env.Account,
		"Protocol": u.Protocol, "Endpoint": u.Endpoint, rawDelivery: "false",
		"PendingConfirmation":          strconv.FormatBool(u.Pending),
		"ConfirmationWasAuthenticated": strconv.FormatBool(!u.Pending),
		"SubscriptionPrincipal":        u.Principal,
	}
	maps.Copy(shown, u.Attributes)
	if shown[filterPolicy] != "" && shown[filterPolicyScope] == "" {
		shown[filterPolicyScope] = scopeAttributes
	}
	return &subscriptionAttributesOutput{shown}, nil
}

type setSubscriptionInput struct{ SubscriptionArn, AttributeName, AttributeValue string }

func (s *Service) setSubscriptionAttributes(_ context.Context, _ *wire.Call, in *setSubscriptionInput) (*empty, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.subscribed(in.SubscriptionArn)
	if err != nil {
		return nil, err
	}
	if err := u.set(in.AttributeName, in.AttributeValue); err != nil {
		return nil, err
	}
	if err := u.checkFilter(); err != nil {
		return nil, err
	}
	return nil, s.subscriptions.Put(u.key(), u)
}

package sqs

import (
	"encoding/json"

	"github.com/seastack/seastack/tools/localcloud/members"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Definition describes the service to the wire handler.
func (s *Service) Definition() wire.Service {
	today := wire.Service{
		Name: "sqs", Protocol: wire.JSON, TargetPrefix: "AmazonSQS", ErrorPrefix: "com.amazonaws.sqs#", QueryCompatible: true, Policy: s.policyOf,
		Operations: members.Guard(append(s.queueOperations(), s.messageOperations()...), inputs, func(member string) error {
			return errUnsupported("%s", members.Unsupported(member))
		}),
	}
	today.Former = former(today)
	return today
}

func (s *Service) queueOperations() []wire.Operation {
	return []wire.Operation{
		{Name: "CreateQueue", Resource: s.namedResource, Handle: wire.Typed(s.createQueue)},
		{Name: "DeleteQueue", Resource: s.resource, Handle: wire.Typed(s.deleteQueue)},
		{Name: "GetQueueAttributes", Resource: s.resource, Handle: wire.Typed(s.getAttributes)},
		{Name: "GetQueueUrl", Resource: s.namedResource, Handle: wire.Typed(s.getURL)},
		{Name: "ListDeadLetterSourceQueues", Resource: s.resource, Handle: wire.Typed(s.listSources)},
		{Name: "ListQueueTags", Resource: s.resource, Handle: wire.Typed(s.listTags)},
		{Name: "ListQueues", Handle: wire.Typed(s.listQueues)},
		{Name: "PurgeQueue", Resource: s.resource, Handle: wire.Typed(s.purgeQueue)},
		{Name: "SetQueueAttributes", SetsPolicy: true, Resource: s.resource, Handle: wire.Typed(s.setAttributes)},
		{Name: "TagQueue", Resource: s.resource, Handle: wire.Typed(s.tagQueue)},
		{Name: "UntagQueue", Resource: s.resource, Handle: wire.Typed(s.untagQueue)},
	}
}

// messageOperations returns the operations on messages. As on AWS, a batch
// operation has the action of the single one: there is no sqs:SendMessageBatch to
// grant.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
func (s *Service) messageOperations() []wire.Operation {
	return []wire.Operation{
		{Name: "CancelMessageMoveTask", Handle: wire.Typed(s.cancelMove)},
		{Name: "ChangeMessageVisibility", Resource: s.resource, Handle: wire.Typed(s.changeVisibility)},
		{Name: "ChangeMessageVisibilityBatch", Action: "ChangeMessageVisibility", Resource: s.resource, Handle: wire.Typed(s.changeVisibilityBatch)},
		{Name: "DeleteMessage", Resource: s.resource, Handle: wire.Typed(s.deleteMessage)},
		{Name: "DeleteMessageBatch", Action: "DeleteMessage", Resource: s.resource, Handle: wire.Typed(s.deleteMessageBatch)},
		{Name: "ListMessageMoveTasks", Resource: sourceResource, Handle: wire.Typed(s.listMoves)},
		{Name: "ReceiveMessage", Resource: s.resource, Handle: wire.Typed(s.receiveMessage)},
		{Name: "SendMessage", Resource: s.resource, Handle: wire.Typed(s.sendMessage)},
		{Name: "SendMessageBatch", Action: "SendMessage", Resource: s.resource, Handle: wire.Typed(s.sendMessageBatch)},
		{Name: "StartMessageMoveTask", Resource: sourceResource, Handle: wire.Typed(s.startMove)},
	}
}

// target holds the members of an input that name its queue.
type target struct{ QueueUrl, QueueName, SourceArn string }

func targetOf(c *wire.Call) (t target) {
	_ = json.Unmarshal(c.Body, &t) // the operation reports a body that is no JSON
	return t
}

func (s *Service) resource(c *wire.Call) string {
	_, name, _ := splitURL(targetOf(c).QueueUrl)
	return s.arn(name)
}

func (s *Service) namedResource(c *wire.Call) string { return s.arn(targetOf(c).QueueName) }

func sourceResource(c *wire.Call) string { return targetOf(c).SourceArn }

package sqs

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

const (
	visibilityTimeout  = "VisibilityTimeout"
	maximumMessageSize = "MaximumMessageSize"
	retentionPeriod    = "MessageRetentionPeriod"
	delaySeconds       = "DelaySeconds"
	waitTimeSeconds    = "ReceiveMessageWaitTimeSeconds"
	redrivePolicy      = "RedrivePolicy"
	redriveAllowPolicy = "RedriveAllowPolicy"
	queuePolicy        = "Policy"
	kmsKey             = "KmsMasterKeyId"
	kmsReuse           = "KmsDataKeyReusePeriodSeconds"
	managedSSE         = "SqsManagedSseEnabled"
)

// defaults are a new queue's attributes. The size is AWS's since August 2025
// (it was 262,144 bytes).
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
var defaults = map[string]string{
	visibilityTimeout: "30", maximumMessageSize: "1048576", retentionPeriod: "345600",
	delaySeconds: "0", waitTimeSeconds: "0", managedSSE: "true",
}

// ranges are the attributes that are whole numbers, same source.
var ranges = map[string]struct{ min, max int }{
	visibilityTimeout:  {0, 43_200},
	maximumMessageSize: {1_024, 1_048_576},
	retentionPeriod:    {60, 1_209_600},
	delaySeconds:       {0, 900},
	waitTimeSeconds:    {0, 20},
	kmsReuse:           {60, 86_400},
}

var optional = []string{redrivePolicy, redriveAllowPolicy, queuePolicy, kmsKey, kmsReuse}

type getAttributesInput struct {
	QueueUrl       string
	AttributeNames []string
}

type getAttributesOutput struct {
	Attributes map[string]string `json:",omitempty"`
}

func (s *Service) getAttributes(_ context.Context, _ *wire.Call, in *getAttributesInput) (*getAttributesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.byURL(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	all, out := s.attributes(q), map[string]string{}
	for _, name := range in.AttributeNames {
		switch v, ok := all[name]; {
		case name == "All":
			return &getAttributesOutput{all}, nil
		case ok:
			out[name] = v
		case !slices.Contains(optional, name) && fifoDefaults[name] == "":
			return nil, errAttributeName(name)
		}
	}
	return &getAttributesOutput{out}, nil
}

// attributes returns all attributes of a queue; s.mu is held.
func (s *Service) attributes(q *queue) map[string]string {
	n := q.count(s.now())
	all := q.effective()
	all["ApproximateNumberOfMessages"] = strconv.Itoa(n.visible)
	all["ApproximateNumberOfMessagesDelayed"] = strconv.Itoa(n.delayed)
	all["ApproximateNumberOfMessagesNotVisible"] = strconv.Itoa(n.inFlight)
	all["CreatedTimestamp"] = strconv.FormatInt(q.CreatedAt, 10)
	all["LastModifiedTimestamp"] = strconv.FormatInt(q.ModifiedAt, 10)
	all["QueueArn"] = s.arn(q.Name)
	return all
}

type setAttributesInput struct {
	QueueUrl   string
	Attributes map[string]string
}

func (s *Service) setAttributes(_ context.Context, _ *wire.Call, in *setAttributesInput) (*struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.byURL(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if in.Attributes == nil {
		return nil, errMissing("Attributes")
	}
	if err := s.checkAttributes(q.Name, in.Attributes); err != nil {
		return nil, err
	}
	r := q.queueRecord
	r.Attributes = merge(q.Attributes, normalised(in.Attributes))
	if err := checkThroughputLimit(r.Attributes); err != nil {
		return nil, err
	}
	r.ModifiedAt = s.env.Now().Unix()
	return nil, s.replace(q, r)
}

// replace stores a queue's record and makes it current; s.mu is held.
func (s *Service) replace(q *queue, r queueRecord) error {
	if err := s.queues.Put(r.Name, r); err != nil {
		return err
	}
	q.queueRecord = r
	q.delayAll()
	q.signal() // a shorter retention or another dead-letter queue takes effect at once
	return nil
}

// merge returns the attributes after a change; an empty value removes an
// attribute.
func merge(old, change map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, old)
	for name, value := range change {
		if value == "" {
			delete(all, name)
			continue
		}
		all[name] = value
	}
	if change[kmsKey] != "" {
		all[managedSSE] = "false"
	}
	if change[managedSSE] == "true" {
		delete(all, kmsKey)
	}
	return all
}

// checkAttributes checks new attributes of the queue of that name, in the order
// of their names, so that the error is always the same.
func (s *Service) checkAttributes(queue string, attributes map[string]string) error {
	if attributes[kmsKey] != "" && attributes[managedSSE] == "true" {
		return fail("InvalidAttributeValue", "InvalidAttributeValue", "You can use one type of server-side "+
			"encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.")
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if err := s.checkAttribute(queue, name, attributes[name]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) checkAttribute(queue, name, value string) error {
	if r, ok := ranges[name]; ok {
		if n, err := strconv.Atoi(value); err != nil || n < r.min || n > r.max {
			return errAttributeValue(name)
		}
		return nil
	}
	switch {
	case fifoDefaults[name] != "":
		return checkFIFOAttribute(queue, name, value)
	case name == managedSSE && value != "true" && value != "false":
		return errAttributeValue(name)
	case name == managedSSE || name == kmsKey:
		return nil
	case !slices.Contains(optional, name):
		return errAttributeName(name)
	case value == "":
		return nil
	case name == redrivePolicy:
		return s.checkRedrive(queue, value)
	case name == redriveAllowPolicy:
		return checkRedriveAllow(value)
	case name == queuePolicy:
		return checkPolicy(value)
	}
	return nil
}

package sqs

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	fifoQueue           = "FifoQueue"
	contentBased        = "ContentBasedDeduplication"
	deduplicationScope  = "DeduplicationScope"
	fifoThroughputLimit = "FifoThroughputLimit"

	perGroup = "messageGroup" // a DeduplicationScope
)

// fifoDefaults are the attributes that only FIFO queues have. The throughput
// limit is kept without effect: the local cloud has no limits of throughput.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
var fifoDefaults = map[string]string{
	fifoQueue: "true", contentBased: "false", deduplicationScope: "queue", fifoThroughputLimit: "perQueue",
}

// fifoValues are the values of those attributes that can be changed.
var fifoValues = map[string][]string{
	contentBased: {"true", "false"}, deduplicationScope: {"queue", perGroup},
	fifoThroughputLimit: {"perQueue", "perMessageGroupId"},
}

// isFIFO reports whether a queue's name is that of a FIFO queue: CreateQueue
// takes the suffix for no other.
func isFIFO(name string) bool { return strings.HasSuffix(name, ".fifo") }

func (q *queue) fifo() bool { return isFIFO(q.Name) }

// checkFIFOAttribute checks an attribute that only FIFO queues have.
func checkFIFOAttribute(queue, name, value string) error {
	fifo := isFIFO(queue)
	switch {
	case !fifo && (name == deduplicationScope || name == fifoThroughputLimit):
		return fail("InvalidAttributeName", "InvalidAttributeName",
			"You can specify the %s only when FifoQueue is set to true.", name)
	case !fifo:
		return errAttributeName(name)
	case name == fifoQueue && value != "true":
		return fail("InvalidAttributeValue", "InvalidAttributeValue",
			"Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.")
	case name != fifoQueue && !slices.Contains(fifoValues[name], value):
		return errAttributeValue(name)
	}
	return nil
}

// checkThroughputLimit checks the two attributes of high throughput against
// each other.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
func checkThroughputLimit(attributes map[string]string) error {
	if attributes[fifoThroughputLimit] == "perMessageGroupId" && attributes[deduplicationScope] != perGroup {
		return fail("InvalidAttributeValue", "InvalidAttributeValue",
			"Invalid value for the parameter FifoThroughputLimit. Reason: To set FifoThroughputLimit to "+
				"perMessageGroupId, the DeduplicationScope must be messageGroup.")
	}
	return nil
}

// orderID is the format of message group IDs, of deduplication IDs and of the
// IDs of receive attempts: letters, digits and ASCII punctuation.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
var orderID = regexp.MustCompile(`^[!-~]{1,128}$`)

func checkOrderID(parameter, value string) error {
	if orderID.MatchString(value) {
		return nil
	}
	return errParameter("Value %s for parameter %s is invalid. Reason: %s can only include alphanumeric and "+
		"punctuation characters. 1 to 128 in length.", value, parameter, parameter)
}

// checkOrder checks the members of an entry that decide about its order.
func (q *queue) checkOrder(e sendEntry) error {
	if !q.fifo() {
		if e.MessageDeduplicationId != "" {
			return errQueueType("MessageDeduplicationId", e.MessageDeduplicationId)
		}
		return nil
	}
	if d := e.DelaySeconds; d != nil && *d != 0 {
		return errQueueType(delaySeconds, strconv.Itoa(*d))
	}
	if err := q.checkIDs(e); err != nil {
		return err
	}
	return cmp.Or(checkOrderID("MessageGroupId", e.MessageGroupId),
		checkOrderID("MessageDeduplicationId", q.deduplicationID(e)))
}

// checkIDs checks that an entry has the IDs that a FIFO queue needs.
func (q *queue) checkIDs(e sendEntry) error {
	switch {
	case !q.fifo():
		return nil
	case e.MessageGroupId == "":
		return errMissing("MessageGroupId")
	case q.deduplicationID(e) == "":
		return errParameter("The queue should either have ContentBasedDeduplication enabled or " +
			"MessageDeduplicationId provided explicitly")
	}
	return nil
}

// deduplicationID returns the ID of an entry by which it is a duplicate: the
// sender's, or the digest of the body.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
func (q *queue) deduplicationID(e sendEntry) string {
	if e.MessageDeduplicationId != "" || q.Attributes[contentBased] != "true" {
		return e.MessageDeduplicationId
	}
	sum := sha256.Sum256([]byte(e.MessageBody))
	return hex.EncodeToString(sum[:])
}

// delayed returns the time at which a message becomes visible that nobody has
// received. A FIFO queue's delay applies to the messages that it holds already,
// a standard queue's does not.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html
func (q *queue) delayed(m *message) int64 {
	if !q.fifo() || m.Receipt != "" {
		return m.VisibleAt
	}
	return m.SentAt + milliseconds(q.number(delaySeconds))
}

// delayAll applies a FIFO queue's delay to its messages.
func (q *queue) delayAll() {
	if !q.fifo() {
		return
	}
	for _, m := range slices.Clone(q.order) {
		if at := q.delayed(m); at != m.VisibleAt {
			m.VisibleAt = at
			q.reschedule(m)
		}
	}
}

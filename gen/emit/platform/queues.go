package platform

import (
	"fmt"
	"path"

	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
)

// deadLetterRetention is the longest that SQS keeps a message, 14 days, so that
// there is time to look into what failed.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
const deadLetterRetention = 14 * 24 * 60 * 60

func queues(qs []model.Queue) *tf.File {
	f := tf.New("")
	for _, q := range qs {
		f.Comment(content(q))
		queue(f, q)
		deadLetters(f, q)
	}
	return f
}

// content says what a queue holds.
func content(q model.Queue) string {
	payload := path.Base(q.Payload.Package) + "." + q.Payload.Name
	if q.Event != nil {
		return fmt.Sprintf("Events %s, of %s, for %s.", q.Event.Event, payload, q.Consumer.Function)
	}
	if q.Object != nil {
		return fmt.Sprintf("Objects that are %s in the bucket %s, of %s, for %s.", q.Object.What, q.Object.Bucket, payload, q.Consumer.Function)
	}
	return "Messages are " + payload + "."
}

func queue(f *tf.File, q model.Queue) {
	b := f.Attached("resource", "aws_sqs_queue", names.Label(q.Name))
	b.Expr("name", "%s", names.Prefixed(names.Queue(q, q.Name)))
	fifo(b, q)
	b.Set("message_retention_seconds", q.Retention)
	b.Set("sqs_managed_sse_enabled", true)
	b.Set("visibility_timeout_seconds", q.Visibility)
	b.Gap()
	b.Expr("redrive_policy", "jsonencode(%s)", tf.Object(
		tf.Item{Key: "deadLetterTargetArn", Value: "aws_sqs_queue." + names.Label(names.DeadLetters(q.Name)) + ".arn"},
		tf.Item{Key: "maxReceiveCount", Value: fmt.Sprint(q.Retries)},
	))
	keep(b)
}

// fifo makes a queue keep the order of each group's messages, and of no more: the
// throughput that AWS allows is then a group's own.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
func fifo(b *tf.Body, q model.Queue) {
	if q.FIFO == nil {
		return
	}
	b.Set("fifo_queue", true)
	b.Set("content_based_deduplication", q.FIFO.Deduplication == "")
	b.Set("deduplication_scope", "messageGroup")
	b.Set("fifo_throughput_limit", "perMessageGroupId")
}

func deadLetters(f *tf.File, q model.Queue) {
	b := f.Block("resource", "aws_sqs_queue", names.Label(names.DeadLetters(q.Name)))
	b.Expr("name", "%s", names.Prefixed(names.Queue(q, names.DeadLetters(q.Name))))
	fifo(b, q)
	b.Set("message_retention_seconds", deadLetterRetention)
	b.Set("sqs_managed_sse_enabled", true)
	b.Gap()
	b.Comment("The queue's ARN is spelled out because the queue itself refers to this one.")
	b.Expr("redrive_allow_policy", "jsonencode(%s)", tf.Object(
		tf.Item{Key: "redrivePermission", Value: `"byQueue"`},
		tf.Item{Key: "sourceQueueArns", Value: fmt.Sprintf(`["${local.queue_arn_prefix}-%s"]`, names.Queue(q, q.Name))},
	))
	keep(b)
}

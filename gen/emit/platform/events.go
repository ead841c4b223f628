package platform

import (
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
)

// events adds the environment's bus, if there are events, and for each subscription
// the rule that puts its events into its queue. They are here and not with the
// functions, so that a function can move between stacks without missing an event.
func events(m model.Model) *tf.File {
	f := tf.New("")
	if len(m.Events) > 0 {
		b := f.Block("resource", "aws_cloudwatch_event_bus", "this")
		b.Expr("name", "local.name_prefix")
		keep(b)
	}
	for _, q := range m.Queues {
		if q.Subscribed() {
			rule(f, m.Project, q)
			fill(f, q)
		}
	}
	return f
}

func rule(f *tf.File, source string, q model.Queue) {
	b := f.Block("resource", "aws_cloudwatch_event_rule", names.Label(q.Name))
	b.Expr("name", "%s", names.Prefixed(q.Name))
	onBus(b, q)
	b.Gap()
	if q.Event != nil {
		b.Expr("event_pattern", "jsonencode(%s)", eventPattern(source, *q.Event))
	} else {
		b.Expr("event_pattern", "jsonencode(%s)", objectPattern(*q.Object))
	}
}

// onBus names the bus of a subscription; that of S3's events is the default one.
func onBus(b *tf.Body, q model.Queue) {
	if q.Event != nil {
		b.Expr("event_bus_name", "aws_cloudwatch_event_bus.this.name")
	}
}

// eventPattern returns the pattern of a subscription: the event's name and source,
// and the annotation's filter of its detail.
func eventPattern(source string, on model.On) string {
	items := []tf.Item{
		{Key: "source", Value: tf.Literal([]string{source})},
		{Key: "detail-type", Value: tf.Literal([]string{on.Event})},
	}
	if on.Filter != "" {
		items = append(items, tf.Item{Key: "detail", Value: tf.JSON(on.Filter)})
	}
	return tf.Object(items...)
}

// objectPattern returns the pattern of a bucket's objects. A pattern's list is of
// alternatives: prefix and suffix together are one wildcard.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
func objectPattern(o model.Objects) string {
	detail := []tf.Item{{Key: "bucket", Value: "{ name = [aws_s3_bucket." + names.Label(o.Bucket) + ".bucket] }"}}
	key := ""
	switch {
	case o.Prefix != "" && o.Suffix != "":
		key = "{ wildcard = " + tf.Literal(o.Prefix+"*"+o.Suffix) + " }"
	case o.Prefix != "":
		key = "{ prefix = " + tf.Literal(o.Prefix) + " }"
	case o.Suffix != "":
		key = "{ suffix = " + tf.Literal(o.Suffix) + " }"
	}
	if key != "" {
		detail = append(detail, tf.Item{Key: "object", Value: "{ key = [" + key + "] }"})
	}
	return tf.Object(
		tf.Item{Key: "source", Value: tf.Literal([]string{"aws.s3"})},
		tf.Item{Key: "detail-type", Value: tf.Literal([]string{o.DetailType()})},
		tf.Item{Key: "detail", Value: tf.Object(detail...)})
}

// fill lets the rule send to the queue, and what it cannot send there to the
// dead letters.
func fill(f *tf.File, q model.Queue) {
	label, deadLetters := names.Label(q.Name), names.Label(names.DeadLetters(q.Name))
	b := f.Block("resource", "aws_cloudwatch_event_target", label)
	onBus(b, q)
	b.Expr("rule", "aws_cloudwatch_event_rule.%s.name", label)
	b.Expr("arn", "aws_sqs_queue.%s.arn", label)
	b.Block("dead_letter_config").Expr("arn", "aws_sqs_queue.%s.arn", deadLetters)
	b.Gap()
	b.Comment("The rule may send before it has a target.")
	b.Expr("depends_on", "[aws_sqs_queue_policy.%s, aws_sqs_queue_policy.%s]", label, deadLetters)

	for _, queue := range []string{label, deadLetters} {
		b = f.Block("resource", "aws_sqs_queue_policy", queue)
		b.Expr("queue_url", "aws_sqs_queue.%s.url", queue)
		b.Gap()
		b.Expr("policy", "jsonencode(%s)", tf.Object(
			tf.Item{Key: "Version", Value: `"2012-10-17"`},
			tf.Item{Key: "Statement", Value: "[" + tf.Object(
				tf.Item{Key: "Effect", Value: `"Allow"`},
				tf.Item{Key: "Principal", Value: `{ Service = "events.amazonaws.com" }`},
				tf.Item{Key: "Action", Value: `"sqs:SendMessage"`},
				tf.Item{Key: "Resource", Value: "aws_sqs_queue." + queue + ".arn"},
				tf.Item{Key: "Condition", Value: `{ ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.` + label + `.arn } }`},
			) + "]"}))
	}
}

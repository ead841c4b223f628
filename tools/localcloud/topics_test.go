package localcloud_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

// ops is a topic with a queue that receives its messages, and an alarm with the
// topic as its action.
type ops struct {
	config aws.Config
	alarms *cloudwatch.Client
	topics *sns.Client
	queues *sqs.Client
	queue  *string // URL
}

const opsTopic = "arn:aws:sns:us-east-1:000000000000:ops"

func newOps(t *testing.T) *ops {
	config := cloudtest.AWSConfig(t, cloudtest.Start(t))
	o := &ops{config, cloudwatch.NewFromConfig(config), sns.NewFromConfig(config), sqs.NewFromConfig(config), nil}
	queue, err := o.queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("work"), Attributes: map[string]string{
		"Policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},` +
			`"Action":"sqs:SendMessage","Resource":"` + queueARN + `","Condition":{"ArnEquals":{"aws:SourceArn":"` + opsTopic + `"}}}]}`,
	}})
	check(t, err)
	o.queue = queue.QueueUrl
	_, err = o.topics.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("ops")})
	check(t, err)
	_, err = o.topics.Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: aws.String(opsTopic), Protocol: aws.String("sqs"), Endpoint: aws.String(queueARN),
	})
	check(t, err)
	_, err = o.alarms.PutMetricAlarm(t.Context(), &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("a"), Namespace: aws.String("Shop"), MetricName: aws.String("M"), Statistic: cloudwatchtypes.StatisticSum,
		Period: aws.Int32(60), EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(1), AlarmActions: []string{opsTopic},
		ComparisonOperator: cloudwatchtypes.ComparisonOperatorGreaterThanThreshold, TreatMissingData: aws.String("ignore"),
	})
	check(t, err)
	return o
}

// alarm turns the alarm off and on, and returns the messages that arrive.
func (o *ops) alarm(t *testing.T) (messages []sqstypes.Message) {
	t.Helper()
	for _, state := range []cloudwatchtypes.StateValue{"OK", "ALARM"} {
		_, err := o.alarms.SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{
			AlarmName: aws.String("a"), StateValue: state, StateReason: aws.String("a test"),
		})
		check(t, err)
	}
	out, err := o.queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: o.queue, WaitTimeSeconds: 2})
	check(t, err)
	return out.Messages
}

// policy sets the topic's policy: a statement about CloudWatch.
func (o *ops) policy(t *testing.T, effect, alarm string) {
	t.Helper()
	_, err := o.topics.SetTopicAttributes(t.Context(), &sns.SetTopicAttributesInput{
		TopicArn: aws.String(opsTopic), AttributeName: aws.String("Policy"), AttributeValue: aws.String(
			`{"Version":"2012-10-17","Statement":[{"Effect":"` + effect + `","Principal":{"Service":"cloudwatch.amazonaws.com"},` +
				`"Action":"sns:Publish","Resource":"` + opsTopic + `","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:cloudwatch:*:*:alarm:` + alarm + `"}}}]}`),
	})
	check(t, err)
}

// TestAlarmReachesQueue: an alarm publishes to a topic by the default policy or by
// one that allows it, and the queue's policy lets the topic in.
func TestAlarmReachesQueue(t *testing.T) {
	o := newOps(t)
	messages := o.alarm(t)
	if len(messages) != 1 {
		t.Fatalf("%d messages", len(messages))
	}
	var envelope struct{ Subject, Message, TopicArn string }
	check(t, json.Unmarshal([]byte(*messages[0].Body), &envelope))
	if envelope.Subject != `ALARM: "a" in US East (N. Virginia)` || envelope.TopicArn != opsTopic || !strings.Contains(envelope.Message, `"NewStateValue":"ALARM"`) {
		t.Errorf("got %+v", envelope)
	}
	for _, tc := range []struct {
		effect, alarm string
		arrive        int
	}{{"Allow", "a", 1}, {"Allow", "b", 0}, {"Deny", "*", 0}} {
		o.policy(t, tc.effect, tc.alarm)
		if got := len(o.alarm(t)); got != tc.arrive {
			t.Errorf("%s %s: %d messages, want %d", tc.effect, tc.alarm, got, tc.arrive)
		}
	}
}

// TestRolesNeedPermissionForTopics: a role's policy decides, and a refusal has the
// code that SNS has for it.
func TestRolesNeedPermissionForTopics(t *testing.T) {
	root := cloudtest.AWSConfig(t, cloudtest.Start(t))
	_, err := sns.NewFromConfig(root).CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("ops")})
	check(t, err)
	session := sns.NewFromConfig(sessionWith(t, root,
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sns:Publish","Resource":"`+opsTopic+`"}]}`))
	_, err = session.Publish(t.Context(), &sns.PublishInput{TopicArn: aws.String(opsTopic), Message: aws.String("m")})
	check(t, err)
	_, err = session.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: aws.String(opsTopic)})
	var denied *types.AuthorizationErrorException
	if !errors.As(err, &denied) || !strings.Contains(err.Error(), "sns:GetTopicAttributes on resource: "+opsTopic) {
		t.Errorf("got %v", err)
	}
}

// TestTopicReachesFunction: a function that lets the topic in runs, and the message
// for one that does not goes to the dead-letter queue.
func TestTopicReachesFunction(t *testing.T) {
	o := newOps(t)
	p := &pipeline{t: t, config: o.config, queue: *o.queue}
	p.role("sender", `{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"`+queueARN+`"}`)
	function := p.function("sender")
	_, err := o.topics.Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: aws.String(opsTopic), Protocol: aws.String("lambda"), Endpoint: &function,
		Attributes: map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"` + queueARN + `"}`, "FilterPolicy": `{"to":["function"]}`},
	})
	check(t, err)
	publish := func() {
		t.Helper()
		_, err := o.topics.Publish(t.Context(), &sns.PublishInput{
			TopicArn: aws.String(opsTopic), Message: aws.String("m"), MessageAttributes: map[string]types.MessageAttributeValue{
				"to": {DataType: aws.String("String"), StringValue: aws.String("function")},
			}})
		check(t, err)
	}
	publish()
	p.await("the dead letter", func(ctx context.Context) bool {
		out, err := o.queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: o.queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 1})
		check(t, err)
		return slices.ContainsFunc(out.Messages, func(m sqstypes.Message) bool { return strings.Contains(*m.Body, `"EventSource":"aws:sns"`) })
	})
	_, err = lambda.NewFromConfig(o.config).AddPermission(t.Context(), &lambda.AddPermissionInput{
		FunctionName: &function, StatementId: aws.String("topic"), Action: aws.String("lambda:InvokeFunction"),
		Principal: aws.String("sns.amazonaws.com"), SourceArn: aws.String(opsTopic)})
	check(t, err)
	publish()
	now := time.Now()
	p.await("an invocation", func(ctx context.Context) bool {
		out, err := o.alarms.GetMetricStatistics(ctx, &cloudwatch.GetMetricStatisticsInput{
			Namespace: aws.String("AWS/Lambda"), MetricName: aws.String("Invocations"), Period: aws.Int32(3600),
			Dimensions: []cloudwatchtypes.Dimension{{Name: aws.String("FunctionName"), Value: aws.String("sender")}},
			StartTime:  aws.Time(now.Add(-time.Hour)), EndTime: aws.Time(now.Add(time.Hour)), Statistics: []cloudwatchtypes.Statistic{"Sum"},
		})
		check(t, err)
		return len(out.Datapoints) > 0
	})
}

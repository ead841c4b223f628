package localcloud

import (
	"context"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/apigateway"
	"github.com/seastack/seastack/tools/localcloud/cloudwatch"
	"github.com/seastack/seastack/tools/localcloud/events"
	"github.com/seastack/seastack/tools/localcloud/iam"
	"github.com/seastack/seastack/tools/localcloud/iam/policy"
	"github.com/seastack/seastack/tools/localcloud/lambda"
	"github.com/seastack/seastack/tools/localcloud/logs"
	"github.com/seastack/seastack/tools/localcloud/s3"
	"github.com/seastack/seastack/tools/localcloud/scheduler"
	"github.com/seastack/seastack/tools/localcloud/sns"
	"github.com/seastack/seastack/tools/localcloud/sqs"
	"github.com/seastack/seastack/tools/localcloud/traceheader"
)

// Services do not know each other: each declares interfaces for what it needs.
// This file holds the adapters between them, and nothing else.

func lambdaDeps(identity checkoutAuthority, logging *logs.Service, measures *cloudwatch.Service, queues *sqs.Service, objects *s3.Service) lambda.Deps {
	return lambda.Deps{
		Roles: lambdaRoles{identity.Service}, Logs: lambdaLogs{logging}, Metrics: lambdaMetrics{measures}, Queues: lambdaQueues{queues},
		Objects: objects, Authority: identity.Service, Callers: identity,
	}
}

// lambdaMetrics implements lambda.Metrics with CloudWatch.
type lambdaMetrics struct{ measures *cloudwatch.Service }

func (m lambdaMetrics) Record(name, unit string, value float64, dimensions ...string) {
	m.measures.Record("AWS/Lambda", name, unit, value, dimensions...)
}

// The principals as which services assume roles and call functions.
const (
	lambdaPrincipal  = "lambda.amazonaws.com"
	gatewayPrincipal = "apigateway.amazonaws.com"
	s3Principal      = "s3.amazonaws.com"
)

// lambdaRoles implements lambda.Roles with IAM.
type lambdaRoles struct{ iam *iam.Service }

func (r lambdaRoles) CheckTrust(roleARN string) error {
	return r.iam.CheckTrust(roleARN, lambdaPrincipal, "")
}

func (r lambdaRoles) Session(roleARN, sessionName string) (lambda.Credentials, error) {
	c, err := r.iam.Session(roleARN, sessionName, lambdaPrincipal)
	return lambda.Credentials(c), err
}

// lambdaLogs implements lambda.LogSink with CloudWatch Logs.
type lambdaLogs struct{ logs *logs.Service }

func (l lambdaLogs) CreateGroup(group string) error { return l.logs.EnsureGroup(group) }

func (l lambdaLogs) Append(group, stream string, events []lambda.LogEvent) error {
	converted := make([]logs.Event, len(events))
	for i, e := range events {
		converted[i] = logs.Event{Time: time.UnixMilli(e.TimestampMillis), Message: e.Message}
	}
	return l.logs.Append(group, stream, converted)
}

// lambdaQueues implements lambda.Queues with SQS.
type lambdaQueues struct{ sqs *sqs.Service }

func (q lambdaQueues) Receive(ctx context.Context, arn string, max int, wait time.Duration) ([]lambda.Message, error) {
	received, err := q.sqs.Receive(ctx, arn, max, wait)
	converted := make([]lambda.Message, len(received))
	for i, m := range received {
		converted[i] = lambda.Message{
			ID: m.ID, ReceiptHandle: m.ReceiptHandle, Body: m.Body, MD5OfBody: m.MD5OfBody, Attributes: m.Attributes,
			MessageAttributes: lambdaAttributes(m.MessageAttributes), MD5OfMessageAttributes: m.MD5OfMessageAttributes,
		}
	}
	return converted, err
}

func lambdaAttributes(attributes map[string]sqs.AttributeValue) map[string]lambda.Attribute {
	converted := make(map[string]lambda.Attribute, len(attributes))
	for name, value := range attributes {
		converted[name] = lambda.Attribute(value)
	}
	return converted
}

func (q lambdaQueues) Delete(arn string, handles ...string) error {
	return q.sqs.DeleteMessages(arn, handles...)
}

func (q lambdaQueues) ChangeVisibility(arn string, timeout time.Duration, handles ...string) error {
	return q.sqs.ChangeVisibility(arn, timeout, handles...)
}

func (q lambdaQueues) Attributes(arn string) (map[string]string, error) { return q.sqs.Attributes(arn) }

func (q lambdaQueues) Send(ctx context.Context, arn, body string, attributes map[string]string) error {
	_, err := q.sqs.Send(ctx, arn, body, sqsAttributes(attributes))
	return err
}

// sqsAttributes returns string attributes in the types of SQS.
func sqsAttributes(attributes map[string]string) map[string]sqs.AttributeValue {
	converted := make(map[string]sqs.AttributeValue, len(attributes))
	for name, value := range attributes {
		converted[name] = sqs.AttributeValue{DataType: "String", StringValue: &value}
	}
	return converted
}

// gatewayInvoker implements apigateway.Invoker with Lambda.
type gatewayInvoker struct{ lambda *lambda.Service }

func (g gatewayInvoker) Invoke(ctx context.Context, arn string, payload []byte, source string) ([]byte, string, error) {
	r, err := g.lambda.Invoke(ctx, lambda.Invocation{
		FunctionARN: arn, Payload: payload, Principal: gatewayPrincipal, SourceARN: source,
	})
	return r.Payload, r.FunctionError, err
}

// Patient implements apigateway.Patient.
func (g gatewayInvoker) Patient(arn string) bool { return g.lambda.IsDebugged(arn) }

// accessLog returns the writer of API Gateway's access logs to CloudWatch Logs.
func accessLog(logging *logs.Service) apigateway.AccessLog {
	return func(groupARN string, at time.Time, line string) error {
		_, group, _ := strings.Cut(groupARN, ":log-group:")
		return logging.Append(strings.TrimSuffix(group, ":*"), "access", []logs.Event{{Time: at, Message: line}})
	}
}

func schedulerDeps(identity *iam.Service, functions *lambda.Service, queues *sqs.Service) scheduler.Deps {
	return scheduler.Deps{
		Invoke: func(ctx context.Context, arn string, payload []byte) error {
			_, err := functions.InvokeAsync(ctx, lambda.Invocation{FunctionARN: arn, Payload: payload})
			return err
		},
		Send:  lambdaQueues{queues}.Send,
		Roles: identity,
	}
}

func eventsDeps(identity *iam.Service, functions *lambda.Service, queues *sqs.Service) events.Deps {
	return events.Deps{
		Invoke: func(ctx context.Context, arn, rule string, payload []byte) error {
			_, err := functions.InvokeAsync(ctx, lambda.Invocation{
				FunctionARN: arn, Payload: payload, Principal: events.Principal, SourceARN: rule, TraceID: traceheader.From(ctx),
			})
			return err
		},
		Send: func(ctx context.Context, arn, rule, body string, attributes map[string]string) error {
			return queues.SendAs(ctx, events.Principal, rule, arn, body, sqsAttributes(attributes))
		},
		Authorize: identity.AuthorizeKeys,
	}
}

// s3Destinations implements s3.Destinations with Lambda, SQS and EventBridge.
type s3Destinations struct {
	functions *lambda.Service
	queues    *sqs.Service
	bus       *events.Service
}

func (d s3Destinations) Check(arn, source string) error {
	if isFunction(arn) {
		return d.functions.CheckInvoke(lambda.Invocation{FunctionARN: arn, Principal: s3Principal, SourceARN: source})
	}
	return d.queues.PermitSend(s3Principal, source, arn)
}

func (d s3Destinations) Send(ctx context.Context, arn, source string, event []byte) error {
	if isFunction(arn) {
		_, err := d.functions.InvokeAsync(ctx, lambda.Invocation{
			FunctionARN: arn, Payload: event, Principal: s3Principal, SourceARN: source,
		})
		return err
	}
	return d.queues.SendAs(ctx, s3Principal, source, arn, string(event), nil)
}

func (d s3Destinations) Publish(e s3.BusEvent) error {
	return d.bus.PutFromService(events.ServiceEvent{
		Source: "aws.s3", DetailType: e.DetailType, Time: e.Time, Resources: []string{e.BucketARN}, Detail: e.Detail,
	})
}

func isFunction(arn string) bool { return strings.HasPrefix(arn, "arn:aws:lambda:") }

func snsDeps(identity *iam.Service, functions *lambda.Service, queues *sqs.Service) sns.Deps {
	return sns.Deps{
		Invoke: func(ctx context.Context, arn, topic string, payload []byte) error {
			_, err := functions.InvokeAsync(ctx, lambda.Invocation{FunctionARN: arn, Payload: payload, Principal: sns.Principal, SourceARN: topic})
			return err
		},
		Send: func(ctx context.Context, arn, topic, body string, attributes map[string]sns.Attribute) error {
			converted := make(map[string]sqs.AttributeValue, len(attributes))
			for name, value := range attributes {
				converted[name] = sqs.AttributeValue(value)
			}
			return queues.SendAs(ctx, sns.Principal, topic, arn, body, converted)
		},
		CheckPolicy: func(document string) error {
			_, err := policy.Resource(document)
			return err
		},
		Permit: func(document, service, source, topic string) error {
			return identity.PermitOwner(document, service, source, "sns:Publish", topic)
		},
	}
}

// alarmActions returns the actions of alarms, which publish to topics.
func alarmActions(topics **sns.Service) cloudwatch.Publish {
	return func(alarm, topic, subject, text string) error {
		return (*topics).PublishFrom(cloudwatch.Principal, alarm, topic, subject, text)
	}
}

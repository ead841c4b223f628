package s3_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// queueConfig is a configuration of the queue "events".
func queueConfig(id, prefix, suffix string, events ...types.Event) types.QueueConfiguration {
	c := types.QueueConfiguration{QueueArn: aws.String(eventsARN), Events: events}
	if id != "" {
		c.Id = &id
	}
	var rules []types.FilterRule
	for name, value := range map[types.FilterRuleName]string{"prefix": prefix, "suffix": suffix} {
		if value != "" {
			rules = append(rules, types.FilterRule{Name: name, Value: &value})
		}
	}
	if len(rules) > 0 {
		c.Filter = &types.NotificationConfigurationFilter{Key: &types.S3KeyFilter{FilterRules: rules}}
	}
	return c
}

// TestNotificationConfiguration: a bucket has none at first, and keeps what it is
// given, until it is given an empty one.
func TestNotificationConfiguration(t *testing.T) {
	e := newEvents(t)
	get := func() *awss3.GetBucketNotificationConfigurationOutput {
		out, err := e.GetBucketNotificationConfiguration(t.Context(), &awss3.GetBucketNotificationConfigurationInput{Bucket: aws.String("things")})
		check(t, err)
		return out
	}
	if got := get(); len(got.QueueConfigurations) > 0 {
		t.Errorf("a new bucket has %+v", got)
	}
	check(t, e.configure(t, queueConfig("one", "in/", ".png", "s3:ObjectCreated:*"), queueConfig("", "out/", "", "s3:ObjectRemoved:Delete")))
	got := get().QueueConfigurations
	if len(got) != 2 || *got[0].Id != "one" || aws.ToString(got[1].Id) == "" || *got[0].QueueArn != eventsARN {
		t.Fatalf("%+v", got)
	}
	rules := map[string]string{}
	for _, r := range got[0].Filter.Key.FilterRules {
		rules[strings.ToLower(string(r.Name))] = *r.Value
	}
	if diff := cmp.Diff(map[string]string{"prefix": "in/", "suffix": ".png"}, rules); diff != "" {
		t.Error(diff)
	}
	check(t, e.configure(t))
	if got := get(); len(got.QueueConfigurations) > 0 {
		t.Errorf("after an empty configuration: %+v", got)
	}
}

// TestNotificationRefusals: what S3 refuses, and what the local cloud does not
// have, by its name.
func TestNotificationRefusals(t *testing.T) {
	e := newEvents(t)
	function := types.LambdaFunctionConfiguration{LambdaFunctionArn: aws.String("arn:aws:lambda:us-east-1:000000000000:function:none"), Events: []types.Event{"s3:ObjectCreated:*"}}
	other := queueConfig("", "", "", "s3:ObjectCreated:*")
	other.QueueArn = aws.String("arn:aws:sqs:us-east-1:000000000000:closed")
	e.queue(t, "closed", "")
	far := queueConfig("", "", "", "s3:ObjectCreated:*")
	far.QueueArn = aws.String("arn:aws:sqs:eu-west-1:000000000000:events")
	twice := queueConfig("", "a", "", "s3:ObjectCreated:*")
	twice.Filter.Key.FilterRules = append(twice.Filter.Key.FilterRules, twice.Filter.Key.FilterRules[0])
	queues := func(all ...types.QueueConfiguration) types.NotificationConfiguration {
		return types.NotificationConfiguration{QueueConfigurations: all}
	}
	for name, tc := range map[string]struct {
		in            types.NotificationConfiguration
		code, message string
	}{
		"topic": {types.NotificationConfiguration{TopicConfigurations: []types.TopicConfiguration{
			{TopicArn: aws.String("arn:aws:sns:us-east-1:000000000000:t"), Events: []types.Event{"s3:ObjectCreated:*"}}}},
			"NotImplemented", "TopicConfiguration is not supported"},
		"restore": {queues(queueConfig("", "", "", "s3:ObjectRestore:*")), "NotImplemented", "the event s3:ObjectRestore:* is not supported"},
		"event":   {queues(queueConfig("", "", "", "s3:ObjectMade")), "InvalidArgument", "is not supported for notifications"},
		"overlap": {queues(queueConfig("", "in/", "", "s3:ObjectCreated:*"), queueConfig("", "in/a", ".png", "s3:ObjectCreated:Put")),
			"InvalidArgument", "Configurations overlap. Configurations on the same bucket cannot share a common event type."},
		"ids": {queues(queueConfig("a", "in/", "", "s3:ObjectCreated:*"), queueConfig("a", "out/", "", "s3:ObjectCreated:*")),
			"InvalidArgument", "IDs must be unique"},
		"rules":    {queues(twice), "InvalidArgument", "Cannot specify more than one prefix rule"},
		"region":   {queues(far), "InvalidArgument", "destination service region is not valid"},
		"policy":   {queues(other), "InvalidArgument", "Unable to validate the following destination configurations"},
		"function": {types.NotificationConfiguration{LambdaFunctionConfigurations: []types.LambdaFunctionConfiguration{function}}, "InvalidArgument", "Unable to validate"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := e.PutBucketNotificationConfiguration(t.Context(), &awss3.PutBucketNotificationConfigurationInput{
				Bucket: aws.String("things"), NotificationConfiguration: &tc.in})
			wiretest.WantError(t, err, tc.code, tc.message)
		})
	}
	check(t, e.configure(t, queueConfig("", "a", ".x", "s3:ObjectCreated:*"), queueConfig("", "a", ".y", "s3:ObjectCreated:*")))
	unchecked := queues(other)
	_, err := e.PutBucketNotificationConfiguration(t.Context(), &awss3.PutBucketNotificationConfigurationInput{
		Bucket: aws.String("things"), SkipDestinationValidation: aws.Bool(true), NotificationConfiguration: &unchecked})
	check(t, err)
	_, err = e.PutBucketNotificationConfiguration(t.Context(), &awss3.PutBucketNotificationConfigurationInput{
		Bucket: aws.String("nothings"), NotificationConfiguration: &types.NotificationConfiguration{}})
	wantCode(t, err, "NoSuchBucket")
}

// TestTestEvent: a queue gets a message when a bucket is configured to send to it.
func TestTestEvent(t *testing.T) {
	e := newEvents(t)
	_, err := e.PutBucketNotificationConfiguration(t.Context(), &awss3.PutBucketNotificationConfigurationInput{
		Bucket: aws.String("things"), NotificationConfiguration: &types.NotificationConfiguration{
			QueueConfigurations: []types.QueueConfiguration{queueConfig("", "", "", "s3:ObjectCreated:*")}}})
	check(t, err)
	var got struct{ Service, Event, Time, Bucket, RequestId, HostId string }
	check(t, json.Unmarshal([]byte(e.next(t)), &got))
	if got.Event != "s3:TestEvent" || got.Bucket != "things" || got.Time == "" || got.RequestId == "" {
		t.Errorf("%+v", got)
	}
}

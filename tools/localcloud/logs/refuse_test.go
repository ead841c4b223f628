package logs

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// TestDeliveryClass: its retention is two days, and cannot be changed.
func TestDeliveryClass(t *testing.T) {
	c := newCloud(t)
	name := aws.String("deliver")
	_, err := c.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: name, LogGroupClass: types.LogGroupClassDelivery})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.PutRetentionPolicy(t.Context(), &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: name, RetentionInDays: aws.Int32(7)})
	wiretest.WantError(t, err, "InvalidParameterException", "DELIVERY")
	_, err = c.DeleteRetentionPolicy(t.Context(), &cloudwatchlogs.DeleteRetentionPolicyInput{LogGroupName: name})
	wiretest.WantError(t, err, "InvalidParameterException", "DELIVERY")
	out, err := c.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{})
	if err != nil {
		t.Fatal(err)
	}
	if g := out.LogGroups[0]; aws.ToInt32(g.RetentionInDays) != 2 || g.LogGroupClass != types.LogGroupClassDelivery {
		t.Errorf("%+v", g)
	}
}

func TestReservedTagsAreRefused(t *testing.T) {
	c := newCloud(t)
	name, tags := c.group(t, "g"), map[string]string{"aws:x": "v"}
	_, err := c.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("h"), Tags: tags})
	wiretest.WantError(t, err, "InvalidParameterException", "aws:x")
	_, err = c.TagResource(t.Context(), &cloudwatchlogs.TagResourceInput{ResourceArn: aws.String("arn:aws:logs:eu-central-1:000000000000:log-group:" + *name), Tags: tags})
	wiretest.WantError(t, err, "InvalidParameterException", "aws:x")
}

func TestLimitsAreBounded(t *testing.T) {
	c := newCloud(t)
	name := c.group(t, "g")
	c.lines(t, name, "s", c.Env.Now(), "x")
	for _, n := range []int32{0, 51} {
		_, err := c.DescribeLogGroups(t.Context(), &cloudwatchlogs.DescribeLogGroupsInput{Limit: &n})
		wiretest.WantError(t, err, "InvalidParameterException", "limit")
		_, err = c.DescribeLogStreams(t.Context(), &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: name, Limit: &n})
		wiretest.WantError(t, err, "InvalidParameterException", "limit")
	}
	for _, n := range []int32{0, 10_001} {
		_, err := c.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: name, Limit: &n})
		wiretest.WantError(t, err, "InvalidParameterException", "limit")
		_, err = c.GetLogEvents(t.Context(), &cloudwatchlogs.GetLogEventsInput{LogGroupName: name, LogStreamName: aws.String("s"), Limit: &n})
		wiretest.WantError(t, err, "InvalidParameterException", "limit")
	}
}

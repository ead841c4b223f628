package logs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

func (c *cloud) group(t *testing.T, name string) *string {
	t.Helper()
	in := &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name, Tags: map[string]string{"a": "1"}}
	if _, err := c.CreateLogGroup(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	return &name
}

// lines appends one event a second, the first at start.
func (c *cloud) lines(t *testing.T, group *string, stream string, start time.Time, messages ...string) {
	t.Helper()
	var events []Event
	for i, m := range messages {
		events = append(events, Event{start.Add(time.Duration(i) * time.Second), m})
	}
	if err := c.Service.Append(*group, stream, events); err != nil {
		t.Fatal(err)
	}
}

func TestGroups(t *testing.T) {
	c := newCloud(t)
	for _, name := range []string{"/aws/lambda/b", "/aws/lambda/a", "/other"} {
		c.group(t, name)
	}
	_, err := c.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("/other")})
	wiretest.WantCode(t, err, "ResourceAlreadyExistsException")
	_, err = c.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("a b")})
	wiretest.WantCode(t, err, "InvalidParameterException")
	c.Restart(t)
	var got []string
	pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(c, &cloudwatchlogs.DescribeLogGroupsInput{
		LogGroupNamePrefix: aws.String("/aws/"), Limit: aws.Int32(1),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range page.LogGroups {
			got = append(got, *g.Arn, *g.LogGroupArn)
		}
	}
	const arn = "arn:aws:logs:eu-central-1:000000000000:log-group:/aws/lambda/"
	if want := []string{arn + "a:*", arn + "a", arn + "b:*", arn + "b"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if _, err := c.DeleteLogGroup(t.Context(), &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: aws.String("/other")}); err != nil {
		t.Fatal(err)
	}
	_, err = c.DeleteLogGroup(t.Context(), &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: aws.String("/other")})
	wiretest.WantCode(t, err, "ResourceNotFoundException")
}

func TestTags(t *testing.T) {
	c := newCloud(t)
	group := c.group(t, "/g")
	for _, suffix := range []string{"", ":*"} {
		arn := aws.String(c.Service.groupARN("/g") + suffix)
		if _, err := c.TagResource(t.Context(), &cloudwatchlogs.TagResourceInput{ResourceArn: arn, Tags: map[string]string{"b": "2"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.UntagResource(t.Context(), &cloudwatchlogs.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"a"}}); err != nil {
			t.Fatal(err)
		}
		out, err := c.ListTagsForResource(t.Context(), &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: arn})
		if err != nil || len(out.Tags) != 1 || out.Tags["b"] != "2" {
			t.Errorf("%v, %v", out, err)
		}
	}
	//lint:ignore SA1019 Clients still call it.
	old, err := c.ListTagsLogGroup(t.Context(), &cloudwatchlogs.ListTagsLogGroupInput{LogGroupName: group})
	if err != nil || old.Tags["b"] != "2" {
		t.Errorf("%v, %v", old, err)
	}
}

func TestRetention(t *testing.T) {
	c := newCloud(t)
	group := c.group(t, "/g")
	_, err := c.PutRetentionPolicy(t.Context(), &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: group, RetentionInDays: aws.Int32(2)})
	wiretest.WantCode(t, err, "InvalidParameterException")
	c.lines(t, group, "s", c.Env.Now(), "old")
	c.Advance(25 * time.Hour)
	c.lines(t, group, "s", c.Env.Now(), "new")
	_, err = c.PutRetentionPolicy(t.Context(), &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: group, RetentionInDays: aws.Int32(1)})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.get(t, &cloudwatchlogs.GetLogEventsInput{LogGroupName: group, LogStreamName: aws.String("s")}); !slices.Equal(got, []string{"new"}) {
		t.Errorf("got %v", got)
	}
	c.Advance(25 * time.Hour)
	c.Restart(t)
	if all, err := c.Service.events.List(""); err != nil || len(all) != 0 {
		t.Errorf("the store still has %v, %v", all, err)
	}
}

func (c *cloud) get(t *testing.T, in *cloudwatchlogs.GetLogEventsInput) (messages []string) {
	t.Helper()
	out, err := c.GetLogEvents(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range out.Events {
		messages = append(messages, *e.Message)
	}
	in.NextToken = out.NextForwardToken
	if in.StartFromHead == nil || !*in.StartFromHead {
		in.NextToken = out.NextBackwardToken
	}
	return messages
}

func TestGetLogEventsBothWays(t *testing.T) {
	c := newCloud(t)
	group := c.group(t, "/g")
	c.lines(t, group, "s", c.Env.Now(), "1", "2", "3", "4", "5")
	head := &cloudwatchlogs.GetLogEventsInput{
		LogGroupName: group, LogStreamName: aws.String("s"), Limit: aws.Int32(2), StartFromHead: aws.Bool(true),
	}
	for _, want := range []string{"1,2", "3,4", "5", ""} {
		if got := strings.Join(c.get(t, head), ","); got != want {
			t.Errorf("forward: got %s, want %s", got, want)
		}
	}
	c.lines(t, group, "s", c.Env.Now().Add(time.Minute), "6")
	if got := strings.Join(c.get(t, head), ","); got != "6" {
		t.Errorf("what has come since: %s", got)
	}
	tail := &cloudwatchlogs.GetLogEventsInput{LogGroupName: group, LogStreamName: aws.String("s"), Limit: aws.Int32(4)}
	for _, want := range []string{"3,4,5,6", "1,2", ""} {
		if got := strings.Join(c.get(t, tail), ","); got != want {
			t.Errorf("backward: got %s, want %s", got, want)
		}
	}
	_, err := c.GetLogEvents(t.Context(), &cloudwatchlogs.GetLogEventsInput{LogGroupName: group, LogStreamName: aws.String("none")})
	wiretest.WantCode(t, err, "ResourceNotFoundException")
	tail.NextToken = aws.String("x")
	_, err = c.GetLogEvents(t.Context(), tail)
	wiretest.WantCode(t, err, "InvalidParameterException")
}

func TestFilter(t *testing.T) {
	c := newCloud(t)
	group := c.group(t, "/g")
	start := c.Env.Now()
	c.lines(t, group, "a", start, `{"level":"INFO","n":1}`, `{"level":"ERROR","n":2}`)
	c.lines(t, group, "b", start.Add(500*time.Millisecond), `{"level":"ERROR","n":3}`, `{"level":"INFO","n":4}`)
	for _, test := range []struct {
		in   cloudwatchlogs.FilterLogEventsInput
		want string
	}{
		{cloudwatchlogs.FilterLogEventsInput{}, "1 3 2 4"},
		{cloudwatchlogs.FilterLogEventsInput{Limit: aws.Int32(3)}, "1 3 2 4"},
		{cloudwatchlogs.FilterLogEventsInput{FilterPattern: aws.String("ERROR")}, "3 2"},
		{cloudwatchlogs.FilterLogEventsInput{FilterPattern: aws.String(`{ $.n > 1 && $.level = "INFO" }`)}, "4"},
		{cloudwatchlogs.FilterLogEventsInput{LogStreamNames: []string{"b"}}, "3 4"},
		{cloudwatchlogs.FilterLogEventsInput{LogStreamNamePrefix: aws.String("a")}, "1 2"},
		{cloudwatchlogs.FilterLogEventsInput{StartFromHead: aws.Bool(false), Limit: aws.Int32(1)}, "4 2 3 1"},
		{cloudwatchlogs.FilterLogEventsInput{StartTime: aws.Int64(start.UnixMilli() + 1), EndTime: aws.Int64(start.UnixMilli() + 1000)}, "3 2"},
	} {
		test.in.LogGroupName = group
		if got := c.filter(t, &test.in); got != test.want {
			t.Errorf("%+v: got %s, want %s", test.in, got, test.want)
		}
	}
	_, err := c.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: group, FilterPattern: aws.String("a:b")})
	wiretest.WantCode(t, err, "InvalidParameterException")
	_, err = c.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("/none")})
	wiretest.WantCode(t, err, "ResourceNotFoundException")
}

// filter returns the member n of all events that match, over all pages.
func (c *cloud) filter(t *testing.T, in *cloudwatchlogs.FilterLogEventsInput) string {
	t.Helper()
	var got []string
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(c, in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Events {
			_, n, _ := strings.Cut(*e.Message, `"n":`)
			got = append(got, strings.TrimSuffix(n, "}"))
		}
	}
	return strings.Join(got, " ")
}

func TestStreams(t *testing.T) {
	c := newCloud(t)
	group := c.group(t, "/g")
	start := c.Env.Now()
	c.lines(t, group, "a", start.Add(time.Hour), "x")
	c.lines(t, group, "b", start, "x")
	_, err := c.CreateLogStream(t.Context(), &cloudwatchlogs.CreateLogStreamInput{LogGroupName: group, LogStreamName: aws.String("b")})
	wiretest.WantCode(t, err, "ResourceAlreadyExistsException")
	names := func(in cloudwatchlogs.DescribeLogStreamsInput) (got []string) {
		in.LogGroupName = group
		pages := cloudwatchlogs.NewDescribeLogStreamsPaginator(c, &in)
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, st := range page.LogStreams {
				got = append(got, *st.LogStreamName)
			}
		}
		return got
	}
	if got := names(cloudwatchlogs.DescribeLogStreamsInput{Limit: aws.Int32(1)}); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("by name: %v", got)
	}
	if got := names(cloudwatchlogs.DescribeLogStreamsInput{OrderBy: types.OrderByLastEventTime}); !slices.Equal(got, []string{"b", "a"}) {
		t.Errorf("by last event: %v", got)
	}
	if _, err := c.DeleteLogStream(t.Context(), &cloudwatchlogs.DeleteLogStreamInput{LogGroupName: group, LogStreamName: aws.String("a")}); err != nil {
		t.Fatal(err)
	}
	if got := names(cloudwatchlogs.DescribeLogStreamsInput{Descending: aws.Bool(true)}); !slices.Equal(got, []string{"b"}) {
		t.Errorf("after the deletion: %v", got)
	}
}

func TestPutLogEvents(t *testing.T) {
	c := newCloud(t)
	group, stream := c.group(t, "/g"), aws.String("s")
	put := func(ages ...time.Duration) (*cloudwatchlogs.PutLogEventsOutput, error) {
		in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: group, LogStreamName: stream}
		for i, age := range ages {
			in.LogEvents = append(in.LogEvents, types.InputLogEvent{
				Message: aws.String(fmt.Sprint(i)), Timestamp: aws.Int64(c.Env.Now().Add(-age).UnixMilli()),
			})
		}
		return c.PutLogEvents(t.Context(), in)
	}
	_, err := put(0)
	wiretest.WantCode(t, err, "ResourceNotFoundException")
	if _, err := c.CreateLogStream(t.Context(), &cloudwatchlogs.CreateLogStreamInput{LogGroupName: group, LogStreamName: stream}); err != nil {
		t.Fatal(err)
	}
	_, err = put(0, time.Minute)
	wiretest.WantCode(t, err, "InvalidParameterException") // not in order
	_, err = put(25*time.Hour, 0)
	wiretest.WantCode(t, err, "InvalidParameterException") // too long a time span
	out, err := put(15*24*time.Hour+time.Minute, 15*24*time.Hour)
	if err != nil || *out.RejectedLogEventsInfo.TooOldLogEventEndIndex != 2 {
		t.Errorf("%+v, %v", out, err)
	}
	out, err = put(0, -3*time.Hour)
	if err != nil || *out.RejectedLogEventsInfo.TooNewLogEventStartIndex != 1 {
		t.Errorf("%+v, %v", out, err)
	}
	if got := c.get(t, &cloudwatchlogs.GetLogEventsInput{LogGroupName: group, LogStreamName: stream}); !slices.Equal(got, []string{"0"}) {
		t.Errorf("got %v", got)
	}
}

func TestAppendNeedsAGroup(t *testing.T) {
	c := newCloud(t)
	err := c.Service.Append("/none", "s", []Event{{time.Now(), "x"}})
	if err == nil || !strings.HasPrefix(err.Error(), "ResourceNotFoundException") {
		t.Errorf("got %v", err)
	}
}

func BenchmarkAppend(b *testing.B) {
	c := newCloud(b)
	if err := c.Service.groups.Put("/g", group{Name: "/g"}); err != nil {
		b.Fatal(err)
	}
	events := make([]Event, 100)
	for i := range events {
		events[i] = Event{time.Now(), `{"level":"INFO","msg":"a line of a usual length, more or less"}`}
	}
	for b.Loop() {
		if err := c.Service.Append("/g", "s", events); err != nil {
			b.Fatal(err)
		}
	}
}

func TestTagsTakeTheServicesCharacters(t *testing.T) {
	c := newCloud(t)
	c.group(t, "/tagged")
	_, err := c.TagResource(t.Context(), &cloudwatchlogs.TagResourceInput{
		ResourceArn: aws.String(c.Service.groupARN("/tagged")), Tags: map[string]string{"owner": "R&D, platform"},
	})
	if err == nil || !strings.Contains(err.Error(), "InvalidParameterException") {
		t.Errorf("a tag that AWS refuses: %v", err)
	}
}

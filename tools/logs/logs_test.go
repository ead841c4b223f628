package logs

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

// writer writes to the log groups of a local cloud.
type writer struct {
	t      *testing.T
	client *cloudwatchlogs.Client
}

func (w writer) group(name string) {
	w.t.Helper()
	_, err := w.client.CreateLogGroup(w.t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name})
	if err == nil {
		_, err = w.client.CreateLogStream(w.t.Context(), &cloudwatchlogs.CreateLogStreamInput{LogGroupName: &name, LogStreamName: aws.String("s")})
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w writer) put(group, message string, at time.Time) {
	w.t.Helper()
	_, err := w.client.PutLogEvents(w.t.Context(), &cloudwatchlogs.PutLogEventsInput{
		LogGroupName: &group, LogStreamName: aws.String("s"),
		LogEvents: []types.InputLogEvent{{Message: &message, Timestamp: aws.Int64(at.UnixMilli())}},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestRead(t *testing.T) {
	w := writer{t, cloudwatchlogs.NewFromConfig(cloudtest.AWSConfig(t, cloudtest.Start(t)))}
	w.group("/aws/lambda/a")
	w.group("/aws/lambda/b")
	now := time.Now().UTC().Truncate(time.Millisecond)
	w.put("/aws/lambda/a", "too old", now.Add(-time.Hour))
	w.put("/aws/lambda/a", "first\n", now.Add(-3*time.Second))
	w.put("/aws/lambda/b", "second ERROR", now.Add(-2*time.Second))
	w.put("/aws/lambda/a", "third ERROR", now.Add(-time.Second))
	o := Options{Since: now.Add(-time.Minute), Groups: map[string]string{
		"web/a": "/aws/lambda/a", "web/b": "/aws/lambda/b", "web/new": "/aws/lambda/new",
	}}
	want := []Event{
		{Function: "web/a", Time: now.Add(-3 * time.Second), Message: "first"},
		{Function: "web/b", Time: now.Add(-2 * time.Second), Message: "second ERROR"},
		{Function: "web/a", Time: now.Add(-time.Second), Message: "third ERROR"},
	}
	for filter, want := range map[string][]Event{"": want, "ERROR": want[1:]} {
		o.Filter = filter
		got, err := Read(t.Context(), w.client, o)
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Event{})); diff != "" || err != nil {
			t.Errorf("filter %q: %v (-want +got):\n%s", filter, err, diff)
		}
	}
}

func TestFollow(t *testing.T) {
	w := writer{t, cloudwatchlogs.NewFromConfig(cloudtest.AWSConfig(t, cloudtest.Start(t)))}
	w.group("/aws/lambda/a")
	now := time.Now()
	w.put("/aws/lambda/a", "before", now)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var got []string
	o := Options{Since: now.Add(-time.Minute), Groups: map[string]string{"web/a": "/aws/lambda/a"}}
	err := Follow(ctx, w.client, o, func(e Event) error {
		got = append(got, e.Message)
		switch e.Message {
		case "before":
			w.put("/aws/lambda/a", "late", now.Add(-time.Second)) // arrives after one that is younger
			w.put("/aws/lambda/a", "after", time.Now())
		case "after":
			time.AfterFunc(2*interval, cancel) // long enough for a second look
		}
		return nil
	})
	if diff := cmp.Diff([]string{"before", "late", "after"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

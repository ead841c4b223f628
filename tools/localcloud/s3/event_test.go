package s3_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

const eventsARN = "arn:aws:sqs:us-east-1:000000000000:events"

// events is a cloud with the bucket "things" and the queue "events", to which S3
// may send on behalf of that bucket.
type events struct {
	*awss3.Client
	sqs *awssqs.Client
	url string
}

func newEvents(t *testing.T) *events {
	t.Helper()
	as := cloudtest.AWSConfig(t, cloudtest.Start(t))
	e := &events{Client: awss3.NewFromConfig(as), sqs: awssqs.NewFromConfig(as)}
	e.url = e.queue(t, "events", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},`+
		`"Action":"sqs:SendMessage","Resource":"`+eventsARN+`","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:s3:::things"},`+
		`"StringEquals":{"aws:SourceAccount":"000000000000"}}}}`)
	createBucket(t, e.Client, "things")
	return e
}

// queue creates a queue with a policy, and returns its URL.
func (e *events) queue(t *testing.T, name, policy string) string {
	t.Helper()
	in := &awssqs.CreateQueueInput{QueueName: &name}
	if policy != "" {
		in.Attributes = map[string]string{"Policy": policy}
	}
	out, err := e.sqs.CreateQueue(t.Context(), in)
	check(t, err)
	return *out.QueueUrl
}

// configure replaces the bucket's notification configuration, and takes the test
// events from the queue.
func (e *events) configure(t *testing.T, queues ...types.QueueConfiguration) error {
	t.Helper()
	_, err := e.PutBucketNotificationConfiguration(t.Context(), &awss3.PutBucketNotificationConfigurationInput{
		Bucket: aws.String("things"), NotificationConfiguration: &types.NotificationConfiguration{QueueConfigurations: queues}})
	for range queues {
		if err == nil {
			e.next(t)
		}
	}
	return err
}

// next takes a message from the queue, for which it waits.
func (e *events) next(t *testing.T) string {
	t.Helper()
	out, err := e.sqs.ReceiveMessage(t.Context(), &awssqs.ReceiveMessageInput{QueueUrl: &e.url, WaitTimeSeconds: 10})
	check(t, err)
	if len(out.Messages) == 0 {
		t.Fatal("no event came")
	}
	_, err = e.sqs.DeleteMessage(t.Context(), &awssqs.DeleteMessageInput{QueueUrl: &e.url, ReceiptHandle: out.Messages[0].ReceiptHandle})
	check(t, err)
	return *out.Messages[0].Body
}

// record holds the members of an event's only record.
type record struct {
	EventVersion, EventSource, AwsRegion, EventTime, EventName string
	UserIdentity                                               struct{ PrincipalId string }
	RequestParameters                                          struct{ SourceIPAddress string }
	ResponseElements                                           map[string]string
	S3                                                         struct {
		S3SchemaVersion, ConfigurationId string
		Bucket                           struct {
			Name, Arn     string
			OwnerIdentity struct{ PrincipalId string }
		}
		Object struct {
			Key, ETag, VersionId, Sequencer string
			Size                            *int64
		}
	}
}

func (e *events) record(t *testing.T) record {
	t.Helper()
	var got struct{ Records []record }
	body := e.next(t)
	check(t, json.Unmarshal([]byte(body), &got))
	if len(got.Records) != 1 {
		t.Fatalf("an event with %d records: %s", len(got.Records), body)
	}
	return got.Records[0]
}

// want checks that the next event is of that type and key, and returns its record.
func (e *events) want(t *testing.T, name, key string) record {
	t.Helper()
	r := e.record(t)
	if r.EventName != name || r.S3.Object.Key != key {
		t.Fatalf("got %s of %s, want %s of %s", r.EventName, r.S3.Object.Key, name, key)
	}
	return r
}

// TestEventRecord compares a record with the documentation.
func TestEventRecord(t *testing.T) {
	e := newEvents(t)
	check(t, e.configure(t, queueConfig("mine", "", "", "s3:ObjectCreated:*")))
	out, err := e.PutObject(t.Context(), &awss3.PutObjectInput{Bucket: aws.String("things"), Key: aws.String("a/b c=ü"), Body: strings.NewReader("four")})
	check(t, err)
	r := e.want(t, "ObjectCreated:Put", "a/b+c%3D%C3%BC")
	if key, err := url.QueryUnescape(r.S3.Object.Key); err != nil || key != "a/b c=ü" {
		t.Errorf("key %s, %v", key, err)
	}
	if at, err := time.Parse(time.RFC3339, r.EventTime); err != nil || time.Since(at) > time.Minute {
		t.Errorf("time %s, %v", r.EventTime, err)
	}
	if r.EventVersion != "2.1" || r.EventSource != "aws:s3" || r.AwsRegion != "us-east-1" || r.UserIdentity.PrincipalId != "AWS:000000000000" ||
		r.RequestParameters.SourceIPAddress != "127.0.0.1" || r.ResponseElements["x-amz-request-id"] == "" || r.ResponseElements["x-amz-id-2"] == "" {
		t.Errorf("%+v", r)
	}
	if r.S3.S3SchemaVersion != "1.0" || r.S3.ConfigurationId != "mine" || r.S3.Bucket.Name != "things" ||
		r.S3.Bucket.Arn != "arn:aws:s3:::things" || r.S3.Bucket.OwnerIdentity.PrincipalId == "" {
		t.Errorf("%+v", r.S3)
	}
	o := r.S3.Object
	if *o.Size != 4 || `"`+o.ETag+`"` != *out.ETag || o.VersionId != "" || o.Sequencer == "" {
		t.Errorf("%+v", o)
	}
}

// TestEventsOfChanges: every way to create or to remove an object is an event of
// its own type, in the order of the sequencers.
func TestEventsOfChanges(t *testing.T) {
	e := newEvents(t)
	check(t, e.configure(t, queueConfig("", "", "", "s3:ObjectCreated:*", "s3:ObjectRemoved:*")))
	b, last := aws.String("things"), ""
	want := func(name, key string) record {
		t.Helper()
		r := e.want(t, name, key)
		if r.S3.Object.Sequencer <= last {
			t.Errorf("%s: sequencer %s after %s", name, r.S3.Object.Sequencer, last)
		}
		last = r.S3.Object.Sequencer
		return r
	}
	put(t, e.Client, "things", "k", "one")
	want("ObjectCreated:Put", "k")
	_, err := e.CopyObject(t.Context(), &awss3.CopyObjectInput{Bucket: b, Key: aws.String("copy"), CopySource: aws.String("things/k")})
	check(t, err)
	want("ObjectCreated:Copy", "copy")
	e.upload(t, "big")
	want("ObjectCreated:CompleteMultipartUpload", "big")
	_, err = e.DeleteObject(t.Context(), &awss3.DeleteObjectInput{Bucket: b, Key: aws.String("none")})
	check(t, err) // nothing is removed: no event
	_, err = e.DeleteObject(t.Context(), &awss3.DeleteObjectInput{Bucket: b, Key: aws.String("big")})
	check(t, err)
	if r := want("ObjectRemoved:Delete", "big"); r.S3.Object.Size != nil || r.S3.Object.ETag != "" {
		t.Errorf("%+v", r.S3.Object)
	}
	_, err = e.DeleteObjects(t.Context(), &awss3.DeleteObjectsInput{Bucket: b, Delete: &types.Delete{
		Objects: []types.ObjectIdentifier{{Key: aws.String("copy")}, {Key: aws.String("k")}}}})
	check(t, err)
	want("ObjectRemoved:Delete", "copy")
	want("ObjectRemoved:Delete", "k")
	enableVersions(t, e.Client, "things")
	one := put(t, e.Client, "things", "v", "one")
	if r := want("ObjectCreated:Put", "v"); r.S3.Object.VersionId != *one.VersionId {
		t.Errorf("%+v", r.S3.Object)
	}
	marker, err := e.DeleteObject(t.Context(), &awss3.DeleteObjectInput{Bucket: b, Key: aws.String("v")})
	check(t, err)
	if r := want("ObjectRemoved:DeleteMarkerCreated", "v"); r.S3.Object.VersionId != *marker.VersionId {
		t.Errorf("%+v", r.S3.Object)
	}
	_, err = e.DeleteObject(t.Context(), &awss3.DeleteObjectInput{Bucket: b, Key: aws.String("v"), VersionId: one.VersionId})
	check(t, err)
	if r := want("ObjectRemoved:Delete", "v"); r.S3.Object.VersionId != *one.VersionId {
		t.Errorf("%+v", r.S3.Object)
	}
}

// upload makes an object of one part.
func (e *events) upload(t *testing.T, key string) {
	t.Helper()
	b := aws.String("things")
	upload, err := e.CreateMultipartUpload(t.Context(), &awss3.CreateMultipartUploadInput{Bucket: b, Key: &key})
	check(t, err)
	part, err := e.UploadPart(t.Context(), &awss3.UploadPartInput{Bucket: b, Key: &key, UploadId: upload.UploadId, PartNumber: aws.Int32(1), Body: strings.NewReader("part")})
	check(t, err)
	_, err = e.CompleteMultipartUpload(t.Context(), &awss3.CompleteMultipartUploadInput{Bucket: b, Key: &key, UploadId: upload.UploadId,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{{ETag: part.ETag, PartNumber: aws.Int32(1)}}}})
	check(t, err)
}

// TestEventFilters: a notification is of the types and the keys that it names.
func TestEventFilters(t *testing.T) {
	e := newEvents(t)
	check(t, e.configure(t, queueConfig("", "in/", ".png", "s3:ObjectCreated:Put"), queueConfig("", "out/", "", "s3:ObjectCreated:*"),
		queueConfig("", "a%3Db/", "", "s3:ObjectCreated:*")))
	for _, key := range []string{"in/a.png", "in/b.jpg", "other/a.png", "out/c", "a=b/d", "in.png"} {
		put(t, e.Client, "things", key, "x")
	}
	var got []string
	for range 3 {
		got = append(got, e.record(t).S3.Object.Key)
	}
	if diff := cmp.Diff([]string{"in/a.png", "out/c", "a%3Db/d"}, got); diff != "" {
		t.Error(diff)
	}
}

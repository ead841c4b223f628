package s3

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// The types of events, as configurations name them.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
const (
	createdByPut     = "s3:ObjectCreated:Put"
	createdByCopy    = "s3:ObjectCreated:Copy"
	createdByUpload  = "s3:ObjectCreated:CompleteMultipartUpload"
	removedForGood   = "s3:ObjectRemoved:Delete"
	removedByMarker  = "s3:ObjectRemoved:DeleteMarkerCreated"
	emptyMD5         = "d41d8cd98f00b204e9800998ecf8427e" // the ETag of a delete marker
	eventTime        = "2006-01-02T15:04:05.000Z"
	sequencerFormat  = "%018X"
	testEvent        = "s3:TestEvent"
	loopback         = "127.0.0.1"
	recordVersion    = "2.1"
	recordS3Version  = "1.0"
	requestIDHeader  = "X-Amz-Request-Id"
	extendedIDHeader = "X-Amz-Id-2"
)

// eventTypes are the types that a configuration may name. There is no browser
// POST, so that s3:ObjectCreated:Post never happens.
var eventTypes = []string{
	"s3:ObjectCreated:*", createdByPut, "s3:ObjectCreated:Post", createdByCopy, createdByUpload,
	"s3:ObjectRemoved:*", removedForGood, removedByMarker,
}

// otherEvents are the first parts of types that S3 has and the local cloud does
// not.
var otherEvents = []string{
	"s3:ReducedRedundancyLostObject", "s3:ObjectRestore:", "s3:Replication:", "s3:LifecycleTransition", "s3:LifecycleExpiration:",
	"s3:IntelligentTiering", "s3:ObjectTagging:", "s3:ObjectAcl:", "s3:ObjectAnnotation:",
}

func checkEvent(name string) error {
	if slices.Contains(eventTypes, name) {
		return nil
	}
	if slices.ContainsFunc(otherEvents, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
		return unsupported("the event " + name)
	}
	return invalidArgument("The event '%s' is not supported for notifications", name)
}

// eventsOverlap reports whether two types, of which each may end with *, have
// events in common.
func eventsOverlap(a, b string) bool {
	short, isAll := strings.CutSuffix(a, "*")
	if isAll && strings.HasPrefix(b, short) {
		return true
	}
	short, isAll = strings.CutSuffix(b, "*")
	return a == b || isAll && strings.HasPrefix(a, short)
}

// origin is the request that changes objects, as events show it.
type origin struct {
	created   string // the type of the events of objects that it creates
	principal string // who made the request
	response  http.Header
}

// record is an event of an object.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
type record struct {
	EventVersion      string            `json:"eventVersion"`
	EventSource       string            `json:"eventSource"`
	AWSRegion         string            `json:"awsRegion"`
	EventTime         string            `json:"eventTime"`
	EventName         string            `json:"eventName"`
	UserIdentity      identity          `json:"userIdentity"`
	RequestParameters map[string]string `json:"requestParameters"`
	ResponseElements  map[string]string `json:"responseElements"`
	S3                recordS3          `json:"s3"`
}

type identity struct {
	PrincipalID string `json:"principalId"`
}

type recordS3 struct {
	SchemaVersion   string       `json:"s3SchemaVersion"`
	ConfigurationID string       `json:"configurationId"`
	Bucket          recordBucket `json:"bucket"`
	Object          recordObject `json:"object"`
}

type recordBucket struct {
	Name          string   `json:"name"`
	OwnerIdentity identity `json:"ownerIdentity"`
	ARN           string   `json:"arn"`
}

type recordObject struct {
	Key       string `json:"key"`
	Size      *int64 `json:"size,omitempty"`
	ETag      string `json:"eTag,omitempty"`
	VersionID string `json:"versionId,omitempty"`
	Sequencer string `json:"sequencer"`
}

// event is what happened to a version of an object.
type event struct {
	name    string // its type
	bucket  string
	version version
}

// message returns the event as it is sent. Events of one key are in the order of
// their sequencers.
func (e event) message(env *wire.Env, from origin, configuration string, sequence int64) ([]byte, error) {
	r := record{
		EventVersion: recordVersion, EventSource: "aws:s3", AWSRegion: env.Region,
		EventTime: env.Now().UTC().Format(eventTime), EventName: strings.TrimPrefix(e.name, "s3:"),
		UserIdentity:      identity{"AWS:" + from.principal},
		RequestParameters: map[string]string{"sourceIPAddress": loopback},
		ResponseElements: map[string]string{
			"x-amz-request-id": from.response.Get(requestIDHeader), "x-amz-id-2": from.response.Get(extendedIDHeader),
		},
		S3: recordS3{
			SchemaVersion: recordS3Version, ConfigurationID: configuration,
			Bucket: recordBucket{Name: e.bucket, OwnerIdentity: identity{env.Account}, ARN: ARN(e.bucket, "")},
			Object: e.object(sequence),
		},
	}
	return json.Marshal(map[string][]record{"Records": {r}})
}

func (e event) object(sequence int64) recordObject {
	o := recordObject{Key: eventKey(e.version.Key), Sequencer: fmt.Sprintf(sequencerFormat, sequence)}
	if e.version.ID != nullVersion {
		o.VersionID = e.version.ID
	}
	switch e.name {
	case removedForGood:
	case removedByMarker:
		o.ETag = emptyMD5
	default:
		o.Size, o.ETag = &e.version.Size, e.version.MD5
	}
	return o
}

// testMessage returns the event that a queue gets when a bucket is configured to
// send it events.
func testMessage(bucket, requestID string, now time.Time) ([]byte, error) {
	return json.Marshal(struct{ Service, Event, Time, Bucket, RequestId, HostId string }{
		"Amazon S3", testEvent, now.UTC().Format(eventTime), bucket, requestID, requestID,
	})
}

package s3

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// BusEvent is an event of a bucket for EventBridge's default bus.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
type BusEvent struct {
	BucketARN  string
	DetailType string // "Object Created" or "Object Deleted"
	Time       time.Time
	Detail     json.RawMessage // a busDetail
}

type busDetail struct {
	Version      string    `json:"version"`
	Bucket       busBucket `json:"bucket"`
	Object       busObject `json:"object"`
	RequestID    string    `json:"request-id"`
	Requester    string    `json:"requester"`
	SourceIP     string    `json:"source-ip-address"`
	Reason       string    `json:"reason"`
	DeletionType string    `json:"deletion-type,omitempty"`
}

type busBucket struct {
	Name string `json:"name"`
}

// busObject is an object as EventBridge shows it; unlike in notifications, its
// key is not URL-encoded.
type busObject struct {
	Key       string `json:"key"`
	Size      *int64 `json:"size,omitempty"`
	ETag      string `json:"etag,omitempty"`
	VersionID string `json:"version-id,omitempty"`
	Sequencer string `json:"sequencer"`
}

// onBus returns the event as EventBridge gets it.
func (e event) onBus(env *wire.Env, from origin, sequence int64) BusEvent {
	o := e.object(sequence)
	detail := busDetail{
		Version: "0", Bucket: busBucket{e.bucket}, RequestID: from.response.Get(requestIDHeader),
		Object:    busObject{Key: e.version.Key, Size: o.Size, ETag: o.ETag, VersionID: o.VersionID, Sequencer: o.Sequencer},
		Requester: env.Account, SourceIP: loopback, Reason: e.reason(),
	}
	detailType := "Object Created"
	switch e.name {
	case removedForGood:
		detailType, detail.DeletionType = "Object Deleted", "Permanently Deleted"
	case removedByMarker:
		detailType, detail.DeletionType = "Object Deleted", "Delete Marker Created"
	}
	raw, err := json.Marshal(detail)
	if err != nil {
		panic("a struct of texts is JSON: " + err.Error())
	}
	return BusEvent{BucketARN: ARN(e.bucket, ""), DetailType: detailType, Time: env.Now(), Detail: raw}
}

// reason returns the operation that caused the event.
func (e event) reason() string {
	switch e.name {
	case createdByPut:
		return "PutObject"
	case createdByCopy:
		return "CopyObject"
	case removedForGood, removedByMarker:
		return "DeleteObject"
	}
	return e.name[strings.LastIndex(e.name, ":")+1:]
}

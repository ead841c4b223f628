package blob

import (
	"encoding/json"
	"errors"
)

// Object is what happened to an object of the bucket that T declares, as a handler
// with //seastack:object takes it. Events come at least once and in no certain
// order: of two events of one key, that with the larger Sequencer is the later.
type Object[T any] struct {
	Key       string
	Size      int64  // bytes; 0 of an object that was removed
	ETag      string // of the content
	Version   string // of a bucket that keeps versions
	Sequencer string // compares as a text, with those of the same key
	Reason    string // the operation of S3: "PutObject", "DeleteObject"
}

// UnmarshalJSON reads the detail of S3's event.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
func (o *Object[T]) UnmarshalJSON(raw []byte) error {
	var detail struct {
		Object struct {
			Key       string `json:"key"`
			Size      int64  `json:"size"`
			ETag      string `json:"etag"`
			Version   string `json:"version-id"`
			Sequencer string `json:"sequencer"`
		} `json:"object"`
		Reason string `json:"reason"`
	}
	if err := json.Unmarshal(raw, &detail); err != nil {
		return err
	}
	if detail.Object.Key == "" {
		return errors.New("it is no event of an object: it has no key")
	}
	d := detail.Object
	*o = Object[T]{Key: d.Key, Size: d.Size, ETag: d.ETag, Version: d.Version, Sequencer: d.Sequencer, Reason: detail.Reason}
	return nil
}

// Package blob provides typed handles on buckets of S3. It knows how an object is
// read, written and listed; it must not know what objects contain. A bucket is
// declared by an annotation on a type; whoever takes a Reader, a Writer or a Bucket
// of that type in a constructor may read or write its objects, and no others.
package blob

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/seastack/seastack/core/internal/awsconf"
)

// Info describes an object.
type Info struct {
	Key         string
	Size        int64     // bytes
	ETag        string    // changes with the content
	Modified    time.Time // when it was written
	ContentType string    // empty in a list
}

// Content is an object that is read. The caller closes it.
type Content struct {
	Info
	io.ReadCloser
}

// Reader reads the objects of the bucket that T declares. An object that does not
// exist is a fault of the kind NotFound; what S3 does not answer is Unavailable.
type Reader[T any] interface {
	// Open returns an object for reading.
	Open(ctx context.Context, key string) (*Content, error)
	// Stat returns an object's description.
	Stat(ctx context.Context, key string) (Info, error)
	// List yields the objects whose keys begin with prefix, sorted by key. It ends
	// with the first error.
	List(ctx context.Context, prefix string) iter.Seq2[Info, error]

	of(T) // a Reader of one type is none of another
}

// Writer writes the objects of the bucket that T declares.
type Writer[T any] interface {
	// Put writes an object, and replaces one that has its key. It returns when S3
	// holds all of the content; a content whose reader fails is not written.
	Put(ctx context.Context, key string, content io.Reader, options ...Option) error
	// Delete removes an object. That there is none is no error.
	Delete(ctx context.Context, key string) error

	of(T)
}

// Bucket reads and writes the objects of the bucket that T declares.
type Bucket[T any] interface {
	Reader[T]
	Writer[T]
}

// Option is a choice of Put.
type Option func(*options)

type options struct {
	contentType string
	absent      bool
}

// ContentType sets the object's media type.
func ContentType(mediaType string) Option { return func(o *options) { o.contentType = mediaType } }

// IfAbsent makes Put return a fault of the kind Conflict, and write nothing, when
// there is an object of the key.
func IfAbsent() Option { return func(o *options) { o.absent = true } }

func chosen(all []Option) (o options) {
	for _, choose := range all {
		choose(&o)
	}
	return o
}

// NameVariable returns the name of the variable that holds a bucket's name on AWS:
// SEASTACK_BUCKET_UPLOADS for "uploads".
func NameVariable(bucket string) string {
	return "SEASTACK_BUCKET_" + strings.ToUpper(strings.ReplaceAll(bucket, "-", "_"))
}

// NewBucket returns the named bucket, whose name on AWS stands in the variable that
// NameVariable returns. A name with a prefix, "uploads/incoming/", is that part of
// the bucket: keys begin with the prefix. NewBucket makes no request.
func NewBucket[T any](ctx context.Context, name string) (Bucket[T], error) {
	bucket, prefix, _ := strings.Cut(name, "/")
	onAWS := os.Getenv(NameVariable(bucket))
	if onAWS == "" {
		return nil, fmt.Errorf("bucket %s: the environment has no %s", bucket, NameVariable(bucket))
	}
	cfg, err := awsconf.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("bucket %s: %w", bucket, err)
	}
	client := s3.NewFromConfig(cfg)
	return &remote[T]{name: bucket, prefix: prefix, bucket: onAWS, client: client, uploads: transfermanager.New(client)}, nil
}

// NewReader is NewBucket for functions that only read.
func NewReader[T any](ctx context.Context, name string) (Reader[T], error) {
	return NewBucket[T](ctx, name)
}

// NewWriter is NewBucket for functions that only write.
func NewWriter[T any](ctx context.Context, name string) (Writer[T], error) {
	return NewBucket[T](ctx, name)
}

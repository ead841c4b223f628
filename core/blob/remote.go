package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/seastack/seastack/core/fault"
)

// remote is a bucket of S3, or the part of one with a prefix.
type remote[T any] struct {
	name    string // as declared
	prefix  string
	bucket  string // on AWS
	client  *s3.Client
	uploads *transfermanager.Client
}

func (*remote[T]) of(T) {}

func (b *remote[T]) Open(ctx context.Context, key string) (*Content, error) {
	if err := b.check(key); err != nil {
		return nil, err
	}
	out, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.bucket, Key: &key})
	if err != nil {
		return nil, b.fault(key, err)
	}
	return &Content{ReadCloser: out.Body, Info: Info{
		Key: key, Size: aws.ToInt64(out.ContentLength), ETag: aws.ToString(out.ETag),
		Modified: aws.ToTime(out.LastModified), ContentType: aws.ToString(out.ContentType),
	}}, nil
}

func (b *remote[T]) Stat(ctx context.Context, key string) (Info, error) {
	if err := b.check(key); err != nil {
		return Info{}, err
	}
	out, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.bucket, Key: &key})
	if err != nil {
		return Info{}, b.fault(key, err)
	}
	return Info{
		Key: key, Size: aws.ToInt64(out.ContentLength), ETag: aws.ToString(out.ETag),
		Modified: aws.ToTime(out.LastModified), ContentType: aws.ToString(out.ContentType),
	}, nil
}

func (b *remote[T]) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		if !strings.HasPrefix(prefix, b.prefix) {
			yield(Info{}, b.check(prefix))
			return
		}
		pages := s3.NewListObjectsV2Paginator(b.client, &s3.ListObjectsV2Input{Bucket: &b.bucket, Prefix: &prefix})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(Info{}, b.fault(prefix, err))
				return
			}
			for _, o := range page.Contents {
				info := Info{Key: aws.ToString(o.Key), Size: aws.ToInt64(o.Size), ETag: aws.ToString(o.ETag), Modified: aws.ToTime(o.LastModified)}
				if !yield(info, nil) {
					return
				}
			}
		}
	}
}

// Put sends what is larger than a part in several, and removes them if it fails.
func (b *remote[T]) Put(ctx context.Context, key string, content io.Reader, all ...Option) error {
	if err := b.check(key); err != nil {
		return err
	}
	in, o := &transfermanager.UploadObjectInput{Bucket: &b.bucket, Key: &key, Body: content}, chosen(all)
	if o.contentType != "" {
		in.ContentType = &o.contentType
	}
	if o.absent {
		in.IfNoneMatch = aws.String("*")
	}
	if _, err := b.uploads.UploadObject(ctx, in); err != nil {
		return b.fault(key, err)
	}
	return nil
}

func (b *remote[T]) Delete(ctx context.Context, key string) error {
	if err := b.check(key); err != nil {
		return err
	}
	if _, err := b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.bucket, Key: &key}); err != nil {
		return b.fault(key, err)
	}
	return nil
}

// check refuses keys that are not the handle's.
func (b *remote[T]) check(key string) error { return checkKey(b.name, b.prefix, key) }

func checkKey(bucket, prefix, key string) error {
	if key == "" || !strings.HasPrefix(key, prefix) {
		return fmt.Errorf("bucket %s: %q is no key of this handle, whose keys begin with %q", bucket, key, prefix)
	}
	return nil
}

// fault returns an error of S3 as a caller may see it.
func (b *remote[T]) fault(key string, err error) error {
	cause := fmt.Errorf("bucket %s: %s: %w", b.name, key, err)
	response, answered := errors.AsType[*smithyhttp.ResponseError](err)
	switch {
	case answered && response.HTTPStatusCode() == http.StatusNotFound:
		return notFound().Because(cause)
	case answered && (response.HTTPStatusCode() == http.StatusPreconditionFailed || response.HTTPStatusCode() == http.StatusConflict):
		return taken().Because(cause)
	}
	return fault.New(fault.Unavailable, "Files cannot be read or written at the moment.").Because(cause)
}

func notFound() *fault.Error { return fault.New(fault.NotFound, "There is no such file.") }

func taken() *fault.Error { return fault.New(fault.Conflict, "There is such a file already.") }

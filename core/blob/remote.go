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
	"github.com/seastack/seastack/core/telemetry"
)

// remote is a bucket of S3, or the part of one with a prefix.
type remote struct {
	name    string // as declared
	prefix  string
	bucket  string // on AWS
	client  *s3.Client
	uploads *transfermanager.Client
}

func (b *remote) open(ctx context.Context, key string) (content *Content, err error) {
	if err := b.check(key); err != nil {
		return nil, err
	}
	ctx, span := b.trace(ctx, "GetObject")
	defer func() { span.End(err) }() // when the content begins
	out, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.bucket, Key: &key})
	if err != nil {
		return nil, b.fault(key, err)
	}
	return &Content{ReadCloser: out.Body, Info: Info{
		Key: key, Size: aws.ToInt64(out.ContentLength), ETag: aws.ToString(out.ETag),
		Modified: aws.ToTime(out.LastModified), ContentType: aws.ToString(out.ContentType),
	}}, nil
}

func (b *remote) stat(ctx context.Context, key string) (info Info, err error) {
	if err := b.check(key); err != nil {
		return Info{}, err
	}
	ctx, span := b.trace(ctx, "HeadObject")
	defer func() { span.End(err) }()
	out, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.bucket, Key: &key})
	if err != nil {
		return Info{}, b.fault(key, err)
	}
	return Info{
		Key: key, Size: aws.ToInt64(out.ContentLength), ETag: aws.ToString(out.ETag),
		Modified: aws.ToTime(out.LastModified), ContentType: aws.ToString(out.ContentType),
	}, nil
}

func (b *remote) list(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		if !strings.HasPrefix(prefix, b.prefix) {
			yield(Info{}, b.check(prefix))
			return
		}
		pages := s3.NewListObjectsV2Paginator(b.client, &s3.ListObjectsV2Input{Bucket: &b.bucket, Prefix: &prefix})
		for pages.HasMorePages() {
			page, err := b.next(ctx, pages)
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

// next returns the next page of a list.
func (b *remote) next(ctx context.Context, pages *s3.ListObjectsV2Paginator) (*s3.ListObjectsV2Output, error) {
	ctx, span := b.trace(ctx, "ListObjectsV2")
	page, err := pages.NextPage(ctx)
	span.End(err)
	return page, err
}

// put sends what is larger than a part in several, and removes them if it fails.
func (b *remote) put(ctx context.Context, key string, content io.Reader, o options) (err error) {
	if err := b.check(key); err != nil {
		return err
	}
	ctx, span := b.trace(ctx, "PutObject")
	defer func() { span.End(err) }()
	in := &transfermanager.UploadObjectInput{Bucket: &b.bucket, Key: &key, Body: content}
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

func (b *remote) delete(ctx context.Context, key string) (err error) {
	if err := b.check(key); err != nil {
		return err
	}
	ctx, span := b.trace(ctx, "DeleteObject")
	defer func() { span.End(err) }()
	if _, err := b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.bucket, Key: &key}); err != nil {
		return b.fault(key, err)
	}
	return nil
}

// trace begins the span of an operation. Keys are not recorded: they may have
// personal data.
// https://opentelemetry.io/docs/specs/semconv/object-stores/s3/
func (b *remote) trace(ctx context.Context, operation string) (context.Context, telemetry.Span) {
	ctx, span := telemetry.Start(ctx, telemetry.Client, "S3."+operation, b.name)
	return ctx, span.Set("rpc.system", "aws-api").Set("rpc.method", operation).Set("aws.s3.bucket", b.bucket)
}

// check refuses keys that are not the handle's.
func (b *remote) check(key string) error { return checkKey(b.name, b.prefix, key) }

func checkKey(bucket, prefix, key string) error {
	if key == "" || !strings.HasPrefix(key, prefix) {
		return fmt.Errorf("bucket %s: %q is no key of this handle, whose keys begin with %q", bucket, key, prefix)
	}
	return nil
}

// fault returns an error of S3 as a caller may see it.
func (b *remote) fault(key string, err error) error {
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

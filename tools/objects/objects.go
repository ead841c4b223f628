// Package objects keeps small files by name, in a folder or in an S3 bucket, so
// that several machines share them. It knows nothing of what is in them.
package objects

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/renameio/v2"
)

// Store keeps objects by their names, which may have slashes.
type Store interface {
	// Get returns an object; nil where there is none.
	Get(ctx context.Context, name string) ([]byte, error)
	// Put writes an object: all of it or nothing.
	Put(ctx context.Context, name string, data []byte) error
	// Delete removes an object; one that is not there is no error.
	Delete(ctx context.Context, name string) error
	// Place says where an object is, for messages.
	Place(name string) string
}

// Folder keeps objects as files of a folder.
type Folder struct{ Dir string }

// Place returns the path of an object's file.
func (f Folder) Place(name string) string { return filepath.Join(f.Dir, filepath.FromSlash(name)) }

// Get reads an object.
func (f Folder) Get(_ context.Context, name string) ([]byte, error) {
	data, err := os.ReadFile(f.Place(name))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// Put writes an object.
func (f Folder) Put(_ context.Context, name string, data []byte) error {
	path := f.Place(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return renameio.WriteFile(path, data, 0o600, renameio.WithTempDir(filepath.Dir(path)))
}

// Delete removes an object.
func (f Folder) Delete(_ context.Context, name string) error {
	if err := os.Remove(f.Place(name)); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// Bucket keeps objects in an S3 bucket, below a prefix.
type Bucket struct {
	Client         *s3.Client
	Bucket, Prefix string
}

// OpenBucket returns a bucket, with the credentials that AWS's SDK finds.
func OpenBucket(ctx context.Context, region, bucket, prefix string) (Bucket, error) {
	cfg, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRegion(region))
	return Bucket{Client: Client(cfg), Bucket: bucket, Prefix: prefix}, err
}

// Client returns a client of S3.
func Client(cfg aws.Config) *s3.Client {
	return s3.NewFromConfig(cfg, func(o *s3.Options) {
		// An endpoint that stands in for AWS has no name for each bucket.
		o.UsePathStyle = cfg.BaseEndpoint != nil || os.Getenv("AWS_ENDPOINT_URL") != "" || os.Getenv("AWS_ENDPOINT_URL_S3") != ""
		// What others have put without a checksum is read without a warning.
		o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
	})
}

// Place returns the URI of an object.
func (b Bucket) Place(name string) string { return "s3://" + b.Bucket + "/" + b.key(name) }

func (b Bucket) key(name string) string { return b.Prefix + "/" + name }

// Get reads an object.
func (b Bucket) Get(ctx context.Context, name string) ([]byte, error) {
	out, err := b.Client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.Bucket, Key: aws.String(b.key(name))})
	var absent *types.NoSuchKey
	if errors.As(err, &absent) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer out.Body.Close()
	return io.ReadAll(out.Body)
}

// List returns the names of the objects, in their order.
func (b Bucket) List(ctx context.Context) (all []string, err error) {
	pages := s3.NewListObjectsV2Paginator(b.Client, &s3.ListObjectsV2Input{Bucket: &b.Bucket, Prefix: aws.String(b.key(""))})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, o := range page.Contents {
			all = append(all, strings.TrimPrefix(aws.ToString(o.Key), b.key("")))
		}
	}
	return all, nil
}

// Siblings returns what follows the bucket's prefix and a hyphen in the names of
// folders beside it.
func (b Bucket) Siblings(ctx context.Context) (all []string, err error) {
	start := b.Prefix + "-"
	pages := s3.NewListObjectsV2Paginator(b.Client, &s3.ListObjectsV2Input{Bucket: &b.Bucket, Prefix: &start, Delimiter: aws.String("/")})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, folder := range page.CommonPrefixes {
			all = append(all, strings.TrimSuffix(strings.TrimPrefix(aws.ToString(folder.Prefix), start), "/"))
		}
	}
	return all, nil
}

// Purge removes all versions of all objects, and returns how many they were.
func (b Bucket) Purge(ctx context.Context) (n int, err error) {
	pages := s3.NewListObjectVersionsPaginator(b.Client, &s3.ListObjectVersionsInput{Bucket: &b.Bucket, Prefix: aws.String(b.key(""))})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return n, err
		}
		var gone []types.ObjectIdentifier
		for _, v := range page.Versions {
			gone = append(gone, types.ObjectIdentifier{Key: v.Key, VersionId: v.VersionId})
		}
		for _, m := range page.DeleteMarkers {
			gone = append(gone, types.ObjectIdentifier{Key: m.Key, VersionId: m.VersionId})
		}
		if len(gone) == 0 {
			continue
		}
		out, err := b.Client.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: &b.Bucket, Delete: &types.Delete{Objects: gone, Quiet: aws.Bool(true)}})
		if err != nil {
			return n, err
		}
		for _, e := range out.Errors {
			return n, fmt.Errorf("%s: %s", aws.ToString(e.Key), aws.ToString(e.Message))
		}
		n += len(gone)
	}
	return n, nil
}

// Put writes an object, encrypted with the bucket's own key.
func (b Bucket) Put(ctx context.Context, name string, data []byte) error {
	_, err := b.Client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.Bucket, Key: aws.String(b.key(name)), Body: bytes.NewReader(data),
		ServerSideEncryption: types.ServerSideEncryptionAes256,
	})
	return err
}

// Delete removes an object.
func (b Bucket) Delete(ctx context.Context, name string) error {
	_, err := b.Client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.Bucket, Key: aws.String(b.key(name))})
	return err
}

package change

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/renameio/v2"
)

// recordSuffix is the end of a record's name, which begins as its state's does.
const recordSuffix = ".deployed.json.gz"

// Folder keeps records in a folder of this machine.
type Folder struct{ Dir string }

// Name returns the file of a root's record.
func (f Folder) Name(root string) string { return filepath.Join(f.Dir, root+recordSuffix) }

// Get reads the record of a root.
func (f Folder) Get(_ context.Context, root string) ([]byte, error) {
	data, err := os.ReadFile(f.Name(root))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// Put writes the record of a root: all of it or nothing.
func (f Folder) Put(_ context.Context, root string, data []byte) error {
	if err := os.MkdirAll(f.Dir, 0o755); err != nil {
		return err
	}
	return renameio.WriteFile(f.Name(root), data, 0o600, renameio.WithTempDir(f.Dir))
}

// Delete removes the record of a root.
func (f Folder) Delete(_ context.Context, root string) error {
	if err := os.Remove(f.Name(root)); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// Bucket keeps records beside the states of Terraform's backend "s3".
type Bucket struct {
	Client         *s3.Client
	Bucket, Prefix string
}

// Name returns the object of a root's record.
func (b Bucket) Name(root string) string { return "s3://" + b.Bucket + "/" + b.key(root) }

func (b Bucket) key(root string) string { return b.Prefix + "/" + root + recordSuffix }

// Get reads the record of a root.
func (b Bucket) Get(ctx context.Context, root string) ([]byte, error) {
	out, err := b.Client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.Bucket, Key: aws.String(b.key(root))})
	var absent *types.NoSuchKey
	if errors.As(err, &absent) {
		return nil, nil
	}
	if err != nil {
		return nil, bucketFailed(b.Name(root), err)
	}
	defer out.Body.Close()
	return io.ReadAll(out.Body)
}

// Put writes the record of a root.
func (b Bucket) Put(ctx context.Context, root string, data []byte) error {
	_, err := b.Client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.Bucket, Key: aws.String(b.key(root)), Body: bytes.NewReader(data), ContentType: aws.String("application/gzip"),
		ServerSideEncryption: types.ServerSideEncryptionAes256,
	})
	if err != nil {
		return bucketFailed(b.Name(root), err)
	}
	return nil
}

// Delete removes the record of a root.
func (b Bucket) Delete(ctx context.Context, root string) error {
	_, err := b.Client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.Bucket, Key: aws.String(b.key(root))})
	if err != nil {
		return bucketFailed(b.Name(root), err)
	}
	return nil
}

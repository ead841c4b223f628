package dev

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/google/renameio/v2"

	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/artifact/store"
)

// cloud puts code into the local cloud.
type cloud struct {
	lambda *lambda.Client
	bucket string // of the zips, which the cloud reads from the store
	store  store.Store
	made   map[string]string // versions that were published here, by the function's name on AWS
}

// pack puts a binary into a zip of the store, uncompressed, and returns its digest.
func (c *cloud) pack(binary string) (digest string, err error) {
	data, err := os.ReadFile(binary)
	if err != nil {
		return "", err
	}
	zip, err := artifact.Stored(data)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(zip)
	digest = hex.EncodeToString(sum[:])
	path := c.store.ZipPath(digest)
	if _, err := os.Stat(path); err == nil {
		return digest, nil
	}
	return digest, renameio.WriteFile(path, zip, 0o644)
}

// put makes a zip of the store the code that a function's alias runs, and removes
// the version that was put there before.
func (c *cloud) put(ctx context.Context, function, digest string) error {
	out, err := c.lambda.UpdateFunctionCode(ctx, &lambda.UpdateFunctionCodeInput{
		FunctionName: &function, S3Bucket: &c.bucket, S3Key: aws.String(artifact.Key(digest)), Publish: true,
	})
	if err != nil {
		return err
	}
	if _, err := c.lambda.UpdateAlias(ctx, &lambda.UpdateAliasInput{
		FunctionName: &function, Name: aws.String(names.Alias), FunctionVersion: out.Version,
	}); err != nil {
		return err
	}
	before := c.made[function]
	c.made[function] = aws.ToString(out.Version)
	if before == c.made[function] {
		return nil
	}
	return c.remove(ctx, function, before)
}

// remove removes a version; "" is none.
func (c *cloud) remove(ctx context.Context, function, version string) error {
	if version == "" {
		return nil
	}
	_, err := c.lambda.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: &function, Qualifier: &version})
	return err
}

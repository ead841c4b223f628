package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"slices"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"golang.org/x/sync/errgroup"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/artifact/store"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/objects"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

// uploads is how many zips are looked for or sent at once: they wait for the
// network.
const uploads = 8

// Upload puts the zips in the artifacts.json of stacks into the environment's
// artifact bucket, where they are not there yet. S3 compares each zip with its
// digest when it arrives. Where the zips are served as they are (see AWS), there
// is nothing to do.
func (d *Deployment) Upload(ctx context.Context, stacks []string) error {
	if d.AWS == nil || len(stacks) == 0 {
		return nil
	}
	task := d.Report.Start("upload " + d.Env.Name)
	sent, total, err := d.upload(ctx, task, stacks)
	task.Close(err, "%d zips, %d sent", total, sent)
	return err
}

func (d *Deployment) upload(ctx context.Context, task *progress.Task, stacks []string) (sent, total int, err error) {
	digests := map[string]bool{}
	for _, stack := range stacks {
		found, err := artifact.Digests(d.Root(stack).Dir)
		if err != nil {
			return 0, 0, err
		}
		for _, digest := range found {
			digests[digest] = true
		}
	}
	if len(digests) == 0 {
		return 0, 0, nil
	}
	u, err := d.uploader(ctx)
	if err != nil {
		return 0, 0, err
	}
	var done, put atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(uploads)
	for _, digest := range slices.Sorted(maps.Keys(digests)) {
		group.Go(func() error {
			isNew, err := u.send(ctx, digest)
			if isNew {
				put.Add(1)
			}
			task.Update("%d of %d zips", done.Add(1), len(digests))
			return err
		})
	}
	err = group.Wait()
	return int(put.Load()), len(digests), err
}

// ArtifactBucket returns the name of the bucket of an environment's zips, as the
// platform's module gives it.
func ArtifactBucket(p project.Project, env config.Environment) string {
	return names.ArtifactBucket(names.Shared(p.Config.Project, env.Name), env.Account)
}

func (d *Deployment) uploader(ctx context.Context) (uploader, error) {
	cfg, err := d.AWS(ctx)
	return uploader{
		env: d.Env, bucket: ArtifactBucket(d.Project, d.Env), store: d.store(), client: objects.Client(cfg),
	}, err
}

// store is the builder's store on this machine.
func (d *Deployment) store() store.Store { return store.Store{Dir: d.Project.Artifacts()} }

type uploader struct {
	env    config.Environment
	bucket string
	store  store.Store
	client *s3.Client
}

// send puts a zip into the bucket unless it is there. An object that is not what
// its name says is replaced; the bucket keeps it as a former version.
func (u uploader) send(ctx context.Context, digest string) (sent bool, err error) {
	if there, err := u.has(ctx, digest); err != nil || there {
		return false, err
	}
	zip, err := os.Open(u.store.ZipPath(digest))
	if errors.Is(err, fs.ErrNotExist) {
		return false, diag.Diagnostic{Code: diag.BadManifest, Message: "the zip " + digest + " is in " + artifact.ManifestName + " and not on this machine",
			Next: "build again: seastack build --env " + u.env.Name}
	}
	if err != nil {
		return false, err
	}
	defer zip.Close()
	return true, u.put(ctx, digest, zip)
}

// put puts a zip into the bucket, which compares it with its digest.
func (u uploader) put(ctx context.Context, digest string, zip io.ReadSeeker) error {
	sum, err := checksum(digest)
	if err != nil {
		return err
	}
	_, err = u.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &u.bucket, Key: aws.String(artifact.Key(digest)), Body: zip, ContentType: aws.String("application/zip"),
		ChecksumAlgorithm: types.ChecksumAlgorithmSha256, ChecksumSHA256: &sum,
	})
	return u.explain(err)
}

// Sizes returns the sizes of the zips that a plan names, in bytes by digest, as far
// as they are on this machine or in the bucket.
func (d *Deployment) Sizes(ctx context.Context, s deploy.Summary) map[string]int64 {
	sizes := map[string]int64{}
	for _, f := range s.Functions {
		for _, zip := range []string{f.Before, f.After} {
			if _, known := sizes[zip]; zip != "" && !known {
				sizes[zip] = d.size(ctx, zip)
			}
		}
	}
	return sizes
}

// size returns the size of a zip in bytes; 0 where it is not found.
func (d *Deployment) size(ctx context.Context, zip string) int64 {
	if info, err := os.Stat(d.store().ZipPath(zip)); err == nil {
		return info.Size()
	}
	if d.AWS == nil {
		return 0
	}
	u, err := d.uploader(ctx)
	if err != nil {
		return 0
	}
	head, err := u.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &u.bucket, Key: aws.String(artifact.Key(zip))})
	if err != nil {
		return 0
	}
	return aws.ToInt64(head.ContentLength)
}

// has reports whether the bucket has a zip, and it is what its name says.
func (u uploader) has(ctx context.Context, digest string) (bool, error) {
	sum, err := checksum(digest)
	if err != nil {
		return false, err
	}
	head, err := u.client.HeadObject(ctx, &s3.HeadObjectInput{
		Bucket: &u.bucket, Key: aws.String(artifact.Key(digest)), ChecksumMode: types.ChecksumModeEnabled,
	})
	switch {
	case err == nil:
		return aws.ToString(head.ChecksumSHA256) == sum, nil
	case Status(err) == http.StatusNotFound:
		return false, nil
	}
	return false, u.explain(err)
}

// checksum returns a digest as S3 writes it.
func checksum(digest string) (string, error) {
	raw, err := hex.DecodeString(digest)
	if err != nil || len(raw) != sha256.Size {
		return "", diag.Diagnostic{Code: diag.BadManifest, Message: artifact.ManifestName + " has the digest " + digest, Next: "build again: seastack build"}
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}

// Status returns the HTTP status of AWS's answer; 0 where there was none.
func Status(err error) int {
	var answer *smithyhttp.ResponseError
	if errors.As(err, &answer) {
		return answer.HTTPStatusCode()
	}
	return 0
}

// explain returns what a user can do about an error of S3.
func (u uploader) explain(err error) error {
	var api smithy.APIError
	if err == nil || !errors.As(err, &api) {
		return err
	}
	d := diag.Diagnostic{Code: diag.ArtifactBucket, Message: "the artifact bucket " + u.bucket + " does not take a zip: " + api.ErrorCode(),
		Details: []string{api.ErrorMessage()}, Next: "see to credentials that may read and write its objects"}
	switch {
	case api.ErrorCode() == "NoSuchBucket":
		d.Message = "the environment " + u.env.Name + " has no artifact bucket: there is no " + u.bucket
		d.Details, d.Next = nil, "apply the platform first: seastack apply --env "+u.env.Name+" --stack "+Platform
	case api.ErrorCode() == "BadDigest":
		d.Next = "the zip on this machine is damaged; build again: seastack build --env " + u.env.Name
	}
	return d
}

package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

const testBucket = "shop-live-artifacts-000000000000"

// uploading returns a deployment to an account that a local cloud poses as, with
// one zip, and its client of S3.
func uploading(t *testing.T) (d *Deployment, client *s3.Client, digest string) {
	t.Helper()
	cloud := cloudtest.AWSConfig(t, cloudtest.Start(t))
	d = &Deployment{
		Project: project.Project{Root: t.TempDir(), Config: config.Config{Project: "shop", Folders: config.Folders{Terraform: "terraform"}}},
		Env:     config.Environment{Name: "live", Region: "us-east-1", Account: "000000000000"}, Report: progress.Discard(),
		AWS: func(context.Context) (aws.Config, error) { return cloud, nil },
	}
	sum := sha256.Sum256([]byte("a zip"))
	digest = hex.EncodeToString(sum[:])
	writeFile(t, filepath.Join(d.Project.Artifacts(), digest+".zip"), "a zip")
	if _, err := artifact.WriteManifest(d.Root("web").Dir, artifact.Lambda("arm64"), []artifact.Result{{Function: "f", Digest: digest, Size: 5}}); err != nil {
		t.Fatal(err)
	}
	return d, s3.NewFromConfig(cloud), digest
}

func (d *Deployment) mustUpload(t *testing.T, sent int) {
	t.Helper()
	n, total, err := d.upload(t.Context(), d.Report.Start("upload"), []string{"web"})
	if err != nil || n != sent || total != 1 {
		t.Errorf("%d of %d sent, %v; want %d", n, total, err, sent)
	}
}

func createBucket(t *testing.T, client *s3.Client) {
	t.Helper()
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(testBucket)}); err != nil {
		t.Fatal(err)
	}
}

// TestUploadSendsWhatIsMissing: once, and again where the object is not what its
// name says.
func TestUploadSendsWhatIsMissing(t *testing.T) {
	d, client, digest := uploading(t)
	createBucket(t, client)
	key := aws.String("functions/" + digest + ".zip")
	d.mustUpload(t, 1)
	d.mustUpload(t, 0)
	for _, damaged := range []string{"not it", "a zit"} {
		if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(testBucket), Key: key, Body: strings.NewReader(damaged)}); err != nil {
			t.Fatal(err)
		}
		d.mustUpload(t, 1)
		out, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(testBucket), Key: key})
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(out.Body); err != nil || string(body) != "a zip" {
			t.Errorf("the bucket has %q, %v", body, err)
		}
	}
}

func TestUploadsThatFail(t *testing.T) {
	for name, c := range map[string]struct {
		damage     func(*testing.T, *Deployment, *s3.Client, string)
		code, text string
	}{
		"no bucket": {func(*testing.T, *Deployment, *s3.Client, string) {}, diag.ArtifactBucket,
			"seastack apply --env live --stack platform"},
		"no zip": {func(t *testing.T, d *Deployment, client *s3.Client, digest string) {
			createBucket(t, client)
			remove(t, filepath.Join(d.Project.Artifacts(), digest+".zip"))
		}, diag.BadManifest, "build again"},
		"a damaged zip": {func(t *testing.T, d *Deployment, client *s3.Client, digest string) {
			createBucket(t, client)
			writeFile(t, filepath.Join(d.Project.Artifacts(), digest+".zip"), "a zit")
		}, diag.ArtifactBucket, "the zip on this machine is damaged"},
		"no digest": {func(t *testing.T, d *Deployment, client *s3.Client, digest string) {
			createBucket(t, client)
			writeFile(t, filepath.Join(d.Root("web").Dir, artifact.ManifestName), `{"functions": {"f": {"digest": "../x"}}}`)
		}, diag.BadManifest, "../x"},
	} {
		d, client, digest := uploading(t)
		c.damage(t, d, client, digest)
		err := d.Upload(t.Context(), []string{"web"})
		var found diag.Diagnostic
		if !errors.As(err, &found) || found.Code != c.code || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: got %v, want %s ...%s", name, err, c.code, c.text)
		}
	}
}

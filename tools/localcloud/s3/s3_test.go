package s3_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/localcloud/s3"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

func start(t *testing.T) *awss3.Client {
	t.Helper()
	return awss3.NewFromConfig(cloudtest.AWSConfig(t, cloudtest.Start(t)))
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func createBucket(t *testing.T, c *awss3.Client, name string) {
	t.Helper()
	_, err := c.CreateBucket(t.Context(), &awss3.CreateBucketInput{Bucket: &name})
	check(t, err)
}

func enableVersions(t *testing.T, c *awss3.Client, bucket string) {
	t.Helper()
	_, err := c.PutBucketVersioning(t.Context(), &awss3.PutBucketVersioningInput{
		Bucket: &bucket, VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})
	check(t, err)
}

func put(t *testing.T, c *awss3.Client, bucket, key, body string) *awss3.PutObjectOutput {
	t.Helper()
	out, err := c.PutObject(t.Context(), &awss3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(body)})
	check(t, err)
	return out
}

// read returns an object; version is empty for the latest.
func read(t *testing.T, c *awss3.Client, bucket, key, version string) (string, error) {
	t.Helper()
	in := &awss3.GetObjectInput{Bucket: &bucket, Key: &key}
	if version != "" {
		in.VersionId = &version
	}
	out, err := c.GetObject(t.Context(), in)
	if err != nil {
		return "", err
	}
	defer out.Body.Close()
	body, err := io.ReadAll(out.Body)
	check(t, err)
	return string(body), nil
}

func wantObject(t *testing.T, c *awss3.Client, bucket, key, version, want string) {
	t.Helper()
	if got, err := read(t, c, bucket, key, version); err != nil || got != want {
		t.Errorf("%s/%s %s: got %q, %v; want %q", bucket, key, version, got, err, want)
	}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	wiretest.WantError(t, err, code, "")
}

func TestObjects(t *testing.T) {
	c := start(t)
	createBucket(t, c, "things")
	for _, key := range []string{"a", "a/b c", "ä/ß", "a+b&c=d?e", strings.Repeat("k", 1024)} {
		put(t, c, "things", key, "first of "+key)
		put(t, c, "things", key, "of "+key)
		wantObject(t, c, "things", key, "", "of "+key)
		head, err := c.HeadObject(t.Context(), &awss3.HeadObjectInput{Bucket: aws.String("things"), Key: &key})
		check(t, err)
		if *head.ContentLength != int64(len("of "+key)) || head.VersionId != nil || head.ServerSideEncryption != types.ServerSideEncryptionAes256 {
			t.Errorf("%s: %+v", key, head)
		}
		_, err = c.DeleteObject(t.Context(), &awss3.DeleteObjectInput{Bucket: aws.String("things"), Key: &key})
		check(t, err)
		_, err = read(t, c, "things", key, "")
		wantCode(t, err, "NoSuchKey")
	}
	_, err := read(t, c, "nothings", "a", "")
	wantCode(t, err, "NoSuchBucket")
	_, err = c.DeleteBucket(t.Context(), &awss3.DeleteBucketInput{Bucket: aws.String("things")})
	check(t, err)
}

func TestMetadataIsTheObjectsOwn(t *testing.T) {
	c := start(t)
	createBucket(t, c, "things")
	_, err := c.PutObject(t.Context(), &awss3.PutObjectInput{
		Bucket: aws.String("things"), Key: aws.String("k"), Body: strings.NewReader("{}"), ContentType: aws.String("application/json"),
		Metadata: map[string]string{"color": "green"}, Tagging: aws.String("team=web"),
	})
	check(t, err)
	out, err := c.GetObject(t.Context(), &awss3.GetObjectInput{Bucket: aws.String("things"), Key: aws.String("k"), Range: aws.String("bytes=1-")})
	check(t, err)
	body, err := io.ReadAll(out.Body)
	check(t, err)
	if aws.ToString(out.ContentType) != "application/json" || out.Metadata["color"] != "green" || string(body) != "}" {
		t.Errorf("%+v %s", out, body)
	}
	raw, ok := awsmiddleware.GetRawResponse(out.ResultMetadata).(*smithyhttp.Response)
	if !ok {
		t.Fatal("the SDK has no answer")
	}
	for name := range raw.Header {
		if slices.Contains([]string{"X-Amz-Security-Token", "X-Amz-Date", "X-Amz-Content-Sha256"}, name) {
			t.Errorf("the answer has the request's %s", name)
		}
	}
	tags, err := c.GetObjectTagging(t.Context(), &awss3.GetObjectTaggingInput{Bucket: aws.String("things"), Key: aws.String("k")})
	check(t, err)
	if len(tags.TagSet) != 1 || *tags.TagSet[0].Key != "team" || *tags.TagSet[0].Value != "web" {
		t.Errorf("tags %+v", tags.TagSet)
	}
}

func TestVersions(t *testing.T) {
	c := start(t)
	createBucket(t, c, "things")
	put(t, c, "things", "k", "before versions")
	enableVersions(t, c, "things")
	one, two := put(t, c, "things", "k", "one"), put(t, c, "things", "k", "two")
	wantObject(t, c, "things", "k", "", "two")
	wantObject(t, c, "things", "k", *one.VersionId, "one")
	deleted, err := c.DeleteObject(t.Context(), &awss3.DeleteObjectInput{Bucket: aws.String("things"), Key: aws.String("k")})
	check(t, err)
	if !aws.ToBool(deleted.DeleteMarker) {
		t.Errorf("%+v", deleted)
	}
	_, err = read(t, c, "things", "k", "")
	wantCode(t, err, "NoSuchKey")
	list := versions(t, c, "things", 2)
	want := []string{"k marker latest", "k " + *two.VersionId, "k " + *one.VersionId, "k null"}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Error(diff)
	}
	_, err = c.DeleteBucket(t.Context(), &awss3.DeleteBucketInput{Bucket: aws.String("things")})
	wantCode(t, err, "BucketNotEmpty")
	_, err = c.DeleteObject(t.Context(), &awss3.DeleteObjectInput{Bucket: aws.String("things"), Key: aws.String("k"), VersionId: deleted.VersionId})
	check(t, err)
	wantObject(t, c, "things", "k", "", "two")
	_, err = c.DeleteObjects(t.Context(), &awss3.DeleteObjectsInput{Bucket: aws.String("things"), Delete: &types.Delete{Objects: []types.ObjectIdentifier{
		{Key: aws.String("k"), VersionId: two.VersionId}, {Key: aws.String("k"), VersionId: one.VersionId}, {Key: aws.String("k"), VersionId: aws.String("null")},
	}}})
	check(t, err)
	if left := versions(t, c, "things", 1000); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	_, err = c.DeleteBucket(t.Context(), &awss3.DeleteBucketInput{Bucket: aws.String("things")})
	check(t, err)
}

// versions lists a bucket's versions, in pages of that size.
func versions(t *testing.T, c *awss3.Client, bucket string, page int32) (all []string) {
	t.Helper()
	in := &awss3.ListObjectVersionsInput{Bucket: &bucket, MaxKeys: &page}
	for {
		out, err := c.ListObjectVersions(t.Context(), in)
		check(t, err)
		for _, m := range out.DeleteMarkers {
			line := *m.Key + " marker"
			if *m.IsLatest {
				line += " latest"
			}
			all = append(all, line)
		}
		for _, v := range out.Versions {
			all = append(all, *v.Key+" "+*v.VersionId)
		}
		if !aws.ToBool(out.IsTruncated) {
			return all
		}
		in.KeyMarker, in.VersionIdMarker = out.NextKeyMarker, out.NextVersionIdMarker
	}
}

func TestListing(t *testing.T) {
	c := start(t)
	createBucket(t, c, "things")
	createBucket(t, c, "things-2")
	put(t, c, "things-2", "other", "x")
	for _, key := range []string{"a/1", "a/2", "b", "c/d/3", "z"} {
		put(t, c, "things", key, "x")
	}
	for _, tc := range []struct{ prefix, delimiter, want string }{
		{"", "", "a/1 a/2 b c/d/3 z"}, {"", "/", "a/ b c/ z"}, {"a/", "/", "a/1 a/2"}, {"c", "/", "c/"}, {"c/", "/", "c/d/"}, {"x", "", ""},
	} {
		for _, page := range []int32{1, 2, 1000} {
			var got []string
			pages := awss3.NewListObjectsV2Paginator(c, &awss3.ListObjectsV2Input{
				Bucket: aws.String("things"), Prefix: &tc.prefix, Delimiter: &tc.delimiter, MaxKeys: &page,
			})
			for pages.HasMorePages() {
				out, err := pages.NextPage(t.Context())
				check(t, err)
				for _, o := range out.Contents {
					got = append(got, *o.Key)
				}
				for _, p := range out.CommonPrefixes {
					got = append(got, *p.Prefix)
				}
			}
			if slices.Sort(got); strings.Join(got, " ") != tc.want {
				t.Errorf("prefix %q, delimiter %q, pages of %d: got %v, want %s", tc.prefix, tc.delimiter, page, got, tc.want)
			}
		}
	}
}

// TestConditions: of two that put a key where there is none, one wins.
func TestConditions(t *testing.T) {
	c := start(t)
	createBucket(t, c, "things")
	in := func(body string) *awss3.PutObjectInput {
		return &awss3.PutObjectInput{Bucket: aws.String("things"), Key: aws.String("k"), Body: strings.NewReader(body), IfNoneMatch: aws.String("*")}
	}
	_, err := c.PutObject(t.Context(), in("one"))
	check(t, err)
	_, err = c.PutObject(t.Context(), in("two"))
	wantCode(t, err, "PreconditionFailed")
	wantObject(t, c, "things", "k", "", "one")
}

func TestMultipartUpload(t *testing.T) {
	c := start(t)
	createBucket(t, c, "things")
	b, k := aws.String("things"), aws.String("big")
	upload, err := c.CreateMultipartUpload(t.Context(), &awss3.CreateMultipartUploadInput{Bucket: b, Key: k})
	check(t, err)
	var done types.CompletedMultipartUpload
	for n, part := range []string{strings.Repeat("one", 2<<20), "two"} {
		number := aws.Int32(int32(n + 1))
		out, err := c.UploadPart(t.Context(), &awss3.UploadPartInput{Bucket: b, Key: k, UploadId: upload.UploadId, PartNumber: number, Body: strings.NewReader(part)})
		check(t, err)
		done.Parts = append(done.Parts, types.CompletedPart{ETag: out.ETag, PartNumber: number})
	}
	_, err = read(t, c, "things", "big", "")
	wantCode(t, err, "NoSuchKey")
	_, err = c.CompleteMultipartUpload(t.Context(), &awss3.CompleteMultipartUploadInput{Bucket: b, Key: k, UploadId: upload.UploadId, MultipartUpload: &done})
	check(t, err)
	got, err := read(t, c, "things", "big", "")
	if check(t, err); got != strings.Repeat("one", 2<<20)+"two" {
		t.Errorf("got %d other bytes", len(got))
	}
}

// TestConfigurations: a bucket begins as on S3, and keeps what it is given.
func TestConfigurations(t *testing.T) {
	c := start(t)
	createBucket(t, c, "things")
	b := aws.String("things")
	block, err := c.GetPublicAccessBlock(t.Context(), &awss3.GetPublicAccessBlockInput{Bucket: b})
	check(t, err)
	if !*block.PublicAccessBlockConfiguration.BlockPublicPolicy {
		t.Error("a new bucket may have a public policy")
	}
	encryption, err := c.GetBucketEncryption(t.Context(), &awss3.GetBucketEncryptionInput{Bucket: b})
	check(t, err)
	if encryption.ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm != types.ServerSideEncryptionAes256 {
		t.Error("a new bucket is not encrypted")
	}
	for _, missing := range []struct {
		code string
		get  func() error
	}{
		{"NoSuchTagSet", func() error {
			_, err := c.GetBucketTagging(t.Context(), &awss3.GetBucketTaggingInput{Bucket: b})
			return err
		}},
		{"NoSuchBucketPolicy", func() error {
			_, err := c.GetBucketPolicy(t.Context(), &awss3.GetBucketPolicyInput{Bucket: b})
			return err
		}},
		{"NoSuchLifecycleConfiguration", func() error {
			_, err := c.GetBucketLifecycleConfiguration(t.Context(), &awss3.GetBucketLifecycleConfigurationInput{Bucket: b})
			return err
		}},
		{"NoSuchCORSConfiguration", func() error {
			_, err := c.GetBucketCors(t.Context(), &awss3.GetBucketCorsInput{Bucket: b})
			return err
		}},
		{"NoSuchWebsiteConfiguration", func() error {
			_, err := c.GetBucketWebsite(t.Context(), &awss3.GetBucketWebsiteInput{Bucket: b})
			return err
		}},
	} {
		wantCode(t, missing.get(), missing.code)
	}
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::things/*"}]}`
	_, err = c.PutBucketPolicy(t.Context(), &awss3.PutBucketPolicyInput{Bucket: b, Policy: &policy})
	check(t, err)
	got, err := c.GetBucketPolicy(t.Context(), &awss3.GetBucketPolicyInput{Bucket: b})
	check(t, err)
	if *got.Policy != policy {
		t.Errorf("policy %s", *got.Policy)
	}
	_, err = c.PutBucketPolicy(t.Context(), &awss3.PutBucketPolicyInput{Bucket: b, Policy: aws.String("{")})
	wantCode(t, err, "MalformedPolicy")
	_, err = c.PutBucketWebsite(t.Context(), &awss3.PutBucketWebsiteInput{Bucket: b, WebsiteConfiguration: &types.WebsiteConfiguration{}})
	wantCode(t, err, "NotImplemented")
	_, err = c.PutBucketTagging(t.Context(), &awss3.PutBucketTaggingInput{Bucket: aws.String("nothings"), Tagging: &types.Tagging{TagSet: []types.Tag{}}})
	wantCode(t, err, "NoSuchBucket")
}

func TestNamesAndRegions(t *testing.T) {
	cloud := cloudtest.StartConfig(t, localcloud.Config{Addr: "127.0.0.1:0", Dir: t.TempDir(), Region: "eu-west-1"})
	c := awss3.NewFromConfig(cloudtest.AWSConfig(t, cloud))
	create := func(name string, region types.BucketLocationConstraint) error {
		in := &awss3.CreateBucketInput{Bucket: &name}
		if region != "" {
			in.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: region}
		}
		_, err := c.CreateBucket(t.Context(), in)
		return err
	}
	wantCode(t, create("things", ""), "IllegalLocationConstraintException")
	wantCode(t, create("things", "eu-central-1"), "IllegalLocationConstraintException")
	wantCode(t, create("Things", "eu-west-1"), "InvalidBucketName")
	check(t, create("things", "eu-west-1"))
	wantCode(t, create("things", "eu-west-1"), "BucketAlreadyOwnedByYou")
	head, err := c.HeadBucket(t.Context(), &awss3.HeadBucketInput{Bucket: aws.String("things")})
	check(t, err)
	if aws.ToString(head.BucketRegion) != "eu-west-1" {
		t.Errorf("region %q", aws.ToString(head.BucketRegion))
	}
}

// TestObjectsOutliveTheProcess: what was answered is there after the next start,
// and what nobody has any more is removed.
func TestObjectsOutliveTheProcess(t *testing.T) {
	dir := t.TempDir()
	config := localcloud.Config{Addr: "127.0.0.1:0", Dir: dir}
	t.Run("before", func(t *testing.T) {
		c := awss3.NewFromConfig(cloudtest.AWSConfig(t, cloudtest.StartConfig(t, config)))
		createBucket(t, c, "things")
		put(t, c, "things", "k", "first")
		put(t, c, "things", "k", "kept")
	})
	check(t, os.WriteFile(filepath.Join(dir, "s3", "left"), []byte("half of an upload"), 0o600))
	t.Run("after", func(t *testing.T) {
		c := awss3.NewFromConfig(cloudtest.AWSConfig(t, cloudtest.StartConfig(t, config)))
		wantObject(t, c, "things", "k", "", "kept")
		files, err := os.ReadDir(filepath.Join(dir, "s3"))
		check(t, err)
		if len(files) != 1 {
			t.Errorf("%d files for one object", len(files))
		}
	})
}

// TestMount: a folder's zips are objects where they are, and no hindrance to an
// empty bucket.
func TestMount(t *testing.T) {
	dir := t.TempDir()
	sum := sha256.Sum256([]byte("a zip"))
	name := hex.EncodeToString(sum[:]) + ".zip"
	check(t, os.WriteFile(filepath.Join(dir, name), []byte("a zip"), 0o600))
	check(t, os.WriteFile(filepath.Join(dir, "lock"), nil, 0o600))
	mount, err := s3.ParseMount(s3.Mount{Bucket: "things", Prefix: "functions/", Dir: dir}.String())
	check(t, err)
	cloud := cloudtest.StartConfig(t, localcloud.Config{Addr: "127.0.0.1:0", Dir: t.TempDir(), Mounts: []s3.Mount{mount}})
	c := awss3.NewFromConfig(cloudtest.AWSConfig(t, cloud))
	_, err = read(t, c, "things", "functions/"+name, "")
	wantCode(t, err, "NoSuchBucket")
	createBucket(t, c, "things")
	enableVersions(t, c, "things")
	wantObject(t, c, "things", "functions/"+name, "", "a zip")
	for _, key := range []string{name, "functions/lock", "functions/../" + name} {
		if _, err := read(t, c, "things", key, ""); err == nil {
			t.Errorf("%s is shown", key)
		}
	}
	list, err := c.ListObjectsV2(t.Context(), &awss3.ListObjectsV2Input{Bucket: aws.String("things")})
	check(t, err)
	if len(list.Contents) != 1 || *list.Contents[0].Size != 5 {
		t.Errorf("%+v", list.Contents)
	}
	_, err = c.DeleteObject(t.Context(), &awss3.DeleteObjectInput{Bucket: aws.String("things"), Key: aws.String("functions/" + name)})
	wantCode(t, err, "MethodNotAllowed")
	if v := versions(t, c, "things", 1000); len(v) > 0 {
		t.Errorf("versions %v", v)
	}
	_, err = c.DeleteBucket(t.Context(), &awss3.DeleteBucketInput{Bucket: aws.String("things")})
	check(t, err)
	if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
		t.Error(err)
	}
}

// TestRolesAreHeldToTheirPolicies: each operation asks for its own action, on the
// bucket or the object.
func TestRolesAreHeldToTheirPolicies(t *testing.T) {
	cloud := cloudtest.Start(t)
	root := cloudtest.AWSConfig(t, cloud)
	admin := awss3.NewFromConfig(root)
	createBucket(t, admin, "things")
	put(t, admin, "things", "mine/k", "mine")
	put(t, admin, "things", "theirs/k", "theirs")
	c := awss3.NewFromConfig(cloudtest.Assume(t, root, "reader", `{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject"],"Resource":"arn:aws:s3:::things/mine/*"}`))
	wantObject(t, c, "things", "mine/k", "", "mine")
	put(t, c, "things", "mine/k", "changed")
	_, err := read(t, c, "things", "theirs/k", "")
	wantCode(t, err, "AccessDenied")
	_, err = c.ListObjectsV2(t.Context(), &awss3.ListObjectsV2Input{Bucket: aws.String("things")})
	wantCode(t, err, "AccessDenied")
	_, err = c.CopyObject(t.Context(), &awss3.CopyObjectInput{Bucket: aws.String("things"), Key: aws.String("mine/copy"), CopySource: aws.String("things/theirs/k")})
	wantCode(t, err, "AccessDenied")
	_, err = c.DeleteObjects(t.Context(), &awss3.DeleteObjectsInput{Bucket: aws.String("things"), Delete: &types.Delete{
		Objects: []types.ObjectIdentifier{{Key: aws.String("mine/k")}, {Key: aws.String("theirs/k")}},
	}})
	wantCode(t, err, "AccessDenied")
	_, err = c.CopyObject(t.Context(), &awss3.CopyObjectInput{Bucket: aws.String("things"), Key: aws.String("mine/copy"), CopySource: aws.String("things/mine/k")})
	check(t, err)
	wantObject(t, c, "things", "mine/copy", "", "changed")
}

// TestChunkedBodies: clients that sign or checksum a stream send it in chunks.
func TestChunkedBodies(t *testing.T) {
	cloud := cloudtest.Start(t)
	c := awss3.NewFromConfig(cloudtest.AWSConfig(t, cloud))
	createBucket(t, c, "things")
	send := func(key, body string, length int) int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, cloud.Endpoint()+"/things/"+key, strings.NewReader(body))
		check(t, err)
		req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20261127/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x")
		req.Header.Set("X-Amz-Content-Sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
		req.Header.Set("X-Amz-Decoded-Content-Length", fmt.Sprint(length))
		req.Header.Set("Content-Encoding", "aws-chunked")
		resp, err := http.DefaultClient.Do(req)
		check(t, err)
		defer resp.Body.Close()
		return resp.StatusCode
	}
	if status := send("k", "4\r\nwith\r\n8;chunk-signature=1\r\n chunks.\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", 12); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
	wantObject(t, c, "things", "k", "", "with chunks.")
	for key, body := range map[string]string{"short": "4\r\nwith\r\n", "none": "x", "less": "4\r\nwith\r\n0\r\n\r\n"} {
		if status := send(key, body, 12); status < 400 {
			t.Errorf("%s: status %d", key, status)
		}
		_, err := read(t, c, "things", key, "")
		wantCode(t, err, "NoSuchKey")
	}
}

// TestCLI speaks to the buckets as the AWS CLI does.
func TestCLI(t *testing.T) {
	cloud := cloudtest.Start(t)
	file := filepath.Join(t.TempDir(), "file")
	check(t, os.WriteFile(file, bytes.Repeat([]byte("x"), 9<<20), 0o600)) // more than one part
	cloudtest.CLI(t, cloud, "s3", "mb", "s3://things")
	cloudtest.CLI(t, cloud, "s3", "cp", file, "s3://things/a/file")
	if out := cloudtest.CLI(t, cloud, "s3", "ls", "s3://things", "--recursive"); !strings.Contains(out, "9437184 a/file") {
		t.Errorf("listed:\n%s", out)
	}
	cloudtest.CLI(t, cloud, "s3", "cp", "s3://things/a/file", file+".back")
	back, err := os.ReadFile(file + ".back")
	if err != nil || len(back) != 9<<20 {
		t.Errorf("%d bytes came back, %v", len(back), err)
	}
	cloudtest.CLI(t, cloud, "s3", "rb", "--force", "s3://things")
	if out, err := cloudtest.RunCLI(t, cloud, "s3api", "head-bucket", "--bucket", "things"); err == nil || !strings.Contains(out, "404") {
		t.Errorf("head-bucket after rb: %v %s", err, out)
	}
}

// TestRefusedUploads: a client that sends all of a large body before it reads the
// answer sees why it is refused.
func TestRefusedUploads(t *testing.T) {
	cloud := cloudtest.Start(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(cloud.Endpoint(), "http://"))
	check(t, err)
	defer conn.Close()
	_, err = fmt.Fprint(conn, "PUT /nothings/k HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 8388608\r\n"+
		"Authorization: AWS4-HMAC-SHA256 Credential=test/20261127/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x\r\n\r\n")
	check(t, err)
	for i := range 8 {
		if i == 4 { // for longer than a server waits before it closes a connection on which it has answered
			time.Sleep(time.Second)
		}
		_, err = conn.Write(make([]byte, 1<<20))
		check(t, err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	check(t, err)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusNotFound {
		t.Errorf("status %d", resp.StatusCode)
	}
}

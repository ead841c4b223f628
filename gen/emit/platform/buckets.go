package platform

import (
	"path"
	"strings"

	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
)

// buckets adds the buckets that types declare. The types of a bucket's parts are
// next to each other in the model.
func buckets(m model.Model) *tf.File {
	f := tf.New("")
	for parts := m.Buckets; len(parts) > 0; {
		n := 1
		for n < len(parts) && parts[n].Name == parts[0].Name {
			n++
		}
		bucket(f, parts[:n], use.Objects(m, parts[0].Name))
		parts = parts[n:]
	}
	return f
}

// bucket adds one bucket, given its parts. told reports whether functions are told
// of its objects.
func bucket(f *tf.File, parts []model.Bucket, told bool) {
	name, label := parts[0].Name, names.Label(parts[0].Name)
	f.Comment(contents(parts))
	b := f.Attached("resource", "aws_s3_bucket", label)
	b.Expr("bucket", "%s", `"`+names.Bucket("${local.name_prefix}", name, "${data.aws_caller_identity.current.account_id}")+`"`)
	b.Expr("force_destroy", "var.buckets_force_destroy")
	keep(b)
	private(f, label)
	lifecycle(ofBucket(f, "lifecycle_configuration", label), parts)
	if told {
		ofBucket(f, "notification", label).Set("eventbridge", true)
	}
}

// contents says what the objects of a bucket are, one line for each part.
func contents(parts []model.Bucket) string {
	var lines []string
	for _, p := range parts {
		where := "Objects are "
		if p.Prefix != "" {
			where = "Objects below " + p.Prefix + " are "
		}
		lines = append(lines, where+path.Base(p.Payload.Package)+"."+p.Payload.Name+".")
	}
	return strings.Join(lines, "\n")
}

// lifecycle removes what expires, and parts of uploads that nobody completed: S3
// charges for them until then.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html
func lifecycle(b *tf.Body, parts []model.Bucket) {
	r := b.Block("rule")
	r.Set("id", "incomplete-uploads")
	r.Set("status", "Enabled")
	r.Block("filter")
	r.Block("abort_incomplete_multipart_upload").Set("days_after_initiation", incompleteDays)
	for _, p := range parts {
		if p.Expire == 0 {
			continue
		}
		r := b.Block("rule")
		r.Set("id", "expire-"+p.Resource())
		r.Set("status", "Enabled")
		filter := r.Block("filter")
		if p.Prefix != "" {
			filter.Set("prefix", p.Prefix)
		}
		r.Block("expiration").Set("days", p.Expire)
	}
}

// incompleteDays is how long an upload may take.
const incompleteDays = 7

// ofBucket adds a resource that belongs to the bucket of the label.
func ofBucket(f *tf.File, kind, label string) *tf.Body {
	b := f.Block("resource", "aws_s3_bucket_"+kind, label)
	b.Expr("bucket", "aws_s3_bucket.%s.id", label)
	return b
}

// private adds what keeps a bucket private and encrypted.
func private(f *tf.File, label string) {
	ofBucket(f, "ownership_controls", label).Block("rule").Set("object_ownership", "BucketOwnerEnforced")
	ofBucket(f, "server_side_encryption_configuration", label).Block("rule").
		Block("apply_server_side_encryption_by_default").Set("sse_algorithm", "AES256")

	b := ofBucket(f, "public_access_block", label)
	for _, what := range []string{"block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"} {
		b.Set(what, true)
	}
	encrypted(ofBucket(f, "policy", label), "aws_s3_bucket."+label+".arn")
}

// encrypted writes a policy that refuses requests without TLS.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
func encrypted(b *tf.Body, arn string) {
	b.Gap()
	b.Expr("policy", "jsonencode(%s)", tf.Object(
		tf.Item{Key: "Version", Value: `"2012-10-17"`},
		tf.Item{Key: "Statement", Value: "[" + tf.Object(
			tf.Item{Key: "Sid", Value: `"RefusePlainHTTP"`},
			tf.Item{Key: "Effect", Value: `"Deny"`},
			tf.Item{Key: "Action", Value: `"s3:*"`},
			tf.Item{Key: "Principal", Value: `"*"`},
			tf.Item{Key: "Resource", Value: "[" + arn + `, "${` + arn + `}/*"]`},
			tf.Item{Key: "Condition", Value: `{ Bool = { "aws:SecureTransport" = "false" } }`},
		) + "]"}))
}

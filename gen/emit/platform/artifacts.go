package platform

import (
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/names"
)

// artifacts returns the bucket of the functions' zips.
func artifacts() *tf.File {
	f := tf.New("")
	f.Comment("The functions' zips by their digests, functions/<digest>.zip: `seastack apply` and\n`seastack build --upload` put there what is missing. All of it can be built again, so that\nthe bucket may be destroyed with what is in it, once somebody has named it.")
	b := f.Attached("resource", "aws_s3_bucket", "artifacts")
	b.Expr("bucket", "%s", `"`+names.ArtifactBucket("${local.name_prefix}", "${data.aws_caller_identity.current.account_id}")+`"`)
	b.Set("force_destroy", true)
	keep(b)

	of := func(kind string) *tf.Body {
		b := f.Block("resource", "aws_s3_bucket_"+kind, "artifacts")
		b.Expr("bucket", "aws_s3_bucket.artifacts.id")
		return b
	}
	of("versioning").Block("versioning_configuration").Set("status", "Enabled")
	of("ownership_controls").Block("rule").Set("object_ownership", "BucketOwnerEnforced")
	of("server_side_encryption_configuration").Block("rule").
		Block("apply_server_side_encryption_by_default").Set("sse_algorithm", "AES256")

	b = of("public_access_block")
	for _, what := range []string{"block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"} {
		b.Set(what, true)
	}

	encrypted(of("policy"))
	return f
}

// encrypted writes a policy that refuses requests without TLS.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
func encrypted(b *tf.Body) {
	b.Gap()
	b.Expr("policy", "jsonencode(%s)", tf.Object(
		tf.Item{Key: "Version", Value: `"2012-10-17"`},
		tf.Item{Key: "Statement", Value: "[" + tf.Object(
			tf.Item{Key: "Sid", Value: `"RefusePlainHTTP"`},
			tf.Item{Key: "Effect", Value: `"Deny"`},
			tf.Item{Key: "Action", Value: `"s3:*"`},
			tf.Item{Key: "Principal", Value: `"*"`},
			tf.Item{Key: "Resource", Value: `[aws_s3_bucket.artifacts.arn, "${aws_s3_bucket.artifacts.arn}/*"]`},
			tf.Item{Key: "Condition", Value: `{ Bool = { "aws:SecureTransport" = "false" } }`},
		) + "]"}))
}

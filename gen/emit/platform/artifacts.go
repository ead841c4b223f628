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

	ofBucket(f, "versioning", "artifacts").Block("versioning_configuration").Set("status", "Enabled")
	private(f, "artifacts")
	return f
}

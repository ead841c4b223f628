package annotation

import (
	"strings"

	"github.com/seastack/seastack/gen/diag"
)

// Bucket declares a bucket of S3 on a Go type, in a package of the services'
// folder. The type stands for the bucket's objects, whose content may be anything.
// Whoever takes a blob.Reader, blob.Writer or blob.Bucket of the type reads or
// writes them; each handler with //seastack:object and the type is told of those
// that come or go.
//
// Several types may share a bucket, each with a prefix of its own: a handle is for
// the keys with its type's prefix, and grants no others.
type Bucket struct {
	// Name is the bucket's: lower-case letters, digits and hyphens. On AWS, the
	// project, the environment and the account stand around it.
	Name string `arg:"NAME"`
	// Prefix is what the keys of the type's objects begin with: incoming/. It ends
	// with a slash. Default: the type has the whole bucket.
	Prefix string `key:"prefix"`
	// Expire is after how many days S3 removes an object: 30d. Default: never.
	Expire Seconds `key:"expire" min:"86400" max:"315360000"`
}

func (b *Bucket) check(r *report) {
	switch {
	case !ValidName(b.Name):
		r.add(diag.BadValue, "NAME", quote(b.Name)+" is not a bucket's name: "+NameRule, "write one such as uploads")
	case b.Name == "artifacts":
		r.add(diag.BadValue, "NAME", "the bucket artifacts is that of the functions' zips", "give it another name")
	}
	if b.Prefix != "" && (!strings.HasSuffix(b.Prefix, "/") || !validPart(b.Prefix)) {
		r.add(diag.BadValue, "prefix", quote(b.Prefix)+" is not the prefix of a part of a bucket", "write letters, digits and any of ! - _ . ' ( ) / with a slash at the end, as in prefix=incoming/")
	}
	if b.Expire%86400 != 0 {
		r.add(diag.BadValue, "expire", "S3 counts in whole days", "write expire=30d")
	}
}

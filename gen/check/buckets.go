package check

import (
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
)

// buckets finds types that declare the same bucket, or parts of one of which one is
// in the other: an object would have two types.
func buckets(m model.Model) diag.List {
	var list diag.List
	for i, b := range m.Buckets {
		for _, other := range m.Buckets[:i] {
			if b.Name != other.Name || !strings.HasPrefix(b.Prefix, other.Prefix) && !strings.HasPrefix(other.Prefix, b.Prefix) {
				continue
			}
			message := "a second bucket is called " + b.Name
			if b.Prefix != other.Prefix {
				message = "the bucket " + b.Resource() + " overlaps with " + other.Resource() + ": an object would have two types"
			}
			list = append(list, diag.New(diag.BucketTaken, at(b.Pos), message,
				"give it another name, or each type a prefix of its own: prefix=incoming/", "the first is of "+other.Payload.Name+" at "+at(other.Pos).String()))
			break
		}
	}
	return list
}

// unusedBuckets finds buckets that no function has to do with.
func unusedBuckets(m model.Model) diag.List {
	var list diag.List
	for _, b := range m.Buckets {
		told := slices.ContainsFunc(m.Queues, func(q model.Queue) bool {
			return q.Object != nil && q.Object.Bucket == b.Name && strings.HasPrefix(q.Object.Prefix, b.Prefix)
		})
		if !told && len(b.Readers)+len(b.Writers) == 0 {
			list = append(list, diag.New(diag.UnusedBucket, at(b.Pos), "no function uses the bucket "+b.Resource(),
				"take a blob.Reader, blob.Writer or blob.Bucket of "+b.Payload.Name+" in a constructor, put //seastack:object on a handler of its objects, or remove //seastack:bucket"))
		}
	}
	return list
}

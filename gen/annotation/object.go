package annotation

import (
	"regexp"
	"slices"

	"github.com/seastack/seastack/gen/diag"
)

// Object runs a handler for each object that is created in a bucket, or removed
// from it. The bucket is the one that T declares with //seastack:bucket. The
// handler is
//
//	func(context.Context, blob.Object[T]) error
//	func(context.Context, []blob.Object[T]) error
//
// and gets the key of the object, not its content: it takes a blob.Reader of T in
// its constructor to read it. As with //seastack:on, each handler has a queue of
// its own, with retries and dead letters; an event comes at least once, and in no
// certain order. Several handlers may be told of the same objects. A handler that
// creates an object of which it is told starts itself again, without an end: let it
// write under another prefix.
type Object struct {
	// What is created or removed. An object that is replaced is created; one that
	// expires is removed.
	What string `arg:"WHAT"`
	// Prefix is what the keys of the objects begin with: incoming/. Default: the
	// prefix of the type.
	Prefix string `key:"prefix"`
	// Suffix is what the keys of the objects end with: .csv. Default: any.
	Suffix string `key:"suffix"`
	Keeping
	Batching
}

var (
	keyPart       = regexp.MustCompile(`^[\pL\pN!\-_.'()/ =+@,&:;]*$`)
	objectChanges = []string{"created", "removed"}
)

// validPart reports whether a text can be a part of a key that patterns and
// policies take as it is: "*" and "?" mean something to both.
func validPart(text string) bool { return keyPart.MatchString(text) }

func (o *Object) check(r *report) {
	if !slices.Contains(objectChanges, o.What) {
		r.add(diag.BadValue, "WHAT", quote(o.What)+" is not what happens to an object", didYouMean(o.What, objectChanges))
	}
	for key, value := range map[string]string{"prefix": o.Prefix, "suffix": o.Suffix} {
		if !validPart(value) {
			r.add(diag.BadValue, key, quote(value)+" cannot be the "+key+" of keys: it has characters that patterns or policies take for something else",
				"leave out * ? \" \\ { } [ ] and the like")
		}
	}
	o.Batching.check(r)
}

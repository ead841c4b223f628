package iam

import listing "github.com/seastack/seastack/tools/localcloud/page"

// paging is a list operation's request for a part of the list.
type paging struct {
	Marker   string
	MaxItems int
}

// page is an answer's note on whether there is more. Marker is opaque to clients.
type page struct {
	IsTruncated bool
	Marker      string `xml:",omitempty"`
}

// cut gives the part of all that p asks for; 100 elements where it does not
// say, 1,000 at most, as IAM.
func cut[T any](all []T, p paging) ([]T, page, error) {
	some, next, ok := listing.Cut(all, p.Marker, listing.Size(p.MaxItems, 100, 1000))
	if !ok {
		return nil, page{}, invalid("Invalid Marker: %s", p.Marker)
	}
	return some, page{IsTruncated: next != "", Marker: next}, nil
}

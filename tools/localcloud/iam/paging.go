package iam

import listing "github.com/seastack/seastack/tools/localcloud/page"

// paging is a list operation's request for a part of the list.
type paging struct {
	Marker   string
	MaxItems *int
}

// page tells in an answer whether the list continues. Marker is opaque to
// clients.
type page struct {
	IsTruncated bool
	Marker      string `xml:",omitempty"`
}

// The number of elements in a part of a list: the default, and the most.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
const (
	defaultItems = 100
	maxItems     = 1000
)

func (p paging) check() error {
	if p.MaxItems != nil && (*p.MaxItems < 1 || *p.MaxItems > maxItems) {
		return invalid("1 validation error detected: Value '%d' at 'maxItems' failed to satisfy constraint: "+
			"Member must have value between 1 and %d", *p.MaxItems, maxItems)
	}
	return nil
}

// cut returns the part of all that p requests.
func cut[T any](all []T, p paging) ([]T, page, error) {
	if err := p.check(); err != nil {
		return nil, page{}, err
	}
	size := defaultItems
	if p.MaxItems != nil {
		size = *p.MaxItems
	}
	some, next, ok := listing.Cut(all, p.Marker, size)
	if !ok {
		return nil, page{}, invalid("Invalid Marker: %s", p.Marker)
	}
	return some, page{IsTruncated: next != "", Marker: next}, nil
}

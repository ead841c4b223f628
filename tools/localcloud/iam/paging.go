package iam

import "strconv"

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
	start, err := 0, error(nil)
	if p.Marker != "" {
		if start, err = strconv.Atoi(p.Marker); err != nil || start < 0 || start > len(all) {
			return nil, page{}, invalid("Invalid Marker: %s", p.Marker)
		}
	}
	most := p.MaxItems
	if most <= 0 {
		most = 100
	}
	end := start + min(most, 1000)
	if end >= len(all) {
		return all[start:], page{}, nil
	}
	return all[start:end], page{IsTruncated: true, Marker: strconv.Itoa(end)}, nil
}

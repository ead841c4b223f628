package s3

import (
	"slices"
	"strings"
	"time"
)

// ObjectSummary describes an object.
type ObjectSummary struct {
	Key      string
	Size     int64 // bytes
	Modified time.Time
}

// Buckets returns the names of all buckets, sorted.
func (s *Service) Buckets() (names []string, err error) {
	all, err := s.buckets.List("")
	for _, b := range all {
		names = append(names, b.Name)
	}
	return names, err
}

// List returns the objects of a bucket whose keys begin with prefix and come after
// the key after, by key, limit at most. A bucket that does not exist is a
// *wire.Error.
func (s *Service) List(bucket, prefix, after string, limit int) (all []ObjectSummary, more bool, err error) {
	found, err := s.objects.current(bucket, prefix)
	if err != nil {
		return nil, false, wireError(err)
	}
	for key, o := range found {
		if key > after {
			all = append(all, ObjectSummary{Key: key, Size: o.Size, Modified: o.LastModified.Time})
		}
	}
	slices.SortFunc(all, func(a, b ObjectSummary) int { return strings.Compare(a.Key, b.Key) })
	return all[:min(limit, len(all))], len(all) > limit, nil
}

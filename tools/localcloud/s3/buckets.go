package s3

import (
	"github.com/johannesboyne/gofakes3"

	"github.com/seastack/seastack/tools/localcloud/store"
)

// ListBuckets returns the buckets, by name.
func (o *objects) ListBuckets() (all []gofakes3.BucketInfo, err error) {
	buckets, err := o.buckets.List("")
	for _, b := range buckets {
		all = append(all, gofakes3.BucketInfo{Name: b.Name, CreationDate: gofakes3.NewContentTime(b.Created)})
	}
	return all, err
}

// CreateBucket is not called: the service itself creates buckets.
func (o *objects) CreateBucket(string) error { return gofakes3.ErrNotImplemented }

// BucketExists reports whether there is a bucket of that name.
func (o *objects) BucketExists(name string) (exists bool, err error) {
	_, exists, err = o.buckets.Get(name)
	return exists, err
}

// DeleteBucket deletes a bucket that has no version of any object.
func (o *objects) DeleteBucket(name string) error {
	return o.env.Store.Update(func(tx *store.Tx) error {
		if _, err := o.bucket(tx, name); err != nil {
			return err
		}
		err := o.versions.EachTx(tx, name+end, func(string, version) (bool, error) {
			return false, gofakes3.ResourceError(gofakes3.ErrBucketNotEmpty, name)
		})
		if err != nil {
			return err
		}
		return o.buckets.DeleteTx(tx, name)
	})
}

// ForceDeleteBucket is not called: clients empty a bucket themselves.
func (o *objects) ForceDeleteBucket(string) error { return gofakes3.ErrNotImplemented }

// VersioningConfiguration is not called, nor is SetVersioningConfiguration: the
// service itself keeps what a bucket is configured to.
func (o *objects) VersioningConfiguration(string) (gofakes3.VersioningConfiguration, error) {
	return gofakes3.VersioningConfiguration{}, gofakes3.ErrNotImplemented
}

// SetVersioningConfiguration is not called.
func (o *objects) SetVersioningConfiguration(string, gofakes3.VersioningConfiguration) error {
	return gofakes3.ErrNotImplemented
}

package s3

import (
	"maps"
	"slices"
	"strings"

	"github.com/johannesboyne/gofakes3"

	"github.com/seastack/seastack/tools/localcloud/store"
)

// grouped returns the common prefix of a key, "" where it has none.
func grouped(key string, p *gofakes3.Prefix) string {
	if !p.HasDelimiter {
		return ""
	}
	if i := strings.Index(key[len(p.Prefix):], p.Delimiter); i >= 0 {
		return key[:len(p.Prefix)+i+len(p.Delimiter)]
	}
	return ""
}

// pageSize returns the number of entries of a page.
func pageSize(max int64) int {
	if max <= 0 || max > gofakes3.DefaultBucketVersionKeys {
		return gofakes3.DefaultBucketVersionKeys
	}
	return int(max)
}

// ListBucket lists the newest versions of a bucket's keys, mounted files among
// them, by key.
func (o *objects) ListBucket(bucket string, p *gofakes3.Prefix, page gofakes3.ListBucketPage) (*gofakes3.ObjectList, error) {
	if p == nil {
		p = &gofakes3.Prefix{}
	}
	found, err := o.current(bucket, p.Prefix)
	if err != nil {
		return nil, err
	}
	list := gofakes3.NewObjectList()
	n, last := 0, ""
	for _, key := range slices.Sorted(maps.Keys(found)) {
		group := grouped(key, p)
		if page.HasMarker && (key <= page.Marker || group != "" && group == page.Marker) || group != "" && group == last {
			continue
		}
		if n == pageSize(page.MaxKeys) {
			list.IsTruncated, list.NextMarker = true, last
			break
		}
		n++
		if last = key; group != "" {
			last = group
			list.AddPrefix(group)
			continue
		}
		list.Add(found[key])
	}
	return list, nil
}

// current returns the newest versions of the keys that begin with prefix.
func (o *objects) current(bucket, prefix string) (map[string]*gofakes3.Content, error) {
	found := map[string]*gofakes3.Content{}
	for _, m := range o.mountedBelow(bucket, prefix) {
		found[m.key] = m.content()
	}
	seen := ""
	err := o.env.Store.View(func(tx *store.Tx) error {
		if _, err := o.bucket(tx, bucket); err != nil {
			return err
		}
		return o.versions.EachTx(tx, bucket+end+prefix, func(_ string, v version) (bool, error) {
			if v.Key == seen {
				return true, nil
			}
			if seen = v.Key; !v.Deleted {
				found[v.Key] = &gofakes3.Content{
					Key: v.Key, LastModified: gofakes3.NewContentTime(v.Modified), ETag: `"` + v.MD5 + `"`, Size: v.Size,
				}
			} else if o.mounted(bucket, v.Key) == nil {
				delete(found, v.Key)
			}
			return true, nil
		})
	})
	return found, err
}

// ListBucketVersions lists all versions of a bucket's keys. Mounted files are none:
// they do not keep a bucket from being emptied and deleted.
func (o *objects) ListBucketVersions(bucket string, p *gofakes3.Prefix, page *gofakes3.ListBucketVersionsPage) (*gofakes3.ListBucketVersionsResult, error) {
	if p == nil {
		p = &gofakes3.Prefix{}
	}
	if page == nil {
		page = &gofakes3.ListBucketVersionsPage{}
	}
	result := gofakes3.NewListBucketVersionsResult(bucket, p, page)
	l := versionLister{prefix: p, page: page, result: result, skip: page.HasVersionIDMarker}
	err := o.env.Store.View(func(tx *store.Tx) error {
		if _, err := o.bucket(tx, bucket); err != nil {
			return err
		}
		return o.versions.EachTx(tx, bucket+end+p.Prefix, func(_ string, v version) (bool, error) { return l.add(v), nil })
	})
	return result, err
}

// versionLister fills a page of versions, one after the other.
type versionLister struct {
	prefix  *gofakes3.Prefix
	page    *gofakes3.ListBucketVersionsPage
	result  *gofakes3.ListBucketVersionsResult
	n       int
	seen    string // the last key
	group   string // the last common prefix
	lastKey string // of the page
	lastID  string
	skip    bool // until the version of the page's marker
}

// add adds a version to the page; false means that the page is full.
func (l *versionLister) add(v version) bool {
	isLatest := v.Key != l.seen
	l.seen = v.Key
	if l.page.HasKeyMarker {
		switch marker := l.page.KeyMarker; {
		case v.Key < marker, v.Key == marker && !l.page.HasVersionIDMarker:
			return true
		case v.Key == marker && l.skip:
			l.skip = v.ID != string(l.page.VersionIDMarker)
			return true
		}
	}
	group := grouped(v.Key, l.prefix)
	if group != "" && (group == l.group || l.page.HasKeyMarker && group == l.page.KeyMarker) {
		return true
	}
	if l.n == pageSize(l.page.MaxKeys) {
		l.result.IsTruncated, l.result.NextKeyMarker, l.result.NextVersionIDMarker = true, l.lastKey, gofakes3.VersionID(l.lastID)
		return false
	}
	l.n++
	if l.group = group; group != "" {
		l.lastKey, l.lastID = group, ""
		l.result.AddPrefix(group)
		return true
	}
	l.lastKey, l.lastID = v.Key, v.ID
	l.result.Versions = append(l.result.Versions, item(v, isLatest))
	return true
}

func item(v version, isLatest bool) gofakes3.VersionItem {
	if v.Deleted {
		return &gofakes3.DeleteMarker{
			Key: v.Key, VersionID: gofakes3.VersionID(v.ID), IsLatest: isLatest, LastModified: gofakes3.NewContentTime(v.Modified),
		}
	}
	return &gofakes3.Version{
		Key: v.Key, VersionID: gofakes3.VersionID(v.ID), IsLatest: isLatest, LastModified: gofakes3.NewContentTime(v.Modified),
		Size: v.Size, StorageClass: gofakes3.StorageStandard, ETag: `"` + v.MD5 + `"`,
	}
}

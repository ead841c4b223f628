package s3

import (
	"cmp"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/johannesboyne/gofakes3"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// objects keeps objects for the engine: what is known of each version in the
// state, its bytes in a file of their own.
type objects struct {
	env      *wire.Env
	dir      string
	buckets  store.Collection[bucket]
	versions store.Collection[version] // by bucket, key and time, the newest of a key first
	mounts   []Mount
	outbox   *outbox
	origin   origin // of the changes that are made
}

// version is the record of one version of an object.
type version struct {
	ID       string // "null" for one that was put while the bucket had no versions
	Key      string
	Size     int64
	MD5      string // hex
	SHA256   string `json:",omitempty"` // base64, where the client named it
	File     string // in the folder; "" for a delete marker
	Meta     map[string]string
	Tags     []tag `json:",omitempty"`
	Modified time.Time
	Deleted  bool  // it is a delete marker
	Order    int64 // smaller is newer
}

const nullVersion = "null"

// end separates the parts of a record's key. No name of a bucket has it, and no
// key that XML can hold.
const end = "\x00"

func objectPrefix(bucket, key string) string { return bucket + end + key + end }

func recordKey(bucket string, v version) string {
	return fmt.Sprintf("%s%016x", objectPrefix(bucket, v.Key), v.Order)
}

// openObjects opens the folder of the objects' bytes, and removes what a crash
// has left that no object has.
func openObjects(env *wire.Env, dir string, buckets store.Collection[bucket], events *outbox, mounts []Mount) (*objects, error) {
	o := &objects{
		env: env, dir: dir, buckets: buckets, versions: store.In[version](env.Store, "s3/versions"), mounts: mounts, outbox: events,
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	all, err := o.versions.List("")
	if err != nil {
		return nil, err
	}
	used := map[string]bool{}
	for _, v := range all {
		used[v.File] = true
	}
	files, err := os.ReadDir(dir)
	for _, f := range files {
		if !used[f.Name()] {
			err = errors.Join(err, os.Remove(filepath.Join(dir, f.Name())))
		}
	}
	return o, err
}

// bucket returns the record of a bucket.
func (o *objects) bucket(tx *store.Tx, name string) (bucket, error) {
	b, ok, err := o.buckets.GetTx(tx, name)
	if err == nil && !ok {
		err = gofakes3.BucketNotFound(name)
	}
	return b, err
}

// versioning returns a bucket's versioning: Enabled, Suspended, or "".
func (o *objects) versioning(name string) (status string, err error) {
	err = o.env.Store.View(func(tx *store.Tx) error {
		b, err := o.bucket(tx, name)
		status = b.versioning()
		return err
	})
	return status, err
}

// update runs f in a transaction, which may store events.
func (o *objects) update(f func(*store.Tx) error) error {
	err := o.env.Store.Update(f)
	if err == nil {
		o.outbox.loop.Wake()
	}
	return err
}

// eventTx stores an event of an object.
func (o *objects) eventTx(tx *store.Tx, b bucket, name string, v version) error {
	return o.outbox.addTx(tx, b, o.origin, event{name, b.Name, v})
}

// latest returns the newest version of a key; ok is false where there is none.
func (o *objects) latest(tx *store.Tx, bucket, key string) (newest version, ok bool, err error) {
	err = o.versions.EachTx(tx, objectPrefix(bucket, key), func(_ string, v version) (bool, error) {
		newest, ok = v, true
		return false, nil
	})
	return newest, ok, err
}

// versionTx returns a version by its ID, the newest where id is empty.
func (o *objects) versionTx(tx *store.Tx, bucket, key, id string) (found version, ok bool, err error) {
	if id == "" {
		return o.latest(tx, bucket, key)
	}
	err = o.versions.EachTx(tx, objectPrefix(bucket, key), func(_ string, v version) (bool, error) {
		if v.ID == id {
			found, ok = v, true
		}
		return !ok, nil
	})
	return found, ok, err
}

// get opens a version; one that is a delete marker is returned as such when it is
// asked for by its ID.
func (o *objects) get(bucket, key string, id gofakes3.VersionID, ranged *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	var v version
	var ok bool
	err := o.env.Store.View(func(tx *store.Tx) (err error) {
		if _, err := o.bucket(tx, bucket); err != nil {
			return err
		}
		v, ok, err = o.versionTx(tx, bucket, key, string(id))
		return err
	})
	if err != nil {
		return nil, err
	}
	if !ok && id == "" {
		if mounted := o.mounted(bucket, key); mounted != nil {
			return mounted.open(ranged)
		}
	}
	switch {
	case !ok && id != "":
		return nil, gofakes3.ErrNoSuchVersion
	case !ok || v.Deleted && id == "":
		return nil, noSuchKey()
	case v.Deleted:
		return &gofakes3.Object{Name: key, VersionID: id, IsDeleteMarker: true, Contents: io.NopCloser(strings.NewReader(""))}, nil
	}
	sum, err := hex.DecodeString(v.MD5)
	if err != nil {
		return nil, err
	}
	found := &gofakes3.Object{Name: key, Metadata: withChecksum(v.Meta, v.SHA256, ranged), Size: v.Size, Hash: sum}
	if v.ID != nullVersion {
		found.VersionID = gofakes3.VersionID(v.ID)
	}
	return found, openRange(found, filepath.Join(o.dir, v.File), ranged)
}

// withChecksum returns an object's headers with the SHA-256 of its bytes, unless
// only a range of them is wanted.
func withChecksum(meta map[string]string, sum string, ranged *gofakes3.ObjectRangeRequest) map[string]string {
	if sum == "" || ranged != nil {
		return meta
	}
	all := maps.Clone(meta)
	all[checksumHeader], all["X-Amz-Checksum-Type"] = sum, "FULL_OBJECT"
	return all
}

// openRange opens a file as an object's contents, or a range of it.
func openRange(o *gofakes3.Object, path string, ranged *gofakes3.ObjectRangeRequest) (err error) {
	if o.Range, err = ranged.Range(o.Size); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	o.Contents = f
	if o.Range != nil {
		o.Contents = struct {
			io.Reader
			io.Closer
		}{io.NewSectionReader(f, o.Range.Start, o.Range.Length), f}
	}
	return nil
}

// PutObject stores an object: its bytes first, under a name of their own, and
// then what is known of it. A key has all of its new bytes or its old ones.
func (o *objects) PutObject(bucket, key string, meta map[string]string, in io.Reader, size int64, conditions *gofakes3.PutConditions) (gofakes3.PutObjectResult, error) {
	var result gofakes3.PutObjectResult
	if strings.Contains(key, end) {
		return result, gofakes3.ErrorMessage(gofakes3.ErrInvalidArgument, "a key has no zero bytes")
	}
	v := version{Key: key, File: uuid.NewString(), Meta: kept(meta), Modified: o.env.Now().UTC(), Size: size}
	var err error
	if v.Tags, err = parseTags(meta["X-Amz-Tagging"]); err != nil {
		return result, err
	}
	path := filepath.Join(o.dir, v.File)
	v.SHA256 = meta[checksumHeader]
	if v.MD5, err = write(path, in, size, v.SHA256); err != nil {
		return result, err
	}
	stale, err := o.add(bucket, &v, conditions)
	if err != nil {
		return result, cmp.Or(err, os.Remove(path))
	}
	if v.ID != nullVersion {
		result.VersionID = gofakes3.VersionID(v.ID)
	}
	return result, o.remove(stale)
}

// kept returns of a request's headers those that belong to the object: not its
// signature, whose parts are secrets.
func kept(header map[string]string) map[string]string {
	meta := map[string]string{}
	for k, v := range header {
		if strings.HasPrefix(k, "X-Amz-Meta-") || !strings.HasPrefix(k, "X-Amz-") {
			meta[k] = v
		}
	}
	if encoding := strings.TrimPrefix(strings.TrimPrefix(meta["Content-Encoding"], "aws-chunked"), ","); encoding == "" {
		delete(meta, "Content-Encoding") // that of the transfer
	} else {
		meta["Content-Encoding"] = encoding
	}
	return meta
}

func parseTags(header string) (tags []tag, err error) {
	values, err := url.ParseQuery(header)
	if err != nil {
		return nil, gofakes3.ErrorMessage(gofakes3.ErrInvalidArgument, "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.")
	}
	for k, v := range values {
		tags = append(tags, tag{k, v[0]})
	}
	return tags, nil
}

const checksumHeader = "X-Amz-Checksum-Sha256"

// write writes a file of that size and SHA-256, where that is not empty, and
// returns the MD5 of its bytes. One that fails leaves nothing.
func write(path string, in io.Reader, size int64, want string) (string, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	sum := md5.New() // S3's ETag
	checksum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum, checksum), in)
	switch {
	case err != nil:
	case n != size:
		err = gofakes3.ErrIncompleteBody
	case want != "" && want != base64.StdEncoding.EncodeToString(checksum.Sum(nil)):
		err = gofakes3.ErrorMessage(gofakes3.ErrBadDigest, "The SHA256 you specified did not match the calculated checksum.")
	}
	if err = cmp.Or(err, f.Close()); err != nil {
		return "", cmp.Or(err, os.Remove(path))
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// add adds a version to a key, in the place of the one without an ID where the
// bucket has no versions. It returns the files that no version has any more.
func (o *objects) add(bucket string, v *version, conditions *gofakes3.PutConditions) (stale []string, err error) {
	err = o.update(func(tx *store.Tx) error {
		b, err := o.bucket(tx, bucket)
		if err != nil {
			return err
		}
		newest, ok, err := o.latest(tx, bucket, v.Key)
		if err != nil {
			return err
		}
		if err := checkConditions(conditions, newest, ok); err != nil {
			return err
		}
		v.Order = -v.Modified.UnixNano() & (1<<63 - 1)
		if ok && v.Order >= newest.Order {
			v.Order = newest.Order - 1 // the clock went back, or stood still
		}
		if stale, err = o.placeTx(tx, b, v); err != nil {
			return err
		}
		name := o.origin.created
		if v.Deleted {
			name = removedByMarker
		}
		return o.eventTx(tx, b, name, *v)
	})
	return stale, err
}

// placeTx stores a version under a new ID, or in the place of the one without an
// ID, whose files it returns.
func (o *objects) placeTx(tx *store.Tx, b bucket, v *version) (stale []string, err error) {
	v.ID = nullVersion
	if b.versioning() == "Enabled" {
		v.ID = fmt.Sprintf("%016x%s", v.Order, uuid.NewString()[:8])
	} else {
		replaced, _, err := o.dropTx(tx, b.Name, v.Key, nullVersion)
		if err != nil {
			return nil, err
		}
		stale = replaced.files()
	}
	return stale, o.versions.PutTx(tx, recordKey(b.Name, *v), *v)
}

// checkConditions checks the conditions of a put, given the newest version of the
// key if there is one.
func checkConditions(conditions *gofakes3.PutConditions, newest version, ok bool) error {
	if conditions == nil {
		return nil
	}
	sum, _ := hex.DecodeString(newest.MD5) // written by this package
	info := gofakes3.ConditionalObjectInfo{Exists: ok && !newest.Deleted, Hash: sum}
	return gofakes3.CheckPutConditions(conditions, &info)
}

// dropTx removes a version and returns it; ok is false if there is none.
func (o *objects) dropTx(tx *store.Tx, bucket, key, id string) (v version, ok bool, err error) {
	v, ok, err = o.versionTx(tx, bucket, key, id)
	if err != nil || !ok {
		return version{}, false, err
	}
	return v, true, o.versions.DeleteTx(tx, recordKey(bucket, v))
}

// files returns the names of the version's files, one or none.
func (v version) files() []string {
	if v.File == "" {
		return nil
	}
	return []string{v.File}
}

// remove removes files. A reader that has one open goes on.
func (o *objects) remove(files []string) error {
	var errs []error
	for _, f := range files {
		errs = append(errs, os.Remove(filepath.Join(o.dir, f)))
	}
	return errors.Join(errs...)
}

// GetObject opens an object.
func (o *objects) GetObject(bucket, key string, ranged *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	return o.get(bucket, key, "", ranged)
}

// HeadObject returns an object without its bytes.
func (o *objects) HeadObject(bucket, key string) (*gofakes3.Object, error) {
	return o.HeadObjectVersion(bucket, key, "")
}

// GetObjectVersion opens a version of an object.
func (o *objects) GetObjectVersion(bucket, key string, id gofakes3.VersionID, ranged *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	return o.get(bucket, key, id, ranged)
}

// HeadObjectVersion returns a version of an object without its bytes.
func (o *objects) HeadObjectVersion(bucket, key string, id gofakes3.VersionID) (*gofakes3.Object, error) {
	found, err := o.get(bucket, key, id, nil)
	if err != nil {
		return nil, err
	}
	return found, found.Contents.Close()
}

// DeleteObject deletes an object, or puts a delete marker in front of its
// versions.
func (o *objects) DeleteObject(bucket, key string) (result gofakes3.ObjectDeleteResult, err error) {
	if o.mounted(bucket, key) != nil {
		return result, gofakes3.ErrorMessage(gofakes3.ErrMethodNotAllowed, "the object is a file of this machine, which the bucket only shows")
	}
	status, err := o.versioning(bucket)
	if err != nil {
		return result, err
	}
	if status == "" {
		_, err := o.deleteVersion(bucket, key, nullVersion)
		return result, err
	}
	marker := version{Key: key, Modified: o.env.Now().UTC(), Deleted: true}
	stale, err := o.add(bucket, &marker, nil)
	if err != nil {
		return result, err
	}
	return gofakes3.ObjectDeleteResult{IsDeleteMarker: true, VersionID: gofakes3.VersionID(marker.ID)}, o.remove(stale)
}

// DeleteObjectVersion deletes one version of an object for good. One that is not
// there is no error.
func (o *objects) DeleteObjectVersion(bucket, key string, id gofakes3.VersionID) (gofakes3.ObjectDeleteResult, error) {
	v, err := o.deleteVersion(bucket, key, string(id))
	return gofakes3.ObjectDeleteResult{VersionID: id, IsDeleteMarker: v.Deleted}, err
}

// deleteVersion deletes a version and returns it. It is no error if there is none.
func (o *objects) deleteVersion(bucket, key, id string) (v version, err error) {
	err = o.update(func(tx *store.Tx) error {
		b, err := o.bucket(tx, bucket)
		if err != nil {
			return err
		}
		ok := false
		if v, ok, err = o.dropTx(tx, bucket, key, id); err != nil || !ok {
			return err
		}
		return o.eventTx(tx, b, removedForGood, v)
	})
	if err != nil {
		return v, err
	}
	return v, o.remove(v.files())
}

// DeleteMulti deletes several objects.
func (o *objects) DeleteMulti(bucket string, keys ...string) (gofakes3.MultiDeleteResult, error) {
	ids := make([]gofakes3.ObjectID, len(keys))
	for i, key := range keys {
		ids[i].Key = key
	}
	return o.DeleteMultiVersions(bucket, ids...)
}

// DeleteMultiVersions deletes several objects, or versions of objects.
func (o *objects) DeleteMultiVersions(bucket string, ids ...gofakes3.ObjectID) (result gofakes3.MultiDeleteResult, err error) {
	for _, id := range ids {
		if id.VersionID == "" {
			_, err = o.DeleteObject(bucket, id.Key)
		} else {
			_, err = o.DeleteObjectVersion(bucket, id.Key, gofakes3.VersionID(id.VersionID))
		}
		if gofakes3.HasErrorCode(err, gofakes3.ErrNoSuchBucket) {
			return result, err
		}
		if err != nil {
			failed := gofakes3.ErrorResultFromError(err)
			failed.Key = id.Key
			result.Error = append(result.Error, failed)
			continue
		}
		result.Deleted = append(result.Deleted, id)
	}
	return result, nil
}

// CopyObject copies an object to another key.
func (o *objects) CopyObject(fromBucket, fromKey, toBucket, toKey string, meta map[string]string) (gofakes3.CopyObjectResult, error) {
	return gofakes3.CopyObject(o, fromBucket, fromKey, toBucket, toKey, meta)
}

// serveObjectTagging gets, puts or deletes an object's tags.
func (s *Service) serveObjectTagging(w http.ResponseWriter, req *http.Request, c *wire.Call) error {
	var in struct {
		TagSet struct{ Tag []tag }
	}
	if req.Method == http.MethodPut {
		body, err := readDocument(req)
		if err != nil {
			return err
		}
		if err := checkXML(body, "Tagging"); err != nil {
			return err
		}
		if err := xml.Unmarshal(body, &in); err != nil {
			return err
		}
	}
	v, err := s.objects.tag(c.Path["Bucket"], c.Path["Key"], req.URL.Query().Get("versionId"), req.Method != http.MethodGet, in.TagSet.Tag)
	if err != nil {
		return wireError(err)
	}
	if v.ID != nullVersion {
		w.Header().Set("X-Amz-Version-Id", v.ID)
	}
	switch req.Method {
	case http.MethodGet:
		writeDocument(w, tagging(v.Tags))
	case http.MethodDelete:
		w.WriteHeader(http.StatusNoContent)
	}
	return nil
}

// tag returns a version, after it has changed its tags where it is to.
func (o *objects) tag(bucket, key, id string, change bool, tags []tag) (v version, err error) {
	f := o.env.Store.View
	if change {
		f = o.env.Store.Update
	}
	return v, f(func(tx *store.Tx) error {
		if _, err := o.bucket(tx, bucket); err != nil {
			return err
		}
		found, ok, err := o.versionTx(tx, bucket, key, id)
		if err == nil && (!ok || found.Deleted) {
			err = noSuchKey()
		}
		if err != nil {
			return err
		}
		if v = found; change {
			v.Tags = tags
			return o.versions.PutTx(tx, recordKey(bucket, v), v)
		}
		return nil
	})
}

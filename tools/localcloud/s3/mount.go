package s3

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/johannesboyne/gofakes3"
)

// Mount shows files of a folder as objects of a bucket, where they are and as
// they are: those that are named by the SHA-256 of their bytes, "<digest>.zip",
// which never change. A key that is put has the place of the file.
type Mount struct {
	Bucket string
	Prefix string // of the keys, with its last slash: "functions/"
	Dir    string
}

// ParseMount reads what String writes: "<bucket>/<prefix>=<folder>".
func ParseMount(text string) (m Mount, err error) {
	keys, dir, ok := strings.Cut(text, "=")
	if m.Bucket, m.Prefix, _ = strings.Cut(keys, "/"); !ok || m.Bucket == "" || dir == "" {
		return m, fmt.Errorf("%q is not <bucket>/<prefix>=<folder>", text)
	}
	m.Dir = dir
	return m, nil
}

func (m Mount) String() string { return m.Bucket + "/" + m.Prefix + "=" + m.Dir }

var digestName = regexp.MustCompile(`^[0-9a-f]{64}\.zip$`)

// mountedFile is a file of a mount.
type mountedFile struct {
	key, path string
	size      int64
	modified  time.Time
}

// mounted returns the file that a key shows; nil where there is none.
func (o *objects) mounted(bucket, key string) *mountedFile {
	for _, m := range o.mounts {
		name, ok := strings.CutPrefix(key, m.Prefix)
		if m.Bucket != bucket || !ok || !digestName.MatchString(name) {
			continue
		}
		path := filepath.Join(m.Dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return &mountedFile{key: key, path: path, size: info.Size(), modified: info.ModTime()}
		}
	}
	return nil
}

// mountedBelow returns the files of a bucket's mounts whose keys begin with
// prefix.
func (o *objects) mountedBelow(bucket, prefix string) (all []*mountedFile) {
	for _, m := range o.mounts {
		if m.Bucket != bucket || !strings.HasPrefix(m.Prefix, prefix) && !strings.HasPrefix(prefix, m.Prefix) {
			continue
		}
		entries, _ := os.ReadDir(m.Dir) // a folder that is not there yet has no files
		for _, e := range entries {
			if key := m.Prefix + e.Name(); strings.HasPrefix(key, prefix) {
				if f := o.mounted(bucket, key); f != nil {
					all = append(all, f)
				}
			}
		}
	}
	return all
}

func (f *mountedFile) digest() string {
	return strings.TrimSuffix(filepath.Base(f.path), ".zip")
}

func (f *mountedFile) content() *gofakes3.Content {
	return &gofakes3.Content{
		Key: f.key, LastModified: gofakes3.NewContentTime(f.modified), ETag: `"` + f.digest()[:32] + `"`, Size: f.size,
	}
}

func (f *mountedFile) open(ranged *gofakes3.ObjectRangeRequest) (*gofakes3.Object, error) {
	sum, err := hex.DecodeString(f.digest())
	if err != nil {
		return nil, err
	}
	o := &gofakes3.Object{
		Name: f.key, Size: f.size, Hash: sum[:16], // tells files apart, as S3's ETags do that are no MD5
		Metadata: withChecksum(map[string]string{
			"Content-Type": "application/zip", "Last-Modified": f.modified.UTC().Format(http.TimeFormat),
		}, base64.StdEncoding.EncodeToString(sum), ranged),
	}
	return o, openRange(o, f.path, ranged)
}

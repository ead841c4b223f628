package dashboard

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"

	"github.com/seastack/seastack/tools/localcloud/s3"
)

func (d *Dashboard) listBuckets(*http.Request) (view, error) {
	names, err := d.Objects.Buckets()
	return view{page: "buckets", title: "Objects", data: names}, err
}

type objectList struct {
	Bucket, Prefix string
	Rows           []objectRow
	Next           string // address; empty: none
}

type objectRow struct {
	s3.ObjectSummary
	Download string
}

// listObjects lists a part of a bucket.
func (d *Dashboard) listObjects(req *http.Request) (view, error) {
	l := objectList{Bucket: req.PathValue("bucket"), Prefix: req.FormValue("prefix")}
	found, more, err := d.Objects.List(l.Bucket, l.Prefix, req.FormValue("after"), perPage)
	if err != nil {
		return view{}, err
	}
	for _, o := range found {
		address := Pages + "objects/" + url.PathEscape(l.Bucket) + "/download?" + url.Values{"key": {o.Key}}.Encode()
		l.Rows = append(l.Rows, objectRow{o, address})
	}
	if more {
		l.Next = withParameter(req.URL, "after", found[len(found)-1].Key)
	}
	return view{page: "objects", title: "Bucket " + l.Bucket, data: l}, nil
}

// download sends an object as a file that is not shown in the browser: it may be a
// page, whose script would run as the dashboard's own.
func (d *Dashboard) download(w http.ResponseWriter, req *http.Request) {
	key := req.FormValue("key")
	content, size, err := d.Objects.Open(req.PathValue("bucket"), key, "")
	if err != nil {
		d.render(w, req, d.failed(req, err))
		return
	}
	defer content.Close()
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": path.Base(key)}))
	_, _ = io.Copy(w, content) // the client is gone: there is no one to report an error to
}

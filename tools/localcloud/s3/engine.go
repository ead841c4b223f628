package s3

import (
	"bytes"
	"io"
	"log"
	"net/http"
	"strings"

	"github.com/johannesboyne/gofakes3"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// changing are the routes that change objects, other than those that need more
// than the engine, with the type of the events of objects that they create.
var changing = map[route]string{
	{"PUT", ofObject, ""}:             createdByPut,
	{"DELETE", ofObject, ""}:          "",
	{"DELETE", ofObject, "versionId"}: "",
}

// newEngine returns the protocol of S3 on objects.
func (s *Service) newEngine(o *objects) http.Handler {
	return gofakes3.New(o,
		gofakes3.WithTimeSource(clock{s.env.Now}), gofakes3.WithLogger(gofakes3.StdLog(log.New(io.Discard, "", 0))),
		gofakes3.WithTimeSkewLimit(0), gofakes3.WithMetadataSizeLimit(0), gofakes3.WithRequestID(s.requests.Add(1)<<20)).Server()
}

// serveEngine passes a request on to the engine, whose answers are S3's.
func (s *Service) serveEngine(w http.ResponseWriter, req *http.Request, c *wire.Call) error {
	return serveObjects(s.engine, w, req, c)
}

func serveObjects(engine http.Handler, w http.ResponseWriter, req *http.Request, c *wire.Call) error {
	if strings.HasPrefix(req.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		if err := unchunk(req); err != nil {
			return err
		}
	}
	if c.Path["Key"] != "" && req.Method != http.MethodDelete {
		w.Header().Set("X-Amz-Server-Side-Encryption", "AES256") // as S3 does for every object
	}
	engine.ServeHTTP(w, req)
	return nil
}

// serveChange passes a request that changes objects on to an engine of its own,
// whose objects know the request: the engine does not hand it to them. created is
// the type of the events of objects that it creates.
func (s *Service) serveChange(created string) func(http.ResponseWriter, *http.Request, *wire.Call) error {
	return func(w http.ResponseWriter, req *http.Request, c *wire.Call) error {
		o := *s.objects
		o.origin = origin{created, c.Principal.UserID, w.Header()}
		return serveObjects(s.newEngine(&o), w, req, c)
	}
}

// completeUpload completes a multipart upload, whose parts the common engine has.
// That engine completes one at a time.
func (s *Service) completeUpload(w http.ResponseWriter, req *http.Request, c *wire.Call) error {
	body, err := readDocument(req)
	if err != nil {
		return err
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	s.completing.Lock()
	defer s.completing.Unlock()
	s.completed.origin = origin{createdByUpload, c.Principal.UserID, w.Header()}
	return serveObjects(s.engine, w, req, c)
}

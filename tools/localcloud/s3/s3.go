// Package s3 is Amazon S3: buckets with their configurations, and objects with
// their versions. The protocol of objects is that of gofakes3; where they are
// kept, what a bucket is configured to, and who may do what, is here.
package s3

import (
	"io"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/johannesboyne/gofakes3"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Service is S3. Create it with New.
type Service struct {
	env       *wire.Env
	authority wire.Authority
	buckets   store.Collection[bucket] // by name
	objects   *objects
	outbox    *outbox
	engine    http.Handler // of all requests but those that change objects
	requests  atomic.Uint64

	// completing is held while the engine completes an upload, which completed
	// then stores.
	completing sync.Mutex
	completed  *objects
}

// New returns S3 on the state in env. The authority checks what an operation
// needs beside its own action. The files of mounts are objects of their buckets,
// and stay where they are.
func New(env *wire.Env, authority wire.Authority, mounts ...Mount) (*Service, error) {
	s := &Service{
		env: env, authority: authority, buckets: store.In[bucket](env.Store, "s3/buckets"), outbox: newOutbox(env),
	}
	var err error
	if s.objects, err = openObjects(env, filepath.Join(env.Dir, "s3"), s.buckets, s.outbox, mounts); err != nil {
		return nil, err
	}
	completed := *s.objects
	s.completed = &completed
	s.engine = s.newEngine(s.completed)
	return s, nil
}

// Open opens an object, the latest version where versionID is empty, and returns
// its size in bytes. An object that does not exist is a *wire.Error.
func (s *Service) Open(bucket, key, versionID string) (io.ReadCloser, int64, error) {
	o, err := s.objects.get(bucket, key, gofakes3.VersionID(versionID), nil)
	if err != nil {
		return nil, 0, wireError(err)
	}
	return o.Contents, o.Size, nil
}

// Definition describes S3 to the local cloud.
func (s *Service) Definition() wire.Service {
	return wire.Service{Name: "s3", Protocol: wire.RESTXML, Find: find, Operations: s.operations(), Policy: s.policyOf}
}

// ARN returns the ARN of a bucket, or of an object where key is not empty.
func ARN(bucket, key string) string {
	if key != "" {
		bucket += "/" + key
	}
	return "arn:aws:s3:::" + bucket
}

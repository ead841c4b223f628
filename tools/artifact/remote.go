package artifact

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/seastack/seastack/tools/artifact/store"
)

// Remote keeps artifacts for other machines: objects by name, in a bucket or a
// shared folder. Get returns nil for an object that is not there.
type Remote interface {
	Get(ctx context.Context, name string) ([]byte, error)
	Put(ctx context.Context, name string, data []byte) error
}

// remoteIndex returns the name of a remote's object that says which digest the
// inputs with that key gave.
func remoteIndex(key string) string { return "index/" + key + ".json" }

// Keys is the prefix of the zips' names in a remote and in the artifact bucket.
const Keys = "functions/"

// Key returns the name of a zip in a remote and in the artifact bucket.
func Key(digest string) string { return Keys + digest + ".zip" }

// remote is a Remote during one build. After a failure it is not asked again: a
// build never depends on it.
type remote struct {
	Remote
	warn func(string)
	mu   sync.Mutex
	down bool
}

// failed notes a failure and tells of the first.
func (r *remote) failed(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.down && r.warn != nil {
		r.warn("the artifact cache is not used: " + err.Error())
	}
	r.down = true
}

func (r *remote) usable() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.Remote != nil && !r.down
}

// fetch fills in the missing results that the remote has, and returns the
// indexes of the others. Nothing is taken whose bytes do not have their digest.
func (b *builder) fetch(ctx context.Context, results []Result, missing []int) []int {
	if !b.remote.usable() {
		return missing
	}
	found := make([]bool, len(missing))
	var group errgroup.Group
	group.SetLimit(2 * b.Jobs) // they wait for the network
	for n, i := range missing {
		group.Go(func() error {
			e, ok, err := b.fetchOne(ctx, results[i].InputKey)
			if err != nil && ctx.Err() == nil {
				b.remote.failed(err)
			}
			if found[n] = ok; ok {
				results[i].fill(e, b.store)
				results[i].Fetched = true
				b.event(Event{
					Kind: Fetched, Stack: results[i].Stack, Function: results[i].Function, Digest: e.Digest, Size: e.Size,
				})
			}
			return nil
		})
	}
	_ = group.Wait() // a remote that fails is done without
	var left []int
	for n, i := range missing {
		if !found[n] {
			left = append(left, i)
		}
	}
	return left
}

func (b *builder) fetchOne(ctx context.Context, key string) (e store.Entry, ok bool, err error) {
	if !b.remote.usable() {
		return e, false, nil
	}
	line, err := b.remote.Get(ctx, remoteIndex(key))
	if err != nil || line == nil {
		return e, false, err
	}
	if err := json.Unmarshal(line, &e); err != nil || len(e.Digest) != 2*sha256.Size {
		return e, false, fmt.Errorf("%s is not an entry", remoteIndex(key))
	}
	zip, err := b.remote.Get(ctx, Key(e.Digest))
	if err != nil || zip == nil {
		return e, false, err
	}
	if sum := sha256.Sum256(zip); hex.EncodeToString(sum[:]) != e.Digest {
		return e, false, fmt.Errorf("%s does not have its digest", Key(e.Digest))
	}
	e = store.Entry{Digest: e.Digest, Size: int64(len(zip))}
	return e, true, b.store.Put(key, e, zip)
}

// publish puts an artifact that was built into the remote: the zip before the
// line of the index that names it.
func (b *builder) publish(ctx context.Context, key string, e store.Entry, zip []byte) {
	if !b.Publish || !b.remote.usable() {
		return
	}
	line, err := json.Marshal(store.Entry{Digest: e.Digest, Size: e.Size})
	if err == nil {
		err = b.remote.Put(ctx, Key(e.Digest), zip)
	}
	if err == nil {
		err = b.remote.Put(ctx, remoteIndex(key), line)
	}
	if err != nil && ctx.Err() == nil {
		b.remote.failed(err)
	}
}

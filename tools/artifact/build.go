package artifact

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/artifact/gocmd"
	"github.com/seastack/seastack/tools/artifact/inputs"
	"github.com/seastack/seastack/tools/artifact/store"
)

// Build returns every function's artifact, sorted by stack and function. Those
// that the store has for the same inputs are reused; the others are built. What
// the user can correct is a diag.Diagnostic or a diag.List in the error's chain.
func Build(ctx context.Context, r Request) ([]Result, error) {
	r, err := r.normal()
	if err != nil {
		return nil, err
	}
	var all []Result
	for _, group := range r.groups() {
		group.built = all
		results, err := buildIn(ctx, group, store.Store{Dir: r.Store})
		if err != nil {
			return nil, err
		}
		all = append(all, results...)
	}
	slices.SortFunc(all, func(a, b Result) int {
		return cmp.Or(cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.Function, b.Function))
	})
	return all, nil
}

func buildIn(ctx context.Context, r Request, s store.Store) ([]Result, error) {
	if len(r.Functions) == 0 {
		return nil, nil
	}
	if err := s.Prepare(); err != nil { // first, as a new folder is a change to the root that holds it
		return nil, err
	}
	v, err := inputs.Take(ctx, r.survey(), s)
	if err != nil {
		return nil, err
	}
	b := builder{Request: r, store: s, began: time.Now(), remote: &remote{Remote: r.Remote, warn: r.Warn}}
	results, missing := b.reuse(v)
	if v.Known && len(missing) == 0 {
		b.report(results)
		return results, nil
	}
	return b.locked(ctx, v)
}

// attempts bounds how often a build follows sources that move.
const attempts = 3

// builder is one run of Build.
type builder struct {
	Request
	store store.Store
	began time.Time
	// remote is that of the request.
	remote *remote

	mu sync.Mutex // for Progress
}

// locked builds what is missing while no other process does, and follows
// sources that change meanwhile. It looks into the store again: whoever held
// the lock before may have built the same.
func (b *builder) locked(ctx context.Context, v inputs.Survey) ([]Result, error) {
	unlock, err := b.store.Lock(ctx, func() { b.tell(Event{Kind: Waiting}) })
	if err != nil {
		return nil, err
	}
	defer unlock()
	for range attempts {
		results, missing := b.reuse(v)
		missing = b.fetch(ctx, results, missing)
		if len(missing) > 0 {
			if v, err = v.Slice(ctx, b.Request.survey(), b.chosen(missing)); err != nil {
				return nil, err
			}
			results, missing = b.update(results, v)
		}
		err := b.build(ctx, v, results, missing)
		if err == nil {
			b.report(results)
			return results, errors.Join(v.Save(b.Request.survey(), b.store), b.collect(results))
		}
		if !errors.Is(err, errMoved) {
			return nil, err
		}
		if v, err = inputs.Take(ctx, b.Request.survey(), b.store); err != nil {
			return nil, err
		}
	}
	return nil, inputs.StillMoving()
}

// chosen returns the functions with those indexes.
func (b *builder) chosen(indexes []int) (all []Function) {
	for _, i := range indexes {
		all = append(all, b.Functions[i])
	}
	return all
}

// update looks again for what the store has, after a survey that may be a new
// one. What was fetched stays marked as that.
func (b *builder) update(before []Result, v inputs.Survey) ([]Result, []int) {
	results, missing := b.reuse(v)
	for i := range results {
		results[i].Fetched = before[i].Fetched && results[i].Digest == before[i].Digest
	}
	return results, missing
}

// reuse fills in the results that the store has, and names the others' indexes.
func (b *builder) reuse(v inputs.Survey) ([]Result, []int) {
	results := make([]Result, len(b.Functions))
	found := make([]bool, len(results))
	var group errgroup.Group
	group.SetLimit(b.Jobs)
	for i, f := range b.Functions {
		in := v.Closure.Functions[f.ID()]
		key := in.Key
		results[i] = Result{Stack: f.Stack, Function: f.Name, InputKey: key, Target: b.Target, Whole: in.Whole}
		group.Go(func() error {
			var e store.Entry
			if e, found[i] = b.store.Find(key); found[i] {
				results[i].fill(e, b.store)
			}
			return nil
		})
	}
	_ = group.Wait() // nothing in it fails
	var missing []int
	for i := range found {
		if !found[i] {
			missing = append(missing, i)
		}
	}
	return results, missing
}

func (r *Result) fill(e store.Entry, s store.Store) {
	r.Digest, r.Size, r.Path = e.Digest, e.Size, s.ZipPath(e.Digest)
}

// errMoved says that sources changed between the survey and the end of the
// build, so that the binaries may not be what their keys say.
var errMoved = errors.New("sources changed during the build")

// build compiles the missing functions, some at a time, and stores them. Not
// before the sources are seen to be those of the keys does anything enter the
// store. Batches run side by side: while one is packed, the next is compiled.
func (b *builder) build(ctx context.Context, v inputs.Survey, results []Result, missing []int) error {
	if len(missing) == 0 {
		return nil
	}
	dir, err := b.store.WorkDir()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	batches := b.batches(v, missing)
	at := min(b.Jobs, len(batches))
	var findings findings
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(at)
	for n, batch := range batches {
		group.Go(func() error {
			binaries, err := b.compile(ctx, v, filepath.Join(dir, strconv.Itoa(n)), batch, max(1, b.Jobs/at))
			if none, err := findings.take(err); err != nil || !none {
				return err
			}
			return b.storeAll(ctx, v, results, binaries)
		})
	}
	return errors.Join(group.Wait(), findings.list.Err())
}

// findings collects what the user has to correct in any batch.
type findings struct {
	mu   sync.Mutex
	list diag.List
}

// take keeps an error's findings, and returns an error that has none. none
// reports whether there are no findings so far.
func (f *findings) take(err error) (none bool, rest error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list diag.List
	if errors.As(err, &list) {
		f.list = append(f.list, list...)
		err = nil
	}
	return f.list == nil, err
}

// storeAll zips and stores binaries, by the indexes of their functions, where the
// sources are what they were.
func (b *builder) storeAll(ctx context.Context, v inputs.Survey, results []Result, binaries map[int]string) error {
	unmoved, err := v.Unmoved(ctx, b.Jobs)
	if err != nil || !unmoved {
		return errors.Join(err, errMoved)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(b.Jobs)
	for i, binary := range binaries {
		group.Go(func() error { return b.storeArtifact(ctx, b.Functions[i], &results[i], binary) })
	}
	return group.Wait()
}

// compile runs `go build` for a batch, with so many jobs at once, and returns the
// binaries' paths by the functions' indexes.
func (b *builder) compile(ctx context.Context, v inputs.Survey, out string, batch batch, jobs int) (map[int]string, error) {
	if err := os.Mkdir(out, 0o755); err != nil {
		return nil, b.store.Explain(err)
	}
	overlay, err := b.writeOverlay(v, out+"-overlay", batch)
	if err != nil {
		return nil, b.store.Explain(err)
	}
	binaries := map[int]string{}
	dirs := make([]string, 0, len(batch))
	for _, name := range slices.Sorted(maps.Keys(batch)) {
		i := batch[name]
		dirs = append(dirs, b.Functions[i].Dir)
		binaries[i] = filepath.Join(out, name+gocmd.ExeSuffix(b.Target.GOOS))
		b.event(Event{Kind: Started, Stack: b.Functions[i].Stack, Function: b.Functions[i].Name})
	}
	return binaries, v.Toolchain.Build(ctx, dirs, out, overlay, jobs, v.Closure.Reaching)
}

// binaryName returns what `go build` calls the binary of a package: its path's
// last element, or the one before when the last is a major version.
func binaryName(importPath string) string {
	parent, name := path.Split(importPath)
	if parent != "" && isMajorVersion(name) {
		return path.Base(parent)
	}
	return name
}

// isMajorVersion holds for v2 and above, without leading zeros.
func isMajorVersion(name string) bool {
	digits, ok := strings.CutPrefix(name, "v")
	if !ok || digits == "" || digits[0] == '0' || digits == "1" {
		return false
	}
	return strings.Trim(digits, "0123456789") == ""
}

// storeArtifact zips one binary and stores the zip.
func (b *builder) storeArtifact(ctx context.Context, f Function, result *Result, binary string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	info, err := os.Stat(binary)
	if err != nil {
		return err
	}
	if err := checkUnzipped(f, info.Size()); err != nil {
		return err
	}
	data, err := os.ReadFile(binary)
	if err = errors.Join(err, os.Remove(binary)); err != nil { // at once, as all of them together are large
		return err
	}
	zip, err := zipBinary(data)
	if err != nil {
		return err
	}
	if err := checkZipped(f, int64(len(zip))); err != nil {
		return err
	}
	sum := sha256.Sum256(zip)
	e := store.Entry{Digest: hex.EncodeToString(sum[:]), Size: int64(len(zip))}
	if err := b.store.Put(result.InputKey, e, zip); err != nil {
		return err
	}
	b.publish(ctx, result.InputKey, e, zip)
	result.fill(e, b.store)
	result.Built = true
	b.event(Event{Kind: Built, Stack: f.Stack, Function: f.Name, Digest: e.Digest, Size: e.Size, Elapsed: time.Since(b.began)})
	return nil
}

// report tells of the functions that were not built.
func (b *builder) report(results []Result) {
	for _, r := range results {
		if !r.Built && !r.Fetched {
			b.event(Event{Kind: Reused, Stack: r.Stack, Function: r.Function, Digest: r.Digest, Size: r.Size, Elapsed: time.Since(b.began)})
		}
	}
}

func (b *builder) event(e Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tell(e)
}

package artifact

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/artifact/digest"
	"github.com/seastack/seastack/tools/artifact/store"
)

func TestDamagedStoreIsRepaired(t *testing.T) {
	damages := map[string]func(t *testing.T, dir string, r Result){
		"zip missing":   func(t *testing.T, dir string, r Result) { removeAll(t, r.Path) },
		"zip cut short": func(t *testing.T, dir string, r Result) { truncate(t, r.Path, r.Size/2) },
		"zip empty":     func(t *testing.T, dir string, r Result) { truncate(t, r.Path, 0) },
		"zip altered":   func(t *testing.T, dir string, r Result) { write(t, r.Path, strings.Repeat("x", int(r.Size))) },
		"index missing": func(t *testing.T, dir string, r Result) {
			removeAll(t, filepath.Join(dir, "index", r.InputKey+".json"))
		},
		"index broken": func(t *testing.T, dir string, r Result) {
			write(t, filepath.Join(dir, "index", r.InputKey+".json"), "{")
		},
		"stamps broken": func(t *testing.T, dir string, r Result) { breakStamps(t, dir) },
	}
	r := shopRequest(t)
	first := mustBuild(t, r)
	dir := filepath.Join(real(r.Root), ".seastack", "artifacts")
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			damage(t, dir, first[1])
			second := mustBuild(t, r)
			if diff := cmp.Diff(digests(first), digests(second)); diff != "" {
				t.Error(diff)
			}
			want := []string{"jobs/sweep"}
			if name == "stamps broken" {
				want = nil
			}
			if diff := cmp.Diff(want, built(second)); diff != "" {
				t.Errorf("built (-want +got):\n%s", diff)
			}
			for _, result := range second {
				if got, err := digest.File(result.Path); got != result.Digest {
					t.Errorf("%s holds %s, %v", result.Path, got, err)
				}
			}
		})
	}
}

func removeAll(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

func truncate(t *testing.T, path string, size int64) {
	t.Helper()
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
}

func breakStamps(t *testing.T, dir string) {
	t.Helper()
	stamps, err := filepath.Glob(filepath.Join(dir, "stamps", "*"))
	if err != nil || len(stamps) == 0 {
		t.Fatal(stamps, err)
	}
	for _, path := range stamps {
		truncate(t, path, 100)
	}
}

func TestBuildersTakeTurns(t *testing.T) {
	r := shopRequest(t)
	var group sync.WaitGroup
	results := make([][]Result, 3)
	for i := range results {
		group.Go(func() { results[i], _ = Build(context.Background(), r) })
	}
	group.Wait()
	count := 0
	for _, got := range results {
		count += len(built(got))
		if diff := cmp.Diff(digests(results[0]), digests(got)); diff != "" || len(got) != len(shop) {
			t.Errorf("results differ:\n%s", diff)
		}
	}
	if count != len(shop) {
		t.Errorf("%d builds of %d functions", count, len(shop))
	}
}

func TestWaitForTheLockIsToldAndEnds(t *testing.T) {
	r := shopRequest(t)
	dir := filepath.Join(r.Root, ".seastack", "artifacts")
	if err := (store.Store{Dir: dir}).Prepare(); err != nil {
		t.Fatal(err)
	}
	other := flock.New(filepath.Join(dir, "lock"))
	if err := other.Lock(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Unlock() }()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var events []EventKind
	r.Progress = func(e Event) { events = append(events, e.Kind); cancel() }
	if _, err := Build(ctx, r); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff([]EventKind{Waiting}, events); diff != "" {
		t.Error(diff)
	}
}

func TestLeftoversOfAKilledBuildGoAway(t *testing.T) {
	r := shopRequest(t)
	left := filepath.Join(r.Root, ".seastack/artifacts/tmp/build-1/0/create")
	write(t, left, "half a binary")
	mustBuild(t, r)
	entries, err := os.ReadDir(filepath.Join(r.Root, ".seastack/artifacts/tmp"))
	if err != nil || len(entries) != 0 {
		t.Errorf("left: %v, %v", entries, err)
	}
}

func TestOldArtifactsAreCollected(t *testing.T) {
	r := shopRequest(t)
	first := mustBuild(t, r)
	root := filepath.Join(r.Root, "terraform/envs/local/web")
	if _, err := WriteManifest(root, Local(), first[2:]); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-2 * keepFor)
	err := filepath.Walk(filepath.Join(r.Root, ".seastack"), func(path string, _ os.FileInfo, err error) error {
		return errors.Join(err, os.Chtimes(path, old, old))
	})
	if err != nil {
		t.Fatal(err)
	}
	edit("core/names/names.go", "lib.Greeting + name", "lib.Greeting + name + name")(t, r.Root)
	second := mustBuild(t, r)
	for i, gone := range []bool{true, false, false} { // jobs/create changed; jobs/sweep did not; web/create is referred to
		if _, err := os.Stat(first[i].Path); errors.Is(err, os.ErrNotExist) != gone {
			t.Errorf("%s: %v", first[i].Function, err)
		}
	}
	for _, result := range second {
		if _, err := os.Stat(result.Path); err != nil {
			t.Error(err)
		}
	}
}

// full is a disk on which there is no more than so many bytes.
type full struct {
	to   io.Writer
	left int
}

func (f *full) Write(data []byte) (int, error) {
	if len(data) <= f.left {
		f.left -= len(data)
		return f.to.Write(data)
	}
	n, err := f.to.Write(data[:f.left])
	return n, errors.Join(err, &os.PathError{Op: "write", Path: "STORE/artifact", Err: syscall.ENOSPC})
}

func TestFullDiskKeepsWhatThereWas(t *testing.T) {
	r := shopRequest(t)
	first := mustBuild(t, r)
	edit("core/names/names.go", "lib.Greeting + name", "lib.Greeting + name + name")(t, r.Root)
	normal, err := r.normal()
	if err != nil {
		t.Fatal(err)
	}
	s := store.Store{Dir: normal.Store, Wrap: func(to io.Writer) io.Writer { return &full{to: to, left: 64 << 10} }}
	_, err = buildIn(context.Background(), normal, s)
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	golden(t, "disk-full", err, r.Root)
	for _, result := range first {
		if got, err := digest.File(result.Path); got != result.Digest {
			t.Errorf("%s holds %s, %v", result.Path, got, err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(normal.Store, "tmp", "*")); err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
	if got := built(mustBuild(t, r)); !cmp.Equal(got, []string{"jobs/create", "web/create"}) {
		t.Errorf("with space again, built %v", got)
	}
}

func TestStoreThatIsAFile(t *testing.T) {
	r := shopRequest(t)
	write(t, filepath.Join(r.Root, ".seastack"), "")
	_, err := Build(context.Background(), r)
	golden(t, "store-unusable", err, r.Root)
}

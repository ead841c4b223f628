package artifact

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// shelf is a Remote in memory.
type shelf struct {
	mu      sync.Mutex
	objects map[string][]byte
	broken  error
}

func (s *shelf) Get(_ context.Context, name string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.objects[name], s.broken
}

func (s *shelf) Put(_ context.Context, name string, data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil {
		s.objects[name] = slices.Clone(data)
	}
	return s.broken
}

// elsewhere is a request of another machine: with a tree and a store of its own.
func elsewhere(t *testing.T, remote Remote) (r Request, warnings *[]string) {
	t.Helper()
	r = shopRequest(t)
	r.Remote, warnings = remote, &[]string{}
	r.Warn = func(text string) { *warnings = append(*warnings, text) }
	return r, warnings
}

func fetched(results []Result) (ids []string) {
	for _, r := range results {
		if r.Fetched {
			ids = append(ids, r.Stack+"/"+r.Function)
		}
	}
	return ids
}

func TestRemote(t *testing.T) {
	remote := &shelf{objects: map[string][]byte{}}
	first, _ := elsewhere(t, remote)
	if got := built(mustBuild(t, first)); len(got) != 3 || len(remote.objects) != 0 {
		t.Fatalf("built %v, and put %d objects though it may not", got, len(remote.objects))
	}
	first, _ = elsewhere(t, remote)
	first.Publish = true
	want := mustBuild(t, first)
	if len(remote.objects) != 6 {
		t.Fatalf("put %d objects", len(remote.objects))
	}

	second, warnings := elsewhere(t, remote)
	var events []EventKind
	second.Progress = func(e Event) { events = append(events, e.Kind) }
	got := mustBuild(t, second)
	if len(built(got)) != 0 || len(fetched(got)) != 3 || !slices.Equal(digests(got), digests(want)) || len(*warnings) > 0 {
		t.Errorf("built %v, fetched %v, %v", built(got), fetched(got), *warnings)
	}
	if !slices.Equal(events, []EventKind{Fetched, Fetched, Fetched}) {
		t.Errorf("events %v", events)
	}
	if again := mustBuild(t, second); len(fetched(again)) != 0 || len(built(again)) != 0 {
		t.Errorf("fetched again: %v", fetched(again))
	}

	third, _ := elsewhere(t, remote)
	third.Publish = true
	write(t, filepath.Join(third.Root, "stacks/jobs/lambda/sweep/main.go"), "package main\n\nfunc main() { println(\"other\") }\n")
	if got := mustBuild(t, third); strings.Join(built(got), " ") != "jobs/sweep" || len(fetched(got)) != 2 || len(remote.objects) != 8 {
		t.Errorf("built %v, fetched %v; %d objects", built(got), fetched(got), len(remote.objects))
	}
}

// TestRemoteIsNeverBelieved: what a remote has wrong, or cannot give, is built.
func TestRemoteIsNeverBelieved(t *testing.T) {
	good := &shelf{objects: map[string][]byte{}}
	r, _ := elsewhere(t, good)
	r.Publish = true
	want := mustBuild(t, r)
	for name, spoil := range map[string]func(s *shelf){
		"another zip": func(s *shelf) {
			for name := range s.objects {
				if strings.HasPrefix(name, "functions/") {
					s.objects[name] = []byte("other")
				}
			}
		},
		"no zips": func(s *shelf) {
			maps.DeleteFunc(s.objects, func(name string, _ []byte) bool { return strings.HasPrefix(name, "functions/") })
		},
		"no index": func(s *shelf) {
			for name := range s.objects {
				if strings.HasPrefix(name, "index/") {
					s.objects[name] = []byte(`{"digest":"../../x"}`)
				}
			}
		},
		"down": func(s *shelf) { s.broken = errors.New("no route to host") },
	} {
		t.Run(name, func(t *testing.T) {
			bad := &shelf{objects: maps.Clone(good.objects)}
			spoil(bad)
			r, warnings := elsewhere(t, bad)
			r.Publish = true
			got := mustBuild(t, r)
			if len(built(got)) != 3 || !slices.Equal(digests(got), digests(want)) {
				t.Errorf("built %v", built(got))
			}
			if said := len(*warnings) == 1; said == (name == "no zips") {
				t.Errorf("warnings: %v", *warnings)
			}
		})
	}
}

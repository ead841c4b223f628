package mirror

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// ensure has the mirror made and returns the lines of progress.
func (s *sandbox) ensure() (Installation, []string) {
	s.Helper()
	var lines []string
	got, err := Ensure(context.Background(), s.options(func(l string) { lines = append(lines, l) }))
	if err != nil {
		s.Fatal(err)
	}
	return got, lines
}

// provider is the path of the provider that the mirror's configuration leads to.
func provider(in Installation) string {
	return filepath.Join(filepath.Dir(in.CLIConfig), binaryPath())
}

func TestEnsureBuildsOnce(t *testing.T) {
	s := newSandbox(t, "go")
	first, lines := s.ensure()
	golden(t, "progress.txt", stable(strings.Join(lines, "\n"), s.cache, "$CACHE", filepath.Base(filepath.Dir(first.CLIConfig)), "$KEY"))
	b, err := os.ReadFile(provider(first))
	if err != nil || !strings.Contains(string(b), "lambda.ServicePackage(ctx)") || strings.Contains(string(b), "acm") {
		t.Errorf("the provider is not the trimmed one: %v\n%s", err, b)
	}
	config, err := os.ReadFile(first.CLIConfig)
	if err != nil || !strings.Contains(string(config), filepath.Dir(first.CLIConfig)) {
		t.Errorf("CLI configuration: %v\n%s", err, config)
	}
	second, lines := s.ensure()
	if second != first || len(lines) > 0 || s.calls("build") != 1 {
		t.Errorf("second time: %v, said %q, built %d times", second, lines, s.calls("build"))
	}
	s.onlyMirrorLeft()
}

// onlyMirrorLeft fails when an attempt left more than the mirror, lock and log.
func (s *sandbox) onlyMirrorLeft() {
	s.Helper()
	entries, err := os.ReadDir(filepath.Join(s.cache, "provider"))
	if err != nil {
		s.Fatal(err)
	}
	for _, e := range entries {
		if strings.Contains(e.Name(), ".work-") {
			s.Errorf("%s is left behind", e.Name())
		}
	}
}

// Whatever happened to the mirror, the next run repairs it.
func TestEnsureRepairs(t *testing.T) {
	for name, damage := range map[string]func(in Installation) error{
		"truncated": func(in Installation) error { return os.Truncate(provider(in), 10) },
		"removed":   func(in Installation) error { return os.Remove(provider(in)) },
		"no marker": func(in Installation) error { return os.Remove(filepath.Join(filepath.Dir(in.CLIConfig), markerName)) },
		"bad marker": func(in Installation) error {
			return os.Truncate(filepath.Join(filepath.Dir(in.CLIConfig), markerName), 3)
		},
		"other bytes": func(in Installation) error {
			b, err := os.ReadFile(provider(in))
			return errors.Join(err, os.WriteFile(provider(in), slices.Insert(b[1:], 0, 'X'), 0o755))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSandbox(t, "go")
			in, _ := s.ensure()
			whole, err := os.ReadFile(provider(in))
			if err := errors.Join(err, damage(in)); err != nil {
				t.Fatal(err)
			}
			again, _ := s.ensure()
			corrected, err := os.ReadFile(provider(again))
			if err != nil || string(corrected) != string(whole) || s.calls("build") != 2 {
				t.Errorf("not repaired: %v, built %d times", err, s.calls("build"))
			}
			s.onlyMirrorLeft()
		})
	}
}

// A new time alone (a restored backup) costs a checksum, not a build.
func TestEnsureTrustsChecksum(t *testing.T) {
	s := newSandbox(t, "go")
	in, _ := s.ensure()
	if err := os.Chtimes(provider(in), time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(in.CLIConfig); err != nil {
		t.Fatal(err)
	}
	s.ensure()
	if _, err := os.Stat(in.CLIConfig); err != nil || s.calls("build") != 1 {
		t.Errorf("built %d times, CLI configuration: %v", s.calls("build"), err)
	}
}

// A changed recipe is another mirror; the old one stays for who still uses it.
func TestEnsureKeepsOtherRecipes(t *testing.T) {
	s := newSandbox(t, "go")
	old, _ := s.ensure()
	s.env = append(s.env, "FAKE_GOVERSION=go1.27.0")
	in, _ := s.ensure()
	if _, err := os.Stat(provider(old)); err != nil || in == old {
		t.Errorf("old %v, new %v: %v", old, in, err)
	}
}

// What a killed attempt left is removed, and does not get in the way.
func TestEnsureRemovesLeftovers(t *testing.T) {
	s := newSandbox(t, "go")
	s.write(filepath.Join("cache", "provider", newRecipe("go1.26.0").key()+".work-1", "source", "x.go"), "package x")
	s.ensure()
	s.onlyMirrorLeft()
}

// Of two at once, one builds, and the other says that it waits.
func TestEnsureBuildsOnceForTwo(t *testing.T) {
	s := newSandbox(t, "go")
	s.write("hold", "")
	waits := make(chan bool, 2)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			_, err := Ensure(context.Background(), s.options(func(line string) {
				if line == waitingForOther {
					waits <- true
				}
			}))
			if err != nil {
				t.Error(err)
			}
		})
	}
	s.await("child")
	<-waits
	if err := os.Remove(filepath.Join(s.dir, "hold")); err != nil {
		t.Fatal(err)
	}
	both.Wait()
	if n := s.calls("build"); n != 1 {
		t.Errorf("built %d times", n)
	}
}

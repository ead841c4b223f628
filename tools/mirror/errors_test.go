package mirror

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/seastack/seastack/gen/diag"
)

// failing is a machine on which Ensure or Terraform fails with a code.
type failing struct {
	code string
	on   func(t *testing.T) error
}

// fails has the fake go command fail at one of its commands.
func fails(command, output string) func(*testing.T) error {
	return func(t *testing.T) error {
		s := newSandbox(t, "go")
		s.env = append(s.env, "FAKE_FAIL="+command, "FAKE_OUTPUT="+output)
		return s.failure()
	}
}

// failure is the error of Ensure, with what differs between runs replaced.
func (s *sandbox) failure() error {
	_, err := Ensure(context.Background(), s.options(nil))
	return s.stable(err)
}

func (s *sandbox) stable(err error) error {
	if err == nil {
		s.Fatal("no error")
	}
	s.onlyMirrorLeftIfAny()
	var d diag.Diagnostic
	if !errors.As(err, &d) {
		s.Fatalf("not a diagnostic: %v", err)
	}
	text := stable(err.Error(), s.cache, "$CACHE", s.dir, "$DIR", newRecipe("go1.26.0").key(), "$KEY")
	d.Message, d.Details, d.Next = text, nil, ""
	return d
}

func (s *sandbox) onlyMirrorLeftIfAny() {
	if _, err := os.Stat(filepath.Join(s.cache, "provider")); err == nil {
		s.onlyMirrorLeft()
	}
}

var failingMachines = []failing{
	{"SEA7001", func(t *testing.T) error {
		s := newSandbox(t)
		s.env = append(s.env, "SEASTACK_PROVIDER=proxy")
		return s.failure()
	}},
	{"SEA7002", func(t *testing.T) error {
		s := newSandbox(t, "go")
		s.write("cache", "a file")
		return s.failure()
	}},
	{"SEA7003", func(t *testing.T) error { return newSandbox(t).failure() }},
	{"SEA7004", func(t *testing.T) error {
		s := newSandbox(t, "go")
		s.env = append(s.env, "FAKE_GOVERSION=go1.23.4")
		return s.failure()
	}},
	{"SEA7005", func(t *testing.T) error {
		s := newSandbox(t, "go")
		o := s.options(nil)
		o.freeSpace = func(string) (uint64, error) { return 1 << 29, nil }
		_, err := Ensure(context.Background(), o)
		return s.stable(err)
	}},
	{"SEA7006", fails("build", "github.com/aws/aws-sdk-go-v2/service/ec2: mkdir b01: no space left on device")},
	{"SEA7007", fails("mod", "verifying example.com/x@v1.0.0: checksum mismatch\n\tdownloaded: h1:a\n\tgo.sum:     h1:b\n\nSECURITY ERROR")},
	{"SEA7008", fails("list", `go: example.com/x@v1.0.0: Get "https://me:hunter2@proxy.example/x": dial tcp 192.0.2.1:443: i/o timeout`)},
	{"SEA7009", fails("build", "github.com/aws/aws-sdk-go-v2/service/ec2: /usr/lib/go/compile: signal: killed")},
	{"SEA7010", fails("build", "# example.com/x\nx.go:1:1: syntax error")},
	{"SEA7011", func(t *testing.T) error {
		s := newSandbox(t, "go")
		s.write("hold", "")
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		_, err := Ensure(ctx, s.options(func(line string) {
			if strings.Contains(line, ": compiling") {
				cancel()
			}
		}))
		return s.stable(err)
	}},
	{"SEA7012", func(t *testing.T) error {
		s := newSandbox(t, "terraform")
		s.env = append(s.env, "FAKE_TERRAFORM=1.10.5")
		o := s.options(nil)
		o.ReleasesURL = "http://127.0.0.1:1"
		_, _, err := Terraform(context.Background(), o)
		return s.stable(err)
	}},
}

// Each code has a case that fails with it, and its text is reviewed.
func TestErrors(t *testing.T) {
	for _, f := range failingMachines {
		t.Run(f.code, func(t *testing.T) {
			err := f.on(t)
			var d diag.Diagnostic
			if !errors.As(err, &d) || d.Code != f.code {
				t.Errorf("want %s, got %v", f.code, err)
			}
			golden(t, filepath.Join("errors", f.code+".txt"), d.Message)
		})
	}
}

// The log says what was run and what came of it, and keeps secrets to itself.
func TestLog(t *testing.T) {
	s := newSandbox(t, "go")
	s.env = append(s.env, "FAKE_FAIL=build", "FAKE_OUTPUT=reading https://me:hunter2@proxy.example/x: 500")
	_, err := Ensure(context.Background(), s.options(nil))
	var e *Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	b, err := os.ReadFile(e.Log)
	if err != nil {
		t.Fatal(err)
	}
	log := regexp.MustCompile(`\.work-\d+`).ReplaceAllString(string(b), ".work-N")
	golden(t, "log.txt", stable(log, s.cache, "$CACHE", s.bin, "$BIN", newRecipe("go1.26.0").key(), "$KEY"))
	if strings.Contains(log, "hunter2") || strings.Contains(e.Error(), "hunter2") {
		t.Error("a secret is in the log or in the error")
	}
}

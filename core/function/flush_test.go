package function_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/localcloud/traces"
)

// steps is Lambda and an endpoint of spans in one: it hands out an event a few times,
// and records what it is asked for.
type steps struct {
	event string
	left  int
	asked chan string
	store *traces.Store
}

func (s *steps) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, last, _ := strings.Cut(r.URL.Path, "/invocation/")
	if traces.Owns(r) {
		last = "export"
		traces.NewHandler(s.store).ServeHTTP(w, r)
	}
	s.asked <- last
	switch {
	case last == "export":
	case last != "next":
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusAccepted)
	case s.left == 0:
		<-r.Context().Done() // there is no other event
	default:
		s.left--
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "r")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", "4102444800000")
		_, _ = w.Write([]byte(s.event))
	}
}

// record starts a main function of TestMain, and returns what it asks for, n times.
func record(t testing.TB, main string, s *steps, n int, env ...string) (asked []string) {
	t.Helper()
	s.asked, s.store = make(chan string, 100), traces.New()
	server := httptest.NewServer(s)
	defer server.Close()
	cmd, log := mainCommand(t.Context(), main, strings.TrimPrefix(server.URL, "http://"))
	cmd.Env = append(cmd.Env, env...)
	if len(env) == 0 {
		cmd.Env = append(cmd.Env, "OTEL_EXPORTER_OTLP_ENDPOINT="+server.URL+traces.OTLP)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	for len(asked) < n {
		select {
		case one := <-s.asked:
			asked = append(asked, one)
		case <-time.After(30 * time.Second):
			t.Fatalf("only %v\n%s", asked, log)
		}
	}
	return asked
}

// TestSpansFollowTheAnswer: spans are exported when Lambda has the answer, and before
// the runtime asks for the next event, which freezes the process; failures, too. The
// first has the function's init.
func TestSpansFollowTheAnswer(t *testing.T) {
	s := &steps{event: string(call{path: map[string]string{"name": "Ada"}}.event(t)), left: 2}
	want := []string{"next", "r/response", "export", "next", "r/response", "export", "next"}
	if diff := cmp.Diff(want, record(t, "greet", s, len(want))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var names []string
	for _, summary := range s.store.List(traces.Filter{}) {
		spans, _ := s.store.Trace(summary.ID)
		for _, span := range spans {
			names = append(names, span.Name)
		}
	}
	if diff := cmp.Diff([]string{"POST /things/{id}", "init", "POST /things/{id}"}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	s = &steps{event: `{}`, left: 1}
	want = []string{"next", "r/error", "export", "next"}
	if diff := cmp.Diff(want, record(t, "fail", s, len(want))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestStreamsAreTraced: the span of a stream is exported when all of it is sent.
func TestStreamsAreTraced(t *testing.T) {
	s := &steps{event: string(call{}.event(t)), left: 1}
	want := []string{"next", "r/response", "export", "next"}
	if diff := cmp.Diff(want, record(t, "stream", s, len(want))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestUntraced: without an endpoint nothing is exported.
func TestUntraced(t *testing.T) {
	s := &steps{event: string(call{path: map[string]string{"name": "Ada"}}.event(t)), left: 1}
	want := []string{"next", "r/response", "next"}
	if diff := cmp.Diff(want, record(t, "greet", s, len(want), "OTEL_SDK_DISABLED=true")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

package function

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

// stream invokes a handler with an event of a function URL.
func stream(ctx context.Context, t *testing.T, s Stream) *events.LambdaFunctionURLStreamingResponse {
	t.Helper()
	event := events.LambdaFunctionURLRequest{
		Version: "2.0", RawPath: "/x/a%20b%2Fc", RawQueryString: "q=1", Cookies: []string{"a=1"},
		Headers: map[string]string{"host": "id.example.com"},
		Body:    "aGVsbG8=", IsBase64Encoded: true,
	}
	event.RequestContext.HTTP.Method, event.RequestContext.HTTP.SourceIP = "POST", "192.0.2.1"
	raw, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.serve(ctx, raw)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func streamOf(f func(http.ResponseWriter, *http.Request)) Stream { return StreamFunc(f) }

// TestStreamIsSentWhileItIsWritten: what is flushed is read before the handler goes
// on.
func TestStreamIsSentWhileItIsWritten(t *testing.T) {
	read := make(chan bool)
	r := stream(t.Context(), t, streamOf(func(w http.ResponseWriter, r *http.Request) {
		if e, ok := HTTPEvent(r.Context()); !ok || e.RawPath != r.URL.EscapedPath() {
			t.Errorf("the event of the request is %+v, %v", e, ok)
		}
		a, _ := r.Cookie("a")
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Name", "Ann")
		w.Header().Set("Content-Length", "99")
		http.SetCookie(w, &http.Cookie{Name: "b", Value: "2"})
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintln(w, r.URL.Path, r.URL.EscapedPath(), r.RequestURI, r.Host, a.Value, string(body))
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		<-read
		_, _ = io.WriteString(w, "end")
	}))
	const first = "/x/a b/c /x/a%20b%2Fc /x/a%20b%2Fc?q=1 id.example.com 1 hello\n"
	got := make([]byte, len(first))
	if _, err := io.ReadFull(r.Body, got); err != nil || string(got) != first {
		t.Fatalf("first %q, %v", got, err)
	}
	close(read)
	rest, err := io.ReadAll(r.Body)
	if err != nil || string(rest) != "end" || r.StatusCode != 201 || r.Headers["x-name"] != "Ann" || len(r.Cookies) != 1 {
		t.Errorf("%q, %v, %d %v %v", rest, err, r.StatusCode, r.Headers, r.Cookies)
	}
	if r.Headers["content-type"] != "text/plain; charset=utf-8" || r.Headers["content-length"] != "" {
		t.Errorf("headers %v", r.Headers)
	}
}

func TestStreamWithoutABody(t *testing.T) {
	made := 0
	s := StreamHandler(func() http.Handler {
		made++
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	})
	for range 2 {
		r := stream(t.Context(), t, s)
		if body, err := io.ReadAll(r.Body); r.StatusCode != 204 || len(body) > 0 || err != nil || made != 1 {
			t.Errorf("%d %q %v, made %d times", r.StatusCode, body, err, made)
		}
	}
}

// TestStreamThatPanics: before anything was sent there is an answer, and after it
// the answer breaks off.
func TestStreamThatPanics(t *testing.T) {
	r := stream(t.Context(), t, streamOf(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "not sent")
		panic("secret")
	}))
	body, err := io.ReadAll(r.Body)
	isProblem := r.StatusCode == 500 && r.Headers["content-type"] == "application/problem+json"
	if !isProblem || err != nil || strings.Contains(string(body), "secret") {
		t.Errorf("%d %v %s, %v", r.StatusCode, r.Headers, body, err)
	}
	r = stream(t.Context(), t, streamOf(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		_ = http.NewResponseController(w).Flush()
		panic("secret")
	}))
	body, err = io.ReadAll(r.Body)
	var broken *brokenStream
	if r.StatusCode != 200 || string(body) != "half" || !errors.As(err, &broken) ||
		strings.Contains(err.Error(), "secret") {
		t.Errorf("%d %q, %v", r.StatusCode, body, err)
	}
}

// TestStreamThatTakesTooLong breaks off shortly before Lambda ends the invocation,
// whether the handler listens to its context or not.
func TestStreamThatTakesTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan bool)
		for name, handler := range map[string]func(http.ResponseWriter, *http.Request){
			"deaf, half": func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, "half")
				_ = http.NewResponseController(w).Flush()
				<-release
			},
			"deaf": func(http.ResponseWriter, *http.Request) { <-release },
		} {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			start := time.Now()
			r := stream(ctx, t, streamOf(handler))
			body, err := io.ReadAll(r.Body)
			if took := time.Since(start); took >= 10*time.Second || took < 9*time.Second {
				t.Errorf("%s: it took %s", name, took)
			}
			isAnswered, isCut := r.StatusCode == 503 && err == nil, string(body) == "half" && err != nil
			if name == "deaf" && !isAnswered || name != "deaf" && !isCut {
				t.Errorf("%s: %d %q, %v", name, r.StatusCode, body, err)
			}
			cancel()
		}
		if n := running.Load(); n < 2 { // others of other tests may end in this moment
			t.Errorf("%d handlers run, want these two", n)
		}
		close(release)
		synctest.Wait()
	})
}

// TestStreamsEventIsRead: what is no request is the invocation's error.
func TestStreamsEventIsRead(t *testing.T) {
	s := streamOf(func(http.ResponseWriter, *http.Request) { t.Error("called") })
	_, err := lambda.NewHandler(s.serve).Invoke(t.Context(), []byte(`{"a":1}`))
	if err == nil || !strings.Contains(err.Error(), "payload format 2.0") {
		t.Errorf("%v", err)
	}
}

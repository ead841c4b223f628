package function_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/seastack/seastack/core/function"
)

// TestMain lets the test binary stand for a function: with SEASTACK_TEST_MAIN
// it runs one of these main functions instead of the tests.
func TestMain(m *testing.M) {
	mains := map[string]func(){
		"greet": func() {
			function.Start(function.HTTP(func(_ context.Context, in struct {
				Name string `path:"name"`
			}) (greeting, error) {
				return greeting{"Hello " + in.Name}, nil
			}))
		},
		"stream": func() {
			function.StartStream(function.StreamFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "line\n") }))
		},
		"wrong type": func() {
			function.Start(function.HTTPIn(func(context.Context, untagged) error { return nil }))
		},
		"block": func() {
			function.Start(function.Consume(func(_ context.Context, j job) error {
				if j.Do == "block" {
					select {}
				}
				return nil
			}))
		},
		"block an invocation": func() {
			function.Start(function.InvokeDo(func(context.Context) error { select {} }))
		},
		"fail": func() {
			function.Start(function.InvokeDo(func(context.Context) error { return errors.New("it fails") }))
		},
		"must": func() { function.Must(0, errors.New("no database")) },
	}
	if run := mains[os.Getenv("SEASTACK_TEST_MAIN")]; run != nil {
		run()
		os.Exit(3) // Start and a failed Must never return
	}
	os.Exit(m.Run())
}

// runtimeAPI is Lambda's side of the Runtime API for one event.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
type runtimeAPI struct {
	event  []byte
	answer chan []byte
	limit  time.Duration // of an invocation; 0: far away
	next   int
}

func (a *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/invocation/next"):
		if a.next++; a.next > 1 {
			<-r.Context().Done() // there is no other event
			return
		}
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "request-7")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", "4102444800000")
		if a.limit > 0 {
			w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(a.limit).UnixMilli(), 10))
		}
		w.Header().Set("Lambda-Runtime-Trace-Id", "Root=1-2-3")
		_, _ = w.Write(a.event)
	default:
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
		a.answer <- append([]byte(r.URL.Path+" "), body...)
	}
}

func mainCommand(ctx context.Context, name, address string) (*exec.Cmd, *bytes.Buffer) {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), "SEASTACK_TEST_MAIN="+name, "AWS_LAMBDA_RUNTIME_API="+address)
	out := new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out
}

func TestStartServesTheRuntimeAPI(t *testing.T) {
	api := &runtimeAPI{answer: make(chan []byte, 1), event: call{path: map[string]string{"name": "Ada"}}.event(t)}
	server := httptest.NewServer(api)
	defer server.Close()
	cmd, log := mainCommand(t.Context(), "greet", strings.TrimPrefix(server.URL, "http://"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var answer []byte
	select {
	case answer = <-api.answer:
	case <-time.After(30 * time.Second):
		t.Error("no answer")
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	path, body, _ := bytes.Cut(answer, []byte(" "))
	var response events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(body, &response); err != nil {
		t.Fatalf("%v in %s\n%s", err, answer, log)
	}
	if string(path) != "/2018-06-01/runtime/invocation/request-7/response" || response.StatusCode != 200 || response.Body != `{"text":"Hello Ada"}` {
		t.Errorf("answer: %s", answer)
	}
	for _, want := range []string{`"requestId":"request-7"`, `"traceId":"Root=1-2-3"`, `"status":200`, `"route":"POST /things/{id}"`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log has no %s:\n%s", want, log)
		}
	}
}

// TestStartStream: the answer is the head as JSON, eight NULs, and the body.
func TestStartStream(t *testing.T) {
	api := &runtimeAPI{event: call{}.event(t), answer: make(chan []byte, 1)}
	server := httptest.NewServer(api)
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd, log := mainCommand(ctx, "stream", strings.TrimPrefix(server.URL, "http://"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Wait() }()
	defer cancel()
	select {
	case answer := <-api.answer:
		path, rest, _ := bytes.Cut(answer, []byte(" "))
		head, body, ok := bytes.Cut(rest, make([]byte, 8))
		if string(path) != "/2018-06-01/runtime/invocation/request-7/response" || !ok || !bytes.Contains(head, []byte(`"statusCode":200`)) || string(body) != "line\n" {
			t.Errorf("answer: %q", answer)
		}
	case <-ctx.Done():
		t.Fatalf("no answer\n%s", log)
	}
}

// What still runs after its invocation is answered must not go on in the next:
// the process answers, asks for no other event, and ends.
func TestAProcessEndsAfterTheAnswerForAHandlerThatBlocks(t *testing.T) {
	for name, c := range map[string]struct {
		event      []byte
		path, body string
	}{
		"block":               {batch(t, `{"do":"first"}`, `{"do":"block"}`, `{"do":"last"}`), "response", `{"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":"c"}]}`},
		"block an invocation": {[]byte(`{}`), "error", `"errorType":"internal"`},
	} {
		t.Run(name, func(t *testing.T) {
			api := &runtimeAPI{answer: make(chan []byte, 1), event: c.event, limit: time.Second}
			server := httptest.NewServer(api)
			defer server.Close()
			cmd, log := mainCommand(t.Context(), name, strings.TrimPrefix(server.URL, "http://"))
			begin := time.Now()
			err := cmd.Run()
			if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 || time.Since(begin) > 20*time.Second {
				t.Fatalf("%v after %s\n%s", err, time.Since(begin), log)
			}
			path, body, _ := bytes.Cut(<-api.answer, []byte(" "))
			if string(path) != "/2018-06-01/runtime/invocation/request-7/"+c.path || !strings.Contains(string(body), c.body) {
				t.Errorf("answer: %s %s", path, body)
			}
			if api.next != 1 {
				t.Errorf("asked for %d events", api.next)
			}
		})
	}
}

func TestAFunctionThatCannotStartSaysWhyAndEnds(t *testing.T) {
	for name, want := range map[string]string{"wrong type": "field Name: has none of the tags", "must": "no database"} {
		cmd, log := mainCommand(t.Context(), name, "127.0.0.1:1")
		err := cmd.Run()
		if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 {
			t.Errorf("%s: %v; want exit code 1", name, err)
		}
		if !strings.Contains(log.String(), want) || !strings.Contains(log.String(), `"level":"ERROR"`) {
			t.Errorf("%s: the log is:\n%s", name, log)
		}
	}
}

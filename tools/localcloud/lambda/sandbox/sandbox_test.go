package sandbox

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// box is a sandbox that runs this test's executable, and its lines.
type box struct {
	*Sandbox
	mu    sync.Mutex
	lines []string
}

func (b *box) line(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, text)
}

func (b *box) said() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.lines)
}

func start(t *testing.T, env ...string) *box {
	t.Helper()
	spawner := NewSpawner()
	b := &box{}
	s, err := Start(Spec{
		Bootstrap: os.Args[0], Dir: t.TempDir(), Env: append(env, modeVariable+"=runtime"), Line: b.line,
	}, spawner)
	if err != nil {
		t.Fatal(err)
	}
	b.Sandbox = s
	t.Cleanup(func() {
		s.Kill()
		spawner.Close()
	})
	if out, ok := s.Ready(20 * time.Second); !ok {
		t.Fatalf("not ready: %+v", out)
	}
	return b
}

func (b *box) invoke(event string) Outcome {
	return b.Invoke(Request{ID: "id-" + event, Payload: []byte(event), Timeout: 20 * time.Second})
}

func settled(t *testing.T, out Outcome) {
	t.Helper()
	select {
	case <-out.Settled:
	case <-time.After(20 * time.Second):
		t.Fatal("the runtime does not ask for more")
	}
}

func TestInvocationsFollowEachOtherAlsoWhenFrozen(t *testing.T) {
	b := start(t)
	for _, event := range []string{"one", "two", "three"} {
		out := b.invoke(event)
		if out.Status != Answered || string(out.Payload) != "echo "+event {
			t.Errorf("%s: %+v", event, out)
		}
		settled(t, out)
		b.Freeze()
	}
}

func TestOutputIsCompleteAndInOrderWhenTheAnswerIs(t *testing.T) {
	b := start(t)
	b.invoke("both")
	if got := b.said(); !slices.Equal(got, []string{"out 1", "err 2", "unfinished"}) {
		t.Errorf("lines %q", got)
	}
}

func TestLongLinesAreBroken(t *testing.T) {
	b := start(t)
	b.invoke("long")
	got := b.said()
	if len(got) < 2 || len(got[0]) != maxLine || got[1] != "x" {
		t.Errorf("%d lines, the first of %d bytes", len(got), len(got[0]))
	}
}

func TestRuntimeAPIRefusesWhatIsOutOfTurn(t *testing.T) {
	b := start(t)
	out := b.invoke("misuse")
	settled(t, out)
	if string(out.Payload) != "first" {
		t.Errorf("answer %s", out.Payload)
	}
	b.invoke("x")
	want := []string{
		`next 403 {"errorType":"InvalidStateTransition","errorMessage":"next was called before the invocation was answered"}`,
		`response 400 {"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}`,
		`response 202 {"status":"OK"}`,
		`response 403 {"errorType":"InvalidStateTransition","errorMessage":"the invocation is answered already"}`,
		`error 403 {"errorType":"InvalidStateTransition","errorMessage":"the initialisation is over"}`,
	}
	if got := b.said()[:5]; !slices.Equal(got, want) {
		t.Errorf("the runtime was told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestRuntimeAPIAnswersNoPage sends requests like pages that try all ports:
// requests of their own site, and requests to a name that resolves to 127.0.0.1.
func TestRuntimeAPIAnswersNoPage(t *testing.T) {
	b := start(t)
	for name, change := range map[string]func(*http.Request){
		"rebound name":         func(r *http.Request) { r.Host = "evil.example" },
		"rebound name, port":   func(r *http.Request) { r.Host = "evil.example:" + r.URL.Port() },
		"localhost":            func(r *http.Request) { r.Host = "a.localhost:" + r.URL.Port() },
		"image":                func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"page of localhost":    func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
		"fetch":                func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
		"image, old browser":   func(r *http.Request) { r.Header.Set("User-Agent", "Mozilla/5.0") },
		"frame without origin": func(r *http.Request) { r.Header.Set("Origin", "null") },
	} {
		for method, path := range map[string]string{"GET": "invocation/next", "POST": "invocation/id-one/response"} {
			req := httptest.NewRequest(method, "http://"+b.address+apiPrefix+path, strings.NewReader("forged"))
			change(req)
			w := httptest.NewRecorder()
			b.ServeHTTP(w, req)
			if w.Code != http.StatusForbidden {
				t.Errorf("%s: %s %s: %d %s", name, method, path, w.Code, w.Body)
			}
		}
	}
	if out := b.invoke("one"); string(out.Payload) != "echo one" {
		t.Errorf("the function itself is not served: %+v", out)
	}
}

func TestAnswersThatAreErrors(t *testing.T) {
	b := start(t)
	out := b.invoke("large")
	if out.Status != Failed || out.ErrorType != "Function.ResponseSizeTooLarge" || !strings.Contains(string(out.Payload), "(6291556 bytes)") {
		t.Errorf("large: %+v", out)
	}
	settled(t, out)
	out = b.invoke("trailer")
	if out.Status != Failed || out.ErrorType != "Broken" || string(out.Payload) != `{"errorMessage":"broke"}` {
		t.Errorf("trailer: %+v %s", out, out.Payload)
	}
}

func TestAnswerCountsAlthoughTheProcessEnds(t *testing.T) {
	b := start(t)
	if out := b.invoke("last"); out.Status != Answered || string(out.Payload) != "bye" {
		t.Errorf("%+v", out)
	}
	<-b.Exited()
	if out := b.invoke("again"); out.Status != Exited {
		t.Errorf("after its end: %+v", out)
	}
}

func TestTimeoutKills(t *testing.T) {
	b := start(t)
	out := b.Invoke(Request{ID: "1", Payload: []byte("hang"), Timeout: 50 * time.Millisecond})
	if out.Status != TimedOut || out.Settled != nil {
		t.Errorf("%+v", out)
	}
	select {
	case <-b.Exited():
	default:
		t.Error("the process still runs")
	}
}

func TestWhatCannotBeExecutedIsAnError(t *testing.T) {
	spawner := NewSpawner()
	defer spawner.Close()
	path := filepath.Join(t.TempDir(), "bootstrap")
	if err := os.WriteFile(path, []byte("text"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(Spec{Bootstrap: path, Dir: t.TempDir(), Line: func(string) {}}, spawner); err == nil {
		t.Error("a text was executed")
	}
}

func TestCommandHasNoEnvironmentButTheSpecs(t *testing.T) {
	t.Setenv("OF_THE_PARENT", "x")
	cmd := command(Spec{Bootstrap: "/code/bootstrap", Dir: "/code", Env: []string{"A=b"}}, "127.0.0.1:1", nil)
	if !slices.Equal(cmd.Env, []string{"A=b", "AWS_LAMBDA_RUNTIME_API=127.0.0.1:1"}) {
		t.Errorf("environment %q", cmd.Env)
	}
	if cmd.Path != "/code/bootstrap" || cmd.Dir != "/code" || !cmd.SysProcAttr.Setpgid {
		t.Errorf("command %+v", cmd)
	}
}

func alive(pid int) bool {
	_, err := startTime(pid)
	return err == nil && syscall.Kill(pid, 0) == nil
}

func await(t *testing.T, what string, f func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !f(); {
		if time.Now().After(deadline) {
			t.Fatalf("not within 20 seconds: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestLedgerKillsWhatIsLeftAndNoStranger(t *testing.T) {
	ledger := Ledger{Dir: filepath.Join(t.TempDir(), "processes")}
	if err := ledger.Clean(); err != nil {
		t.Fatal(err)
	}
	left, stranger, done := start(t), start(t), start(t)
	for _, b := range []*box{left, stranger, done} {
		if err := ledger.Add(b.Sandbox, "MARK=1"); err != nil {
			t.Fatal(err)
		}
	}
	ledger.Remove(done.Sandbox)
	later := `{"PID":` + strings.TrimSuffix(filepath.Base(ledger.path(stranger.PID())), ".json") + `,"Start":"1","Mark":"MARK=2"}`
	if err := os.WriteFile(ledger.path(stranger.PID()), []byte(later), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(ledger.Dir, "7.json"), []byte("{torn"), 0o600); err != nil {
		t.Fatal(err)
	}
	left.Freeze()
	if err := ledger.Clean(); err != nil {
		t.Fatal(err)
	}
	<-left.Exited()
	if !alive(stranger.PID()) || !alive(done.PID()) {
		t.Error("a process was killed that is not in the ledger")
	}
	if files, _ := os.ReadDir(ledger.Dir); len(files) != 0 {
		t.Errorf("%d notes are left", len(files))
	}
}

func startParent(t *testing.T) (*exec.Cmd, *os.File) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), modeVariable+"=parent")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	t.Cleanup(func() { _ = r.Close() })
	return cmd, r
}

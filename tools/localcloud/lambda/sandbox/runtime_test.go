package sandbox

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The test's own executable is the function, too: with modeVariable set it is a
// runtime that does what each event says.
const modeVariable = "SANDBOX_TEST_MODE"

func TestMain(m *testing.M) {
	switch os.Getenv(modeVariable) {
	case "":
		os.Exit(m.Run())
	case "parent":
		parent()
	case "runtime":
		serve()
	}
}

func endpoint(path string) string {
	return "http://" + os.Getenv(RuntimeAPIVariable) + "/2018-06-01/runtime/" + path
}

// try posts to the Runtime API and prints the answer.
func try(path string, body io.Reader, header ...string) {
	req, err := http.NewRequest("POST", endpoint(path), body)
	if err != nil {
		panic(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		panic(err)
	}
	raw, _ := io.ReadAll(resp.Body)
	fmt.Println(path[strings.LastIndexByte(path, '/')+1:], resp.StatusCode, string(bytes.TrimSpace(raw)))
}

func next() (id, event string) {
	resp, err := http.Get(endpoint("invocation/next"))
	if err != nil {
		panic(err)
	}
	raw, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusOK {
		fmt.Println("next", resp.StatusCode, string(bytes.TrimSpace(raw)))
	}
	return resp.Header.Get("Lambda-Runtime-Aws-Request-Id"), string(raw)
}

func serve() {
	for {
		id, event := next()
		answer := "invocation/" + id + "/response"
		switch event {
		case "misuse":
			next()
			try("invocation/other/response", strings.NewReader("x"))
			try(answer, strings.NewReader("first"))
			try(answer, strings.NewReader("second"))
			try("init/error", strings.NewReader("late"))
		case "both":
			fmt.Println("out 1")
			fmt.Fprintln(os.Stderr, "err 2")
			fmt.Print("unfinished")
			_, _ = http.Post(endpoint(answer), "", strings.NewReader("ok"))
		case "long":
			fmt.Println(strings.Repeat("x", maxLine+1))
			try(answer, strings.NewReader("ok"))
		case "large":
			try(answer, strings.NewReader(strings.Repeat("x", MaxResponse+1)))
		case "trailer":
			streamError(answer)
		case "gate", "gate, misuse":
			streamGate(answer, event == "gate, misuse")
		case "half, exit", "half, hang", "half, drop":
			streamHalf(answer, strings.TrimPrefix(event, "half, "))
		case "stream, large":
			try(answer, io.LimitReader(zeros{}, MaxStream+1))
		case "last":
			try(answer, strings.NewReader("bye"))
			os.Exit(0)
		case "hang":
			time.Sleep(time.Hour)
		default:
			try(answer, strings.NewReader("echo "+event))
		}
	}
}

// streamError answers as a stream that breaks off with an error.
func streamError(path string) {
	body, w := io.Pipe()
	req, _ := http.NewRequest("POST", endpoint(path), body)
	req.Trailer = http.Header{"Lambda-Runtime-Function-Error-Type": nil, "Lambda-Runtime-Function-Error-Body": nil}
	go func() {
		_, _ = io.WriteString(w, "half of it")
		req.Trailer.Set("Lambda-Runtime-Function-Error-Type", "Broken")
		req.Trailer.Set("Lambda-Runtime-Function-Error-Body", "eyJlcnJvck1lc3NhZ2UiOiJicm9rZSJ9")
		_ = w.Close()
	}()
	if _, err := http.DefaultClient.Do(req); err != nil {
		panic(err)
	}
}

// gateFile is the file in the function's folder that opens its gate.
const gateFile = "gate"

// open lets a function go on that waits at its gate.
func open(t *testing.T, b *box) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(b.cmd.Dir, gateFile), nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

// waitGate waits until the gate opens.
func waitGate() {
	for {
		if _, err := os.Stat(gateFile); err == nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// streamGate sends the first part of a response, and the second once the gate is
// open.
func streamGate(path string, misuse bool) {
	body, w := io.Pipe()
	go func() {
		_, _ = io.WriteString(w, "first ")
		waitGate()
		if misuse {
			next()
			try(path, strings.NewReader("another"))
		}
		_, _ = io.WriteString(w, "second")
		_ = w.Close()
	}()
	try(path, body, "Content-Type", "text/x-half", "Lambda-Runtime-Function-Response-Mode", "streaming")
}

// streamHalf sends half a response and, once the gate is open, exits, hangs or drops
// the connection.
func streamHalf(path, how string) {
	body, w := io.Pipe()
	go func() {
		_, _ = io.WriteString(w, "half")
		waitGate()
		switch how {
		case "exit":
			os.Exit(3)
		case "drop":
			_ = w.CloseWithError(io.ErrUnexpectedEOF)
		}
	}()
	req, _ := http.NewRequest("POST", endpoint(path), body)
	_, err := http.DefaultClient.Do(req)
	fmt.Println("dropped:", err != nil)
	time.Sleep(time.Hour)
}

// zeros is an endless stream.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// parent runs a sandbox, prints the number of its process and waits to be killed.
func parent() {
	s, err := Start(Spec{Bootstrap: os.Args[0], Env: []string{modeVariable + "=runtime"}, Line: func(string) {}}, NewSpawner())
	if err != nil {
		panic(err)
	}
	if _, ok := s.Ready(20 * time.Second); !ok {
		panic("not ready")
	}
	s.Freeze()
	fmt.Println(s.PID())
	select {}
}

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkSave is the time from saving a handler to the first answer of the new code,
// while dev runs and has nothing else to do: the median of the runs. "build-x" is how
// many times as long as a bare go build of the function's main package after an edit
// that it takes.
func BenchmarkSave(b *testing.B) {
	dir, command := copyOfThisModule(b)
	b.Setenv("SEASTACK_PORT", "14568")
	defer output(b, dir, command, "down", "--purge")
	await, stop := startDev(b, dir, command)
	defer stop()
	await("ready")
	api := strings.TrimSpace(output(b, dir, command, "status", "--api"))
	file := filepath.Join(dir, "stacks", "web", "interviews.go")
	source, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	var saves, builds []time.Duration
	for n := 0; b.Loop(); n++ {
		b.StopTimer()
		builds = append(builds, bareBuild(b, dir, file, source, 2*n))
		b.StartTimer()
		saves = append(saves, save(b, api, file, source, 2*n+1))
		b.StopTimer()
		await("applied") // and so has compiled the other functions, and settled the state
		b.StartTimer()
	}
	median := func(all []time.Duration) time.Duration { slices.Sort(all); return all[len(all)/2] }
	b.ReportMetric(float64(median(saves).Milliseconds()), "ms/save")
	b.ReportMetric(median(saves).Seconds()/median(builds).Seconds(), "build-x")
}

// startDev starts dev. The function await waits for an event of it.
func startDev(b *testing.B, dir, command string) (await func(event string), stop func()) {
	b.Helper()
	cmd := exec.Command(command, "dev", "--json")
	cmd.Dir = dir
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	events := bufio.NewScanner(out)
	await = func(event string) {
		b.Helper()
		for events.Scan() {
			if strings.Contains(events.Text(), `"event":"`+event+`"`) {
				return
			}
		}
		b.Fatalf("dev has ended before it was %s: %v", event, events.Err())
	}
	return await, func() {
		go func() { _, _ = io.Copy(io.Discard, out) }()
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			b.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			b.Error(err)
		}
	}
}

// edit returns the source of the handler with another answer to a wrong limit.
func edit(b *testing.B, source []byte, n int) []byte {
	b.Helper()
	const answer = `"must be positive"`
	edited := bytes.Replace(source, []byte(answer), fmt.Appendf(nil, `"must be positive (%d)"`, n), 1)
	if bytes.Equal(edited, source) {
		b.Fatalf("the handler does not have the text that is edited, %s", answer)
	}
	return edited
}

// bareBuild returns how long the go command takes to build the function after an edit
// that dev does not see: it is read in the place of the file.
func bareBuild(b *testing.B, dir, file string, source []byte, n int) time.Duration {
	b.Helper()
	tmp := b.TempDir()
	other, overlay := filepath.Join(tmp, "interviews.go"), filepath.Join(tmp, "overlay.json")
	for name, text := range map[string][]byte{other: edit(b, source, n), overlay: fmt.Appendf(nil, `{"Replace": {%q: %q}}`, file, other)} {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	start := time.Now()
	output(b, dir, "go", "build", "-trimpath", "-ldflags=-s -w", "-tags=lambda.norpc", "-overlay="+overlay, "-o", filepath.Join(tmp, "main"), "./stacks/web/lambda/interviews-list")
	return time.Since(start)
}

// save saves the handler and returns how long it takes until its new code answers.
func save(b *testing.B, api, file string, source []byte, n int) time.Duration {
	b.Helper()
	want := fmt.Sprintf("must be positive (%d)", n)
	start := time.Now()
	if err := os.WriteFile(file, edit(b, source, n), 0o644); err != nil {
		b.Fatal(err)
	}
	for time.Since(start) < time.Minute {
		resp, err := http.Get(api + "/interviews?limit=0")
		if err != nil {
			b.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err == nil && strings.Contains(string(body), want) {
			return time.Since(start)
		}
		time.Sleep(5 * time.Millisecond)
	}
	b.Fatalf("no answer has %s", want)
	return 0
}

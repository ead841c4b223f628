package mirror

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// fakeGo stands in for the go command. It notes each call in $FAKE_DIR/calls and
// does what the build needs of it, unless FAKE_FAIL names the command: then it
// prints FAKE_OUTPUT and fails. A build waits while $FAKE_DIR/hold exists.
func fakeGo(args []string) int {
	name := strings.Join(args[:min(2, len(args))], " ")
	note("calls", name)
	if fail := os.Getenv("FAKE_FAIL"); fail != "" && strings.HasPrefix(name, fail) {
		fmt.Fprintln(os.Stderr, os.Getenv("FAKE_OUTPUT"))
		return 1
	}
	switch args[0] {
	case "env":
		dir := os.Getenv("FAKE_DIR")
		return printJSON(map[string]string{"GOVERSION": os.Getenv("FAKE_GOVERSION"), "GOCACHE": dir, "GOMODCACHE": dir})
	case "mod":
		fmt.Fprintln(os.Stderr, "go: downloading example.com/one v1.0.0")
		return printJSON(map[string]string{"Dir": os.Getenv("FAKE_SOURCE")})
	case "list":
		fmt.Println("errors\nexample.com/one\n" + providerModule)
	case "build":
		return fakeBuild(args)
	case "child": // a compiler that a build started
		time.Sleep(time.Minute)
	}
	return 0
}

// fakeBuild makes a "provider" whose bytes are the registered services.
func fakeBuild(args []string) int {
	fmt.Fprintln(os.Stderr, "errors")
	hold := filepath.Join(os.Getenv("FAKE_DIR"), "hold")
	if _, err := os.Stat(hold); err == nil {
		child := exec.Command(os.Args[0], "child")
		child.Args[0] = os.Args[0]
		if err := child.Start(); err != nil {
			return 2
		}
		note("child", fmt.Sprint(child.Process.Pid))
		for err == nil {
			time.Sleep(10 * time.Millisecond)
			_, err = os.Stat(hold)
		}
		_ = child.Process.Kill()
	}
	fmt.Fprintln(os.Stderr, providerModule)
	b, err := os.ReadFile(filepath.Join("..", "source", filepath.FromSlash(registryFile)))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	output := args[len(args)-2]
	if err := os.MkdirAll(filepath.Dir(output), 0o755); err != nil {
		return 1
	}
	if err := os.WriteFile(output, b, 0o755); err != nil {
		return 1
	}
	return 0
}

// fakeTerraform prints FAKE_TERRAFORM as its version, or fails without one.
func fakeTerraform() int {
	version := os.Getenv("FAKE_TERRAFORM")
	if version == "" {
		fmt.Fprintln(os.Stderr, "exec format error")
		return 1
	}
	return printJSON(map[string]string{"terraform_version": version})
}

func printJSON(v any) int {
	if json.NewEncoder(os.Stdout).Encode(v) != nil {
		return 1
	}
	return 0
}

func note(file, line string) {
	f, err := os.OpenFile(filepath.Join(os.Getenv("FAKE_DIR"), file), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	fmt.Fprintln(f, line)
}

// sandbox is a machine with fakes on its PATH and a cache of its own.
type sandbox struct {
	*testing.T
	dir, bin, cache string
	env             []string
}

// newSandbox makes a machine with the named programs that must use the mirror.
func newSandbox(t *testing.T, programs ...string) *sandbox {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the fakes are symbolic links, which need a privilege on Windows; the integration test runs there")
	}
	dir := t.TempDir()
	s := &sandbox{T: t, dir: dir, bin: filepath.Join(dir, "bin"), cache: filepath.Join(dir, "cache")}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(s.bin, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range programs {
		if err := os.Symlink(self, filepath.Join(s.bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	s.env = []string{
		"PATH=" + s.bin, "HOME=" + dir, "FAKE_DIR=" + dir, "FAKE_GOVERSION=go1.26.0",
		"FAKE_SOURCE=" + miniProvider(t), "SEASTACK_PROVIDER=mirror",
		"GORACE=atexit_sleep_ms=0", // a fake that was built with -race ends at once
	}
	return s
}

// options are those of a command on the machine.
func (s *sandbox) options(progress func(string)) Options {
	return Options{CacheDir: s.cache, Env: s.env, Progress: progress, freeSpace: plenty}
}

func plenty(string) (uint64, error) { return 1 << 40, nil }

// calls counts the calls of the fake go that start with a name.
func (s *sandbox) calls(name string) int {
	b, err := os.ReadFile(filepath.Join(s.dir, "calls"))
	if err != nil {
		s.Fatal(err)
	}
	return strings.Count("\n"+string(b), "\n"+name)
}

func (s *sandbox) write(name, text string) {
	s.Helper()
	file := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		s.Fatal(err)
	}
}

// await waits until a file of the machine exists, and returns what it says.
func (s *sandbox) await(name string) string {
	s.Helper()
	for range 1000 {
		if b, err := os.ReadFile(filepath.Join(s.dir, name)); err == nil && len(b) > 0 {
			return strings.TrimSpace(string(b))
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.Fatal(name + " never came")
	return ""
}

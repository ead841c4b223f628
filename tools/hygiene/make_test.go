package hygiene

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// killedTool is a command that is killed as soon as it runs.
const killedTool = `package main

import (
	"os"
	"syscall"
)

func main() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}
`

// TestMakeTellsOfAKill runs the Makefile's and go generate's commands with a
// seastack that is killed: go tool alone would exit with 0.
func TestMakeTellsOfAKill(t *testing.T) {
	dir := t.TempDir()
	for file, content := range map[string]string{
		"go.mod":                 "module example.com/shop\n\ngo 1.26\n\ntool example.com/shop/tools/seastack\n",
		"tools/seastack/main.go": killedTool,
		"Makefile":               read(t, "../../Makefile"),
		"generate.go":            read(t, "../../generate.go"),
	} {
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range [][]string{{"make", "up"}, {"make", "down"}, {"make", "status"}, {"go", "generate", "."}} {
		cmd := exec.CommandContext(t.Context(), c[0], c[1:]...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=")
		if out, err := cmd.CombinedOutput(); err == nil {
			t.Errorf("%v: a killed seastack is taken for one that is done:\n%s", c, out)
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

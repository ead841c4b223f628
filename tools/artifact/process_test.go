package artifact

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// childRoot has the test binary build the shop in a folder instead of testing.
const childRoot = "ARTIFACT_TEST_BUILD"

func TestMain(m *testing.M) {
	if root := os.Getenv(childRoot); root != "" {
		os.Exit(buildAsChild(root))
	}
	os.Exit(m.Run())
}

// buildAsChild tells of every event on a line, and goes on when it is answered
// with one, or when nobody will answer.
func buildAsChild(root string) int {
	answers := bufio.NewReader(os.Stdin)
	_, err := Build(context.Background(), Request{
		Root: root, Functions: shop, Env: environment(),
		Progress: func(e Event) {
			fmt.Println(e.Kind, e.Stack, e.Function)
			_, _ = answers.ReadString('\n')
		},
	})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

func childCommand(root string) *exec.Cmd {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childRoot+"="+root)
	return child
}

func TestKilledBuilderLeavesAWholeStore(t *testing.T) {
	r := shopRequest(t)
	for lines := range 4 { // while compiling, between the groups, and while storing
		killAfter(t, r.Root, lines+1)
	}
	want := digests(mustBuild(t, shopRequest(t)))
	got := mustBuild(t, r)
	if diff := cmp.Diff(want, digests(got)); diff != "" {
		t.Error(diff)
	}
	if left, err := filepath.Glob(filepath.Join(r.Root, ".seastack/artifacts/tmp/*")); len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

// killAfter kills a building process at one of its events.
func killAfter(t *testing.T, root string, lines int) {
	t.Helper()
	child := childCommand(root)
	in, inErr := child.StdinPipe()
	out, outErr := child.StdoutPipe()
	if err := errors.Join(inErr, outErr, child.Start()); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(out)
	for n := range lines {
		if line, err := reader.ReadString('\n'); err != nil {
			t.Fatalf("line %d is %q: %v", n, line, err)
		}
		if n+1 < lines {
			if _, err := io.WriteString(in, "\n"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := child.Wait(); err == nil {
		t.Error("the builder ended by itself")
	}
}

func TestTwoProcessesBuildOnce(t *testing.T) {
	r := shopRequest(t)
	var outputs [2]bytes.Buffer
	var children [2]*exec.Cmd
	for i := range children {
		children[i] = childCommand(r.Root)
		children[i].Stdout = &outputs[i]
		if err := children[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	for i, child := range children {
		if err := child.Wait(); err != nil {
			t.Errorf("%v\n%s", err, &outputs[i])
		}
	}
	all := outputs[0].String() + outputs[1].String()
	for _, f := range shop {
		if n := strings.Count(all, "built "+f.Stack+" "+f.Name+"\n"); n != 1 {
			t.Errorf("%s was built %d times:\n%s", f.ID(), n, all)
		}
	}
}

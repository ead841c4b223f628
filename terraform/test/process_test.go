package test

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/seastack/seastack/tools/process"
)

// descendants returns the processes below one, so that what a test starts can be
// told from everything else on the machine.
func descendants(t *testing.T, pid int) (all []process.Process) {
	t.Helper()
	out := must(exec.CommandContext(t.Context(), "ps", "-A", "-o", "pid=,ppid=").Output())(t)
	children := map[int][]int{}
	for line := range strings.Lines(string(out)) {
		var child, parent int
		if _, err := fmt.Sscan(line, &child, &parent); err != nil {
			t.Fatalf("ps says %q", line)
		}
		children[parent] = append(children[parent], child)
	}
	for queue := children[pid]; len(queue) > 0; queue = queue[1:] {
		queue = append(queue, children[queue[0]]...)
		if p, err := process.Of(queue[0]); err == nil { // else it has ended since
			all = append(all, p)
		}
	}
	return all
}

// kill ends processes that the test has started, with SIGKILL.
func kill(t *testing.T, processes []process.Process) {
	t.Helper()
	for _, p := range processes {
		if err := syscall.Kill(p.PID, syscall.SIGKILL); p.Alive() && err != nil && !errors.Is(err, syscall.ESRCH) {
			t.Error(err)
		}
	}
	awaitEnd(t, processes)
}

// awaitEnd waits until none of the processes runs.
func awaitEnd(t *testing.T, processes []process.Process) {
	t.Helper()
	eventually(t, 20*time.Second, "the end of processes", func(context.Context) (bool, error) {
		var left []string
		for _, p := range processes {
			if p.Alive() {
				left = append(left, strconv.Itoa(p.PID)+" "+commandLine(p.PID))
			}
		}
		if len(left) > 0 {
			return false, errors.New(strings.Join(left, "; "))
		}
		return true, nil
	})
}

func commandLine(pid int) string {
	out, _ := exec.Command("ps", "-o", "args=", "-p", strconv.Itoa(pid)).Output() // for a message only
	return strings.TrimSpace(string(out))
}

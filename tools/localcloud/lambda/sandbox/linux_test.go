package sandbox

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestFrozenProcessIsStopped(t *testing.T) {
	b := start(t)
	b.Freeze()
	await(t, "it is stopped", func() bool {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", b.PID()))
		return err == nil && strings.Contains(string(raw), ") T ")
	})
	if out := b.invoke("x"); out.Status != Answered {
		t.Errorf("thawed: %+v", out)
	}
	if mb := b.MaxMemoryMB(); mb < 1 || mb > 1000 {
		t.Errorf("%d MB", mb)
	}
}

func TestProcessDiesWithItsParent(t *testing.T) {
	cmd, out := startParent(t)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || !alive(pid) {
		t.Fatalf("%q: %v", line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	await(t, "the frozen process is gone, too", func() bool { return !alive(pid) })
}

func TestMembersAreProvenByTheirEnvironment(t *testing.T) {
	cmd := exec.Command("sleep", "60")
	cmd.Env = []string{"MARK=ours"}
	cmd.SysProcAttr = processAttributes()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	pid := cmd.Process.Pid
	if got := members(pid, "MARK=ours"); !slices.Equal(got, []int{pid}) {
		t.Errorf("members %v, want %d", got, pid)
	}
	if got := members(pid, "MARK=our"); len(got) > 0 {
		t.Errorf("members with another mark: %v", got)
	}
}

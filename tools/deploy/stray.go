package deploy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/process"
)

// strayGrace is how long a provider may take to end when it is asked to.
const strayGrace = 2 * time.Second

// EndStrays ends the providers that a killed terraform has left below dir, a
// folder of roots: nothing else would, and one may be in the middle of making
// something. It finds them in Linux's /proc, and nothing where there is none. The
// caller sees to it that no terraform of its own runs there.
func EndStrays(ctx context.Context, dir string) error {
	dir, err := filepath.EvalSymlinks(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var errs []error
	for _, pid := range strays(dir) {
		if p, err := process.Of(pid); err == nil { // else it has ended since
			errs = append(errs, p.Stop(ctx, strayGrace))
		}
	}
	return errors.Join(errs...)
}

// strays returns the provider processes below dir whose parent is no terraform:
// terraform runs them from the root's own .terraform, in the root's folder.
func strays(dir string) (pids []int) {
	entries, _ := os.ReadDir("/proc") // there is none on other systems than Linux
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		cwd, err := os.Readlink(filepath.Join("/proc", e.Name(), "cwd"))
		if err != nil || !strings.HasPrefix(cwd, dir+string(filepath.Separator)) {
			continue
		}
		if isProvider(pid) && parentName(pid) != "terraform" {
			pids = append(pids, pid)
		}
	}
	slices.Sort(pids)
	return pids
}

func isProvider(pid int) bool {
	raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)) // one that has ended has none
	program, _, _ := strings.Cut(string(raw), "\x00")
	return strings.HasPrefix(filepath.ToSlash(program), ".terraform/providers/")
}

// parentName returns the name of a process's parent, "" where that is not known.
func parentName(pid int) string {
	parent, err := process.Parent(pid)
	if err != nil {
		return ""
	}
	raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", parent))
	return strings.TrimSpace(string(raw))
}

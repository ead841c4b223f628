package sandbox

import (
	"os/exec"
	"runtime"
)

// Spawner starts processes from one OS thread that lives as long as the Spawner.
// The kernel sends a parent-death signal when the *thread* that forked ends, and
// Go may end any thread but one that is locked.
type Spawner struct{ jobs chan spawn }

type spawn struct {
	cmd  *exec.Cmd
	done chan error
}

// NewSpawner returns a Spawner. It must be closed after the last of its processes
// has ended.
func NewSpawner() *Spawner {
	s := &Spawner{jobs: make(chan spawn)}
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		for j := range s.jobs {
			j.done <- j.cmd.Start()
		}
	}()
	return s
}

func (s *Spawner) start(cmd *exec.Cmd) error {
	j := spawn{cmd, make(chan error, 1)}
	s.jobs <- j
	return <-j.done
}

// Close ends the thread, and with it, on Linux, every process that still runs.
func (s *Spawner) Close() { close(s.jobs) }

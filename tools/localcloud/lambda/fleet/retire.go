package fleet

import (
	"github.com/seastack/seastack/tools/localcloud/lambda/sandbox"
	"strings"
	"sync"
	"time"
)

// Retire stops the instances whose revision's key has the prefix: those that are
// idle at once, the others after they have answered.
func (f *Fleet) Retire(prefix string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return
	}
	for key, s := range f.sets {
		if !strings.HasPrefix(key, prefix) {
			continue
		}
		s.retired = true
		delete(f.sets, key)
		for _, in := range s.idle {
			f.discardLater(in)
		}
		s.idle = nil
	}
	f.notify()
}

// reap stops instances that have been idle for too long, until Close.
func (f *Fleet) reap() {
	tick := time.NewTicker(max(min(f.opt.IdleAfter/4, 30*time.Second), 10*time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-f.stop:
			return
		case <-tick.C:
			f.reapIdle()
		}
	}
}

func (f *Fleet) reapIdle() {
	now := f.opt.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	for key, s := range f.sets {
		keep := s.idle[:0]
		for _, in := range s.idle {
			if in.alive(now) && (now.Sub(in.used) < f.opt.IdleAfter || in.rev.Debug != nil) {
				keep = append(keep, in)
			} else {
				f.discardLater(in)
			}
		}
		s.idle = keep
		if len(keep) == 0 && s.settling == 0 && s.waiting == 0 && !f.inUse(s) {
			delete(f.sets, key)
		}
	}
}

// inUse reports whether an instance belongs to s. mu is held.
func (f *Fleet) inUse(s *set) bool {
	for in := range f.all {
		if in.set == s {
			return true
		}
	}
	return false
}

// Instances returns the number of instances, including idle ones.
func (f *Fleet) Instances() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.all)
}

// Close kills every process and waits for them to end. Running invocations return
// ErrClosed.
func (f *Fleet) Close() {
	f.mu.Lock()
	if f.closed {
		f.mu.Unlock()
		return
	}
	f.closed = true
	close(f.stop)
	var idle, busy []*instance
	for _, s := range f.sets {
		idle = append(idle, s.idle...)
		s.idle = nil
	}
	for in := range f.all {
		busy = append(busy, in)
	}
	f.mu.Unlock()
	var wg sync.WaitGroup
	for _, in := range busy {
		wg.Go(func() {
			if box := f.sandboxOf(in); box != nil {
				f.kill(box)
			}
		})
	}
	wg.Wait()
	for _, in := range idle {
		f.discard(in)
	}
	f.wg.Wait()
	f.spawner.Close()
}

func (f *Fleet) sandboxOf(in *instance) *sandbox.Sandbox {
	f.mu.Lock()
	defer f.mu.Unlock()
	return in.box
}

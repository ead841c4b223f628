package fleet

import (
	"context"
	"time"
)

// settleWait is how long a caller waits for an instance that has just answered
// before it starts another one: much longer than a runtime needs, much shorter
// than a start.
const settleWait = 50 * time.Millisecond

// acquire returns an idle instance of rev, or a fresh one without a process.
func (f *Fleet) acquire(ctx context.Context, rev *Revision) (in *instance, fresh bool, err error) {
	patience := time.NewTimer(settleWait)
	defer patience.Stop()
	for impatient := false; ; {
		f.mu.Lock()
		if f.closed {
			f.mu.Unlock()
			return nil, false, ErrClosed
		}
		s := f.set(rev.Key)
		if in := f.pop(s); in != nil {
			f.mu.Unlock()
			return in, false, nil
		}
		settles := !impatient && s.settling > s.waiting
		taken := rev.Debug != nil && f.inUse(s)
		if !settles && !taken && f.makeRoom() {
			in := &instance{rev: rev, set: s}
			f.all[in] = true
			f.mu.Unlock()
			return in, true, nil
		}
		if err := f.await(ctx, s, settles, patience.C, &impatient); err != nil {
			return nil, false, err
		}
	}
}

// await waits for a change, with mu held when it is called and released when it
// returns.
func (f *Fleet) await(ctx context.Context, s *set, settles bool, patience <-chan time.Time, impatient *bool) error {
	changed := f.changed
	f.waiters++
	if settles {
		s.waiting++
	} else {
		patience = nil
	}
	f.mu.Unlock()
	var err error
	select {
	case <-changed:
	case <-f.stop:
	case <-patience:
		*impatient = true
	case <-ctx.Done():
		err = ErrBusy
	}
	f.mu.Lock()
	f.waiters--
	if settles {
		s.waiting--
	}
	f.mu.Unlock()
	return err
}

func (f *Fleet) set(key string) *set {
	s := f.sets[key]
	if s == nil {
		s = &set{key: key}
		f.sets[key] = s
	}
	return s
}

// pop removes and returns the most recently used instance that is alive. mu is
// held.
func (f *Fleet) pop(s *set) *instance {
	for len(s.idle) > 0 {
		in := s.idle[len(s.idle)-1]
		s.idle = s.idle[:len(s.idle)-1]
		if in.alive(f.opt.Now()) {
			return in
		}
		f.discardLater(in)
	}
	return nil
}

// discardLater discards an instance in the background. mu is held.
func (f *Fleet) discardLater(in *instance) { f.wg.Go(func() { f.discard(in) }) }

// makeRoom reports whether one more instance may start; if the fleet is full it
// stops the instance that has been idle for the longest. mu is held.
func (f *Fleet) makeRoom() bool {
	if len(f.all) < f.opt.Max {
		return true
	}
	var oldest *set
	for _, s := range f.sets {
		if len(s.idle) > 0 && (oldest == nil || s.idle[0].used.Before(oldest.idle[0].used)) {
			oldest = s
		}
	}
	if oldest != nil {
		in := oldest.idle[0]
		oldest.idle = oldest.idle[1:]
		f.discardLater(in) // the caller waits for that
	}
	return false
}

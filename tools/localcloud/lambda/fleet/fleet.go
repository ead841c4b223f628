package fleet

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/sandbox"
)

// ErrClosed means that the local cloud is stopping.
var ErrClosed = errors.New("the local cloud is stopping")

// ErrBusy means that no instance became free in time.
var ErrBusy = errors.New("all instances are busy")

// Options are a fleet's settings. All are required.
type Options struct {
	Dir         string        // private folder for temporary files and the ledger of processes
	Max         int           // most instances at once, of all functions
	IdleAfter   time.Duration // how long an instance may be idle before it is stopped
	InitTimeout time.Duration // of the init phase; 10 s on AWS
	Freeze      bool          // stop processes between invocations
	Now         func() time.Time
	Fail        func(error) // is called with errors that belong to no invocation
}

// Fleet holds the instances. Create it with New.
type Fleet struct {
	opt     Options
	spawner *sandbox.Spawner
	ledger  sandbox.Ledger
	stop    chan struct{}
	wg      sync.WaitGroup

	mu      sync.Mutex
	sets    map[string]*set
	all     map[*instance]bool
	waiters int
	changed chan struct{} // closed and replaced when waiters should check again
	closed  bool
}

// set holds the instances of one revision.
type set struct {
	key      string
	idle     []*instance // most recently used last
	settling int         // have answered, and will be idle in a moment
	waiting  int         // callers that wait for one of those
	retired  bool
}

// New returns a fleet, after it has stopped the processes that an earlier one
// left running.
func New(opt Options) (*Fleet, error) {
	f := &Fleet{
		opt: opt, ledger: sandbox.Ledger{Dir: filepath.Join(opt.Dir, "processes")},
		stop: make(chan struct{}), sets: map[string]*set{}, all: map[*instance]bool{}, changed: make(chan struct{}),
	}
	if err := f.ledger.Clean(); err != nil {
		return nil, err
	}
	if err := os.RemoveAll(f.tempDir()); err != nil {
		return nil, err
	}
	f.spawner = sandbox.NewSpawner()
	f.wg.Go(f.reap)
	return f, nil
}

func (f *Fleet) tempDir() string { return filepath.Join(f.opt.Dir, "tmp") }

// Run runs one invocation. ctx bounds the wait for an instance, not the
// invocation. It returns ErrBusy, ErrClosed, or an error of rev's functions.
func (f *Fleet) Run(ctx context.Context, rev *Revision, req sandbox.Request) (Result, error) {
	if !f.enter() {
		return Result{}, ErrClosed
	}
	defer f.wg.Done()
	in, fresh, err := f.acquire(ctx, rev)
	if err != nil {
		return Result{}, err
	}
	out, ok := sandbox.Outcome{}, true
	if fresh {
		if err := f.prepare(in); err != nil {
			f.discard(in)
			return Result{}, err
		}
		out, ok = f.initialise(in)
	} else {
		in.log.reset()
	}
	log := reporter{rev, in.log}
	log.start(req.ID)
	if ok {
		out = in.box.Invoke(req)
	}
	res := f.conclude(in, log, req.ID, out)
	f.release(in, out, req.Timeout)
	if f.isClosed() && res.Status != sandbox.Answered {
		return Result{}, ErrClosed // it ended because the fleet closed
	}
	return res, nil
}

// enter counts a caller, for which Close waits. It returns false if the fleet is
// closed.
func (f *Fleet) enter() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.closed {
		f.wg.Add(1)
	}
	return !f.closed
}

func (f *Fleet) conclude(in *instance, log reporter, id string, out sandbox.Outcome) Result {
	res := result(in.rev, id, out)
	if in.box != nil {
		res.MaxMemoryMB = in.box.MaxMemoryMB()
	}
	res.Init, in.init = in.init, 0
	log.end(id, res)
	res.Tail = in.log.end()
	return res
}

// release returns an instance to its set once its runtime asks for the next
// invocation. An instance that does not ask by its deadline is stopped.
func (f *Fleet) release(in *instance, out sandbox.Outcome, limit time.Duration) {
	if out.Settled == nil {
		f.discard(in)
		return
	}
	f.mu.Lock()
	in.set.settling++
	f.mu.Unlock()
	f.wg.Go(func() {
		timer := time.NewTimer(max(limit-out.Duration, time.Second))
		defer timer.Stop()
		select {
		case <-out.Settled:
			f.park(in)
			return
		case <-in.box.Exited():
		case <-timer.C:
		}
		f.mu.Lock()
		in.set.settling--
		f.mu.Unlock()
		f.discard(in)
	})
}

// park makes an instance available, and freezes it unless a caller waits for it.
func (f *Fleet) park(in *instance) {
	f.mu.Lock()
	in.set.settling--
	if in.set.retired || f.closed {
		f.mu.Unlock()
		f.discard(in)
		return
	}
	in.used = f.opt.Now()
	if f.opt.Freeze && in.set.waiting == 0 && in.rev.Debug == nil {
		in.box.Freeze()
	}
	in.set.idle = append(in.set.idle, in)
	f.notify()
	f.mu.Unlock()
}

// notify wakes the waiting callers. mu is held.
func (f *Fleet) notify() {
	if f.waiters > 0 {
		close(f.changed)
		f.changed = make(chan struct{})
	}
}

// discard stops an instance that is not in an idle list.
func (f *Fleet) discard(in *instance) {
	if in.box != nil {
		f.kill(in.box)
	}
	if in.temp != "" {
		if err := os.RemoveAll(in.temp); err != nil {
			f.opt.Fail(err)
		}
	}
	f.mu.Lock()
	delete(f.all, in)
	f.notify()
	f.mu.Unlock()
}

func (f *Fleet) isClosed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.closed
}

// attach sets the process of an instance, unless the fleet has closed.
func (f *Fleet) attach(in *instance, box *sandbox.Sandbox) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false
	}
	in.box = box
	return true
}

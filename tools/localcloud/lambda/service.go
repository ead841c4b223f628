package lambda

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/codestore"
	"github.com/seastack/seastack/tools/localcloud/lambda/fleet"
	"github.com/seastack/seastack/tools/localcloud/lambda/logship"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Service is Lambda. Make it with New.
type Service struct {
	env   *wire.Env
	names names.Names
	deps  Deps
	opt   options

	functions    store.Collection[function]    // by name
	versions     store.Collection[version]     // by name/number, the number with leading zeros
	aliases      store.Collection[alias]       // by name/alias
	policies     store.Collection[policy]      // by name:qualifier, the qualifier empty for the function
	eventConfigs store.Collection[eventConfig] // by name:qualifier
	provisioned  store.Collection[provisioned] // by name:qualifier
	mappings     store.Collection[mapping]     // by UUID
	events       store.Collection[event]       // asynchronous invocations to come, by ID

	code    *codestore.Store
	fleet   *fleet.Fleet
	ship    *logship.Shipper
	slots   *slots
	targets *targets
	queue   *asyncQueue
	pollers *pollers

	stop   context.CancelFunc
	closed sync.Once
	wg     sync.WaitGroup
}

// New makes the service on the state in env, and stops processes that a killed
// local cloud left behind. Background work begins with Start.
func New(env *wire.Env, d Deps, opts ...Option) (*Service, error) {
	s := &Service{env: env, names: names.New(env), deps: d, opt: defaults(), slots: newSlots(), targets: store.NewCache[names.Reference, target](), stop: func() {}}
	for _, o := range opts {
		o(&s.opt)
	}
	s.functions = store.In[function](env.Store, "lambda/functions")
	s.versions = store.In[version](env.Store, "lambda/versions")
	s.aliases = store.In[alias](env.Store, "lambda/aliases")
	s.policies = store.In[policy](env.Store, "lambda/policies")
	s.eventConfigs = store.In[eventConfig](env.Store, "lambda/event-invoke-configs")
	s.provisioned = store.In[provisioned](env.Store, "lambda/provisioned-concurrency")
	s.mappings = store.In[mapping](env.Store, "lambda/event-source-mappings")
	s.events = store.In[event](env.Store, "lambda/events")
	s.queue = newAsyncQueue()
	s.pollers = newPollers()
	return s, s.open()
}

func (s *Service) open() (err error) {
	dir, err := filepath.Abs(filepath.Join(s.env.Dir, "lambda")) // processes run in other folders
	if err != nil {
		return err
	}
	if s.code, err = codestore.Open(filepath.Join(dir, "code")); err != nil {
		return err
	}
	s.fleet, err = fleet.New(fleet.Options{
		Dir: dir, Max: s.opt.maxInstances, IdleAfter: s.opt.idleAfter, InitTimeout: s.opt.initTimeout,
		Freeze: s.opt.freeze, Now: s.env.Now, Fail: s.complain,
	})
	if err != nil {
		return err
	}
	s.ship = logship.New(s.opt.logDelay, s.complain)
	return nil
}

// complain reports what fails in the background, where no caller hears of it.
func (s *Service) complain(err error) { s.env.Log.Warn("lambda: in the background", "err", err) }

// Start begins the work in the background: asynchronous invocations, also those
// that an earlier run left, and event source mappings. ctx ends it, as Close does.
func (s *Service) Start(ctx context.Context) error {
	ctx, s.stop = context.WithCancel(ctx)
	left, err := s.events.List("")
	if err != nil {
		return err
	}
	for _, e := range left {
		s.queue.add(e)
	}
	s.wg.Go(func() { s.dispatch(ctx) })
	s.wg.Go(func() { s.sweep(ctx) })
	return s.startMappings(ctx)
}

// Close stops the background work and every process, and writes the last log
// lines. Asynchronous invocations that were interrupted happen again after the
// next Start.
func (s *Service) Close() error {
	s.closed.Do(func() {
		s.stop()
		s.pollers.close()
		s.fleet.Close()
		s.wg.Wait()
		s.ship.Close()
	})
	return nil
}

// sweep removes code that no function refers to any more.
func (s *Service) sweep(ctx context.Context) {
	tick := time.NewTicker(s.opt.sweepEvery)
	defer tick.Stop()
	for {
		if err := s.sweepOnce(); err != nil {
			s.complain(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (s *Service) sweepOnce() error {
	used := map[string]bool{}
	functions, err := s.functions.List("")
	versions, err2 := s.versions.List("")
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	for _, f := range functions {
		used[f.Latest.Digest] = true
	}
	for _, v := range versions {
		used[v.Digest] = true
	}
	return s.code.Sweep(used)
}

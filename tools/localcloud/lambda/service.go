package lambda

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/async"
	"github.com/seastack/seastack/tools/localcloud/lambda/codestore"
	"github.com/seastack/seastack/tools/localcloud/lambda/eventsource"
	"github.com/seastack/seastack/tools/localcloud/lambda/fleet"
	"github.com/seastack/seastack/tools/localcloud/lambda/functionurl"
	"github.com/seastack/seastack/tools/localcloud/lambda/logship"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/lambda/provisioned"
	"github.com/seastack/seastack/tools/localcloud/lambda/resourcepolicy"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Service is Lambda. Create it with New.
type Service struct {
	env   *wire.Env
	names names.Names
	deps  Deps
	opt   options

	functions store.Collection[function] // by name
	versions  store.Collection[version]  // by name and number, the number with leading zeros
	aliases   store.Collection[alias]    // by names.Reference

	policies    *resourcepolicy.Policies
	provisioned *provisioned.Configs
	mappings    *eventsource.Mappings
	events      *async.Dispatcher
	urls        *functionurl.URLs

	code    *codestore.Store
	fleet   *fleet.Fleet
	ship    *logship.Shipper
	slots   *slots
	targets *targets
	configs *store.Cache[struct{}, []Configuration] // of Functions: reading 1,000 takes 20 ms

	debugging sync.Mutex // held to change debugged
	debugged  atomic.Pointer[map[string]debugged]

	stop   context.CancelFunc
	closed sync.Once
	wg     sync.WaitGroup
}

// New returns the service on the state in env, and stops processes that a killed
// local cloud left behind. Background work begins with Start.
func New(env *wire.Env, d Deps, opts ...Option) (*Service, error) {
	s := &Service{
		env: env, names: names.New(env), deps: d, opt: defaults(), slots: newSlots(),
		targets: store.NewCache[names.Reference, target](), configs: store.NewCache[struct{}, []Configuration](), stop: func() {},
		functions: store.In[function](env.Store, "lambda/functions"),
		versions:  store.In[version](env.Store, "lambda/versions"),
		aliases:   store.In[alias](env.Store, "lambda/aliases"),
	}
	for _, o := range opts {
		o(&s.opt)
	}
	s.policies = resourcepolicy.New(env, registry{s})
	s.provisioned = provisioned.New(env, registry{s})
	s.mappings = eventsource.New(env, eventsource.Deps{
		Functions: mappedFunctions{s}, Queues: d.Queues, Authorize: s.authorize, MaxPayload: maxPayload,
	})
	s.events = async.New(env, async.Deps{
		Functions: asyncFunctions{registry{s}}, Queues: d.Queues, Authorize: s.authorize,
	}, async.Options{
		Concurrency: s.opt.maxInstances, RetryDelays: s.opt.retryDelays, ThrottleDelay: s.opt.throttled,
	})
	s.urls = functionurl.New(env, functionurl.Deps{
		Functions: urlFunctions{registry{s}}, Policies: s.policies, Callers: d.Callers,
	})
	return s, s.open()
}

func (s *Service) open() (err error) {
	err = s.env.Store.Update(func(tx *store.Tx) error {
		return cmp.Or(migrateKeysTx(tx, s.versions), migrateKeysTx(tx, s.aliases))
	})
	if err != nil {
		return err
	}
	dir, err := filepath.Abs(filepath.Join(s.env.Dir, "lambda")) // processes run in other folders
	if err != nil {
		return err
	}
	if s.code, err = codestore.Open(filepath.Join(dir, "code")); err != nil {
		return err
	}
	s.fleet, err = fleet.New(fleet.Options{
		Dir: dir, Max: s.opt.maxInstances, IdleAfter: s.opt.idleAfter, InitTimeout: s.opt.initTimeout,
		Freeze: s.opt.freeze, Now: s.env.Now, Fail: s.logFailure,
	})
	if err != nil {
		return err
	}
	s.ship = logship.New(s.opt.logDelay, s.logFailure)
	return nil
}

// logFailure logs an error of background work, which has no caller to return it to.
func (s *Service) logFailure(err error) { s.env.Log.Warn("lambda: in the background", "err", err) }

// Start begins the background work: asynchronous invocations, also those of an
// earlier run, and event source mappings. It ends with ctx or with Close.
func (s *Service) Start(ctx context.Context) error {
	ctx, s.stop = context.WithCancel(ctx)
	if err := s.events.Start(ctx); err != nil {
		return err
	}
	s.wg.Go(func() { s.sweep(ctx) })
	return s.mappings.Start(ctx)
}

// Close stops the background work and every process, and writes the last log
// lines. Asynchronous invocations that were interrupted run again after the next
// Start.
func (s *Service) Close() error {
	s.closed.Do(func() {
		s.stop()
		s.mappings.Stop()
		s.fleet.Close()
		s.events.Wait()
		s.mappings.Wait()
		s.wg.Wait()
		s.ship.Close()
	})
	return nil
}

// URLs serves the functions' URLs.
func (s *Service) URLs() *functionurl.URLs { return s.urls }

// Instances returns the number of instances of all functions that exist now.
func (s *Service) Instances() int { return s.fleet.Instances() }

// sweep removes code that no function refers to any more.
func (s *Service) sweep(ctx context.Context) {
	tick := time.NewTicker(s.opt.sweepEvery)
	defer tick.Stop()
	for {
		if err := s.sweepOnce(); err != nil {
			s.logFailure(err)
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

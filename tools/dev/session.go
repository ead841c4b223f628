package dev

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/artifact/gocmd"
	"github.com/seastack/seastack/tools/artifact/inputs"
	"github.com/seastack/seastack/tools/artifact/store"
	"github.com/seastack/seastack/tools/link"
	"github.com/seastack/seastack/tools/local"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

// settleAfter is how long nothing must have been saved before Terraform's state is
// brought in line with the code in the local cloud. It takes Terraform some 15 s, for
// most of which it waits.
const settleAfter = 3 * time.Second

// Options are the choices of Run.
type Options struct {
	Up        local.UpOptions
	Debug     string      // STACK/FUNCTION to run under delve; "": none
	DebugPort int         // that delve listens on
	Tell      func(Event) // called from one goroutine at a time
}

// Run brings the environment local of the module at root up, and keeps it as the
// sources are until ctx ends. Then it brings Terraform's state in line, where it is not,
// unless leave is closed, and stops the processes that it has started. Errors that a user
// can correct are diag.Diagnostics.
func Run(ctx context.Context, root string, r *progress.Reporter, o Options, leave <-chan struct{}) (err error) {
	s := &session{root: root, report: r, options: o, hot: map[string]string{}, settled: make(chan outcome, 1)}
	if err := s.open(); err != nil {
		return err
	}
	if o.Debug != "" {
		if s.dlv, err = checkDebug(ctx, s.project.Root, o.DebugPort); err != nil {
			return err
		}
	}
	running := s.environment.RequireUp() == nil
	w, err := watch(folders(s.project)...) // before Up reads the files
	if err != nil {
		return err
	}
	s.watcher = w
	defer func() {
		err = errors.Join(err, s.end(context.WithoutCancel(ctx), running, leave), w.close())
	}()
	gone := make(chan error, 1)
	go func() { gone <- w.run() }()
	if err := s.begin(ctx); err != nil {
		return err
	}
	if err := s.startDebugging(ctx); err != nil {
		return err
	}
	o.Tell(Event{Event: Ready, Folders: w.folders})
	return s.loop(ctx, gone)
}

// folders returns what to watch: the module, and the folders outside of it that stand in
// for other modules. Where go.mod cannot be read, the go command says so better.
func folders(p project.Project) []string {
	dirs := []string{p.Root}
	replaced, _ := inputs.Replaces(p.Root)
	return append(dirs, slices.DeleteFunc(replaced, func(dir string) bool { return gocmd.Within(p.Root, dir) })...)
}

// session is one run of Run.
type session struct {
	root    string
	report  *progress.Reporter
	options Options
	watcher *watcher

	project     project.Project
	environment *local.Environment
	config      config.Environment

	model   model.Model
	closure inputs.Closure
	linker  link.Linker
	cloud   cloud
	dlv     string
	debug   *debugger // nil: no function runs under delve
	logs    *cloudwatchlogs.Client

	hot      map[string]string // digests of zips that Terraform does not know, by the function's ID
	left     []string          // functions whose code is older than the sources, as another save came first
	settling bool
	again    bool // what was saved since settling began has to be applied, too
	settled  chan outcome
	failed   bool // settling has failed since something was saved
}

// outcome is what came of settling.
type outcome struct {
	hot     map[string]string // what was hot when it began
	model   model.Model
	closure inputs.Closure
	err     error
}

// open reads the module's configuration.
func (s *session) open() (err error) {
	if s.project, err = project.Find(s.root); err != nil {
		return err
	}
	if s.config, err = s.project.Config.Environment(config.Local); err != nil {
		return err
	}
	s.environment, err = local.Open(s.project)
	return err
}

func (s *session) begin(ctx context.Context) error {
	o := s.settle(ctx, nil)
	if o.err != nil {
		return o.err
	}
	cfg, err := s.environment.AWSConfig(ctx)
	if err != nil {
		return err
	}
	s.logs = cloudwatchlogs.NewFromConfig(cfg)
	s.cloud = cloud{
		lambda: lambda.NewFromConfig(cfg), bucket: pipeline.ArtifactBucket(s.project, s.config),
		store: store.Store{Dir: s.project.Artifacts()}, made: map[string]string{},
	}
	return s.take(ctx, o)
}

// settle brings the environment up to date as up does. It changes nothing of the session.
func (s *session) settle(ctx context.Context, hot map[string]string) outcome {
	o := outcome{hot: hot}
	if _, o.err = s.environment.Up(ctx, s.report, s.options.Up); o.err != nil {
		return o
	}
	if o.model, _, o.err = pipeline.Model(ctx, s.project); o.err != nil {
		return o
	}
	o.closure, o.err = artifact.Inspect(ctx, pipeline.BuildRequest(s.project, o.model.Stacks, s.config, nil))
	return o
}

// take makes what has been settled what the session goes on from.
func (s *session) take(ctx context.Context, o outcome) error {
	s.model, s.closure = o.model, o.closure
	var err error
	s.linker, err = link.New(ctx, pipeline.BuildRequest(s.project, o.model.Stacks, s.config, nil), o.closure.Reaching)
	return err
}

// loop acts on changes until ctx ends.
func (s *session) loop(ctx context.Context, gone <-chan error) error {
	idle := time.NewTimer(time.Hour)
	idle.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-gone:
			return err
		case c, ok := <-s.watcher.changes:
			for ok {
				c, ok = s.change(ctx, c)
			}
			s.rest(idle)
		case <-idle.C:
			s.startSettling(ctx, nil)
		case o := <-s.settled:
			s.finishSettling(ctx, o)
			s.rest(idle)
		}
	}
}

// rest lets the environment be settled after a while, where there is something to.
func (s *session) rest(idle *time.Timer) {
	idle.Stop()
	if len(s.hot) > 0 && !s.settling && !s.failed {
		idle.Reset(settleAfter)
	}
}

// change acts on files that were saved. It stops for others that are saved meanwhile,
// once the function that is waited for has its code, and returns those.
func (s *session) change(ctx context.Context, c change) (next change, interrupted bool) {
	s.failed = false
	about := classify(s.project, c.paths)
	if about.settings {
		s.startSettling(ctx, s.relative(c.paths))
		return next, false
	}
	ids, near := reached(s.closure, about.code)
	if !slices.ContainsFunc(about.code, func(f string) bool { return filepath.Ext(f) == ".go" }) && len(ids) == 0 {
		return next, false
	}
	first, others := s.order(ctx, ids)
	isNew := len(ids) == 0 && near
	firstErr, othersErr := s.swap(ctx, first, about.code, c.at), error(nil)
	var apply bool
	next, interrupted = s.unlessSaved(ctx, func(ctx context.Context) {
		if firstErr == nil {
			othersErr = s.swap(ctx, others, about.code, c.at)
		}
		apply = s.check(ctx, about.code, c.at, isNew, cmp.Or(firstErr, othersErr))
	})
	s.left = nil
	if firstErr != nil {
		s.left = slices.Concat(first, others)
	} else if othersErr != nil {
		s.left = others
	}
	if apply {
		s.startSettling(ctx, about.code)
	}
	return next, interrupted
}

// order returns the functions to compile first, which is the one that was called last
// where there is one, and the others, with those whose code is older than the sources.
func (s *session) order(ctx context.Context, ids []string) (first, others []string) {
	all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(ids, s.left))))
	all = slices.DeleteFunc(all, func(id string) bool { return s.linker.Functions[id].Name == "" })
	if first = s.calledLast(ctx, ids); len(first) == 0 {
		return all, nil
	}
	return first, slices.DeleteFunc(all, func(id string) bool { return slices.Contains(first, id) })
}

// unlessSaved does something until files are saved, which it returns.
func (s *session) unlessSaved(ctx context.Context, do func(context.Context)) (next change, saved bool) {
	doing, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		do(doing)
	}()
	select {
	case next, saved = <-s.watcher.changes:
		cancel()
		<-done
	case <-done:
	}
	return next, saved
}

// check compares what is generated with the sources, tells what is wrong with them, and
// reports whether they have to be applied.
func (s *session) check(ctx context.Context, files []string, saved time.Time, isNew bool, swapErr error) bool {
	g, err := pipeline.Generate(ctx, s.project, true)
	if ctx.Err() != nil {
		return isNew
	}
	if err == nil && !g.Changes.Empty() {
		return true
	}
	if err = cmp.Or(err, swapErr); err != nil {
		s.broken(err, files, saved)
		return false
	}
	return isNew
}

// swap compiles functions and puts them into the cloud.
func (s *session) swap(ctx context.Context, ids, files []string, saved time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	if err := s.swapAll(ctx, ids); err != nil {
		return err
	}
	s.options.Tell(Event{Event: Serving, Functions: ids, Files: files, Elapsed: milliseconds(time.Since(saved))})
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (s *session) swapAll(ctx context.Context, ids []string) error {
	dir, err := os.MkdirTemp("", "seastack-dev-") // not the store's, which a builder clears
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binaries, err := s.linker.Link(ctx, ids, dir)
	if err != nil {
		return err
	}
	for _, id := range ids {
		digest, err := s.cloud.pack(binaries[id])
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := s.cloud.put(context.WithoutCancel(ctx), s.onAWS(id), digest); err != nil {
			return err
		}
		s.hot[id] = digest
	}
	if s.debug != nil && slices.Contains(ids, s.debug.id) {
		return s.redebug(ctx)
	}
	return nil
}

// onAWS returns the name of a function in the cloud.
func (s *session) onAWS(id string) string {
	f := s.linker.Functions[id]
	return names.Function(s.model.Project, s.config.Name, f.Stack, f.Name)
}

// broken tells of what the user has to correct.
func (s *session) broken(err error, files []string, saved time.Time) {
	s.options.Tell(Event{Event: Broken, Files: files, Elapsed: milliseconds(time.Since(saved)), Errors: diag.Findings(err)})
}

func (s *session) relative(paths []string) (files []string) {
	for _, path := range paths {
		if rel, err := filepath.Rel(s.project.Root, path); err == nil {
			files = append(files, filepath.ToSlash(rel))
		}
	}
	return files
}

// startSettling settles the environment in the background, or once more where that is
// being done.
func (s *session) startSettling(ctx context.Context, files []string) {
	if s.settling {
		s.again = true
		return
	}
	if err := s.open(); err != nil { // seastack.hcl may be what was saved
		s.failed = true
		s.broken(err, files, time.Now())
		return
	}
	s.settling = true
	if len(files) > 0 {
		s.options.Tell(Event{Event: Applying, Files: files})
	}
	hot := maps.Clone(s.hot)
	go func() { s.settled <- s.settle(ctx, hot) }()
}

// finishSettling goes on from what was settled. Functions that were saved meanwhile
// may have been given older code, and get theirs again.
func (s *session) finishSettling(ctx context.Context, o outcome) {
	s.settling = false
	again := s.again
	s.again = false
	if ctx.Err() != nil {
		return
	}
	if o.err == nil {
		o.err = s.take(ctx, o)
	}
	if o.err != nil {
		s.failed = true
		s.options.Tell(Event{Event: Broken, Errors: diag.Findings(o.err)})
	} else {
		s.cool(ctx, o.hot)
		s.options.Tell(Event{Event: Applied})
	}
	if again {
		s.startSettling(ctx, nil)
	}
}

// cool forgets the code that Terraform's state has now, and puts newer code back.
func (s *session) cool(ctx context.Context, was map[string]string) {
	for id, digest := range s.hot {
		name := s.onAWS(id)
		if was[id] == digest || s.linker.Functions[id].Name == "" { // settled, or gone
			delete(s.hot, id)
			_ = s.cloud.remove(ctx, name, s.cloud.made[name]) // what is left goes with the function
			delete(s.cloud.made, name)
			continue
		}
		if err := s.cloud.put(ctx, name, digest); err != nil {
			s.options.Tell(Event{Event: Broken, Errors: diag.Findings(err)})
		}
	}
}

// end waits for what is being settled, settles what is left, and stops what was
// started.
func (s *session) end(ctx context.Context, running bool, leave <-chan struct{}) error {
	if s.settling {
		o := <-s.settled
		if o.err == nil {
			s.cool(ctx, o.hot)
		} else {
			s.again = true // it was interrupted
		}
	}
	err := s.endDebugging(ctx)
	if len(s.hot) > 0 || s.again {
		s.report.Note("bringing Terraform's state in line; interrupt again to leave that to the next seastack up")
		settling, cancel := context.WithCancel(ctx)
		stop := make(chan struct{})
		go func() {
			select {
			case <-leave:
				cancel()
			case <-stop:
			}
		}()
		err = errors.Join(err, s.settle(settling, nil).err)
		close(stop)
		cancel()
	}
	if !running {
		_, downErr := s.environment.Down(ctx, s.report, false)
		err = errors.Join(err, downErr)
	}
	return err
}

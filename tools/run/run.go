package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/database"
	"github.com/seastack/seastack/tools/link"
	"github.com/seastack/seastack/tools/localcloud/lambda"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

// Options say what to run.
type Options struct {
	Project     project.Project
	Model       model.Model
	Environment config.Environment
	Config      aws.Config // with the developer's own credentials
	Functions   []string   // STACK/FUNCTION

	Port        int    // of loopback; 0: a free one
	DatabaseURL string // in place of the secrets of the primary and the replica; "": those
	ReadOnly    bool   // sessions with databases are read-only
	Consume     bool   // messages of the functions' queues are received
	Event       []byte // for the one function: invoke it, and end; nil: run until ctx ends

	Report *progress.Reporter
	Tell   func(Event) // called from one goroutine at a time
}

// runner is one run of Run.
type runner struct {
	options   Options
	functions []deployed
	tunnels   map[place]*database.Tunnel
	cloud     *cloud
	server    *server
	setup     *setup
	binaries  map[string]string // by ID
}

// Run runs functions on this machine until ctx ends, a tunnel ends, or the event is
// handled; out is what came of that. Then it has stopped all that it started. Errors that
// a user can correct are diag.Diagnostics.
func Run(ctx context.Context, o Options) (out *awslambda.InvokeOutput, err error) {
	r := &runner{options: o, tunnels: map[place]*database.Tunnel{}}
	r.options.Tell = oneAtATime(o.Tell)
	r.choose(o.Functions)
	l, err := listen(o.Port)
	if err != nil {
		return nil, err
	}
	who, err := identify(ctx, o.Config, o.Environment)
	if err == nil {
		err = r.lookUp(ctx, who)
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	if r.cloud, err = r.openCloud(); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	r.server = serve(l, r.cloud)
	defer func() { err = errors.Join(err, r.close()) }()
	if err := r.prepare(ctx); err != nil {
		return nil, err
	}
	if o.Event != nil {
		return r.handle(ctx)
	}
	return nil, r.stay(ctx, who)
}

// oneAtATime returns what passes events on, one at a time.
func oneAtATime(tell func(Event)) func(Event) {
	var mu sync.Mutex
	return func(e Event) {
		mu.Lock()
		defer mu.Unlock()
		tell(e)
	}
}

func (r *runner) note(format string, args ...any) {
	r.options.Tell(Event{Event: Noted, Message: fmt.Sprintf(format, args...)})
}

// choose takes the functions that are wanted, and those that their routes ask who calls.
func (r *runner) choose(ids []string) {
	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	m := r.options.Model
	for _, s := range m.Stacks {
		for _, f := range s.Functions {
			if h := f.Trigger.HTTP; wanted[s.Name+"/"+f.Name] && h != nil {
				for _, z := range m.Authorizers {
					wanted[z.Function.Stack+"/"+z.Function.Function] = wanted[z.Function.Stack+"/"+z.Function.Function] || z.Name == h.Auth
				}
			}
		}
	}
	for _, s := range m.Stacks {
		for _, f := range s.Functions {
			if d := (deployed{stack: s.Name, function: f}); wanted[d.id()] {
				d.name = names.Function(m.Project, r.options.Environment.Name, s.Name, f.Name)
				r.functions = append(r.functions, d)
			}
		}
	}
}

func (r *runner) ids() (all []string) {
	for _, d := range r.functions {
		all = append(all, d.id())
	}
	slices.Sort(all)
	return all
}

// openCloud opens the cloud, whose folder is also where the binaries go.
func (r *runner) openCloud() (*cloud, error) {
	sessions, out := roles{}, lines{functions: map[string]string{}, tell: r.options.Tell}
	for _, d := range r.functions {
		sessions[aws.ToString(d.config.Role)] = d.role
		out.functions[aws.ToString(d.config.LoggingConfig.LogGroup)] = d.id()
	}
	return newCloud(r.options.Environment.Account, r.options.Environment.Region, aws.ToString(r.options.Config.BaseEndpoint),
		lambda.Deps{Roles: sessions, Logs: out, Objects: binaries{}})
}

// prepare compiles the functions, and makes them and what leads to them.
func (r *runner) prepare(ctx context.Context) error {
	for _, d := range r.functions {
		if text := d.difference(); text != "" {
			r.note("%s", text)
		}
	}
	if err := r.link(ctx); err != nil {
		return err
	}
	if err := r.openTunnels(ctx); err != nil {
		return err
	}
	return r.setUp(ctx)
}

func (r *runner) link(ctx context.Context) (err error) {
	task := r.options.Report.Start("compile")
	defer func() { task.Close(err, "%d functions", len(r.functions)) }()
	request := pipeline.BuildRequest(r.options.Project, r.options.Model.Stacks, r.options.Environment, nil)
	linker, err := link.New(ctx, request, nil)
	if err != nil {
		return err
	}
	r.binaries, err = linker.Link(ctx, r.ids(), r.cloud.dir)
	return err
}

func (r *runner) setUp(ctx context.Context) error {
	s := newSetup(r.server.endpoint(), r.options.Environment.Region, r.cloud.key)
	r.setup = s
	if err := s.openAPI(ctx, r.options.Environment); err != nil {
		return err
	}
	for _, d := range r.functions {
		if err := s.function(ctx, d, r.environment(d), r.binaries[d.id()]); err != nil {
			return err
		}
	}
	for _, d := range r.functions {
		for _, z := range r.options.Model.Authorizers {
			if z.Function == (model.FunctionRef{Stack: d.stack, Function: d.function.Name}) {
				if err := s.ask(ctx, z, d); err != nil {
					return err
				}
			}
		}
	}
	for _, d := range r.functions {
		if d.function.Trigger.HTTP != nil {
			if err := s.route(ctx, d); err != nil {
				return err
			}
		}
	}
	r.server.api.Store(s.api)
	return nil
}

// handle invokes the one function with the event.
func (r *runner) handle(ctx context.Context) (*awslambda.InvokeOutput, error) {
	i := slices.IndexFunc(r.functions, func(d deployed) bool { return d.id() == r.options.Functions[0] })
	return r.setup.lambda.Invoke(ctx, &awslambda.InvokeInput{
		FunctionName: &r.functions[i].name, Qualifier: aws.String(names.Alias), Payload: r.options.Event, LogType: types.LogTypeTail,
	})
}

// stay runs the functions until ctx or a tunnel ends.
func (r *runner) stay(ctx context.Context, who developer) (err error) {
	ready := Event{Event: Ready, Functions: r.ids()}
	if ready.URLs, err = r.urls(ctx); err != nil {
		return err
	}
	if slices.ContainsFunc(r.functions, func(d deployed) bool { return d.function.Trigger.HTTP != nil }) {
		ready.URL = r.server.endpoint()
	}
	forget, err := r.remember()
	if err != nil {
		return err
	}
	defer forget()
	ctx, cancel := context.WithCancel(ctx)
	var consuming sync.WaitGroup
	defer consuming.Wait()
	defer cancel()
	if r.options.Consume {
		if err := r.startConsumers(ctx, who, &consuming); err != nil {
			return err
		}
	}
	r.options.Tell(ready)
	select {
	case <-ctx.Done():
		return nil
	case err := <-r.tunnelEnds():
		return err
	case err := <-r.server.failed:
		return err
	}
}

// urls returns the URLs of functions that have their own, by ID.
func (r *runner) urls(ctx context.Context) (map[string]string, error) {
	all := map[string]string{}
	for _, d := range r.functions {
		if d.function.Trigger.Stream == nil {
			continue
		}
		id, err := r.setup.url(ctx, d)
		if err != nil {
			return nil, err
		}
		all[d.id()] = r.server.urlOf(id)
	}
	return all, nil
}

// startConsumers begins to receive messages, after all queues are found.
func (r *runner) startConsumers(ctx context.Context, who developer, all *sync.WaitGroup) error {
	queues := map[string]queue{}
	for _, d := range r.consumers() {
		q, err := r.queueOf(ctx, who, d)
		if err != nil {
			return err
		}
		queues[d.id()] = q
	}
	for _, d := range r.consumers() {
		c, err := r.pollerConfig(queues[d.id()], d)
		if err != nil {
			return err
		}
		all.Go(func() { r.consume(ctx, queues[d.id()], d, c) })
	}
	return nil
}

// close ends all that runs. Processes of functions are killed first, so that requests
// that wait for them end.
func (r *runner) close() error {
	err := r.cloud.functions.Close()
	err = errors.Join(err, r.server.close())
	r.closeTunnels()
	return errors.Join(err, r.cloud.close())
}

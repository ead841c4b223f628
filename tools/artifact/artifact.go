package artifact

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/seastack/seastack/tools/artifact/inputs"
	"github.com/seastack/seastack/tools/artifact/store"
)

// Target is what a function's binary runs on.
type Target struct {
	GOOS, GOARCH string
}

// Lambda is AWS's own machine with an architecture as Lambda names it: "x86_64"
// or "arm64".
func Lambda(architecture string) Target {
	if architecture == "x86_64" {
		architecture = "amd64"
	}
	return Target{GOOS: "linux", GOARCH: architecture}
}

// Local is the machine that this program runs on.
func Local() Target { return Target{GOOS: runtime.GOOS, GOARCH: runtime.GOARCH} }

// Architecture is the target's name in Lambda's API: "x86_64" or "arm64".
func (t Target) Architecture() string {
	if t.GOARCH == "amd64" {
		return "x86_64"
	}
	return t.GOARCH
}

// Function is one entrypoint.
type Function = inputs.Function

// Request is what to build. Root and Functions are needed; the rest has
// defaults.
type Request struct {
	Root      string // the module's root
	Functions []Function
	Target    Target      // zero: Local()
	Store     string      // "": <root>/.seastack/artifacts
	Env       []string    // nil: os.Environ()
	Jobs      int         // how much to run at once; 0: as many as there are processors
	Progress  func(Event) // called from one goroutine at a time; may be nil
	// Remote has artifacts that other machines have built; nil: there is none.
	// Publish puts what is built here there. Warn is told of a remote that fails,
	// which is then done without; it may be nil.
	Remote  Remote
	Publish bool
	Warn    func(string)
	built   []Result // for other architectures in the same run
}

// Result is one function's artifact.
type Result struct {
	Stack    string `json:"stack"`
	Function string `json:"function"`
	Digest   string `json:"digest"`            // lower-case hex SHA-256 of the zip
	Path     string `json:"path"`              // absolute path of the zip
	Size     int64  `json:"size"`              // of the zip, in bytes
	Built    bool   `json:"built"`             // false when the store had it
	Fetched  bool   `json:"fetched,omitempty"` // the remote had it
	InputKey string `json:"input_key"`
	Target   Target `json:"-"` // what it is built for
	// Whole is why the package of the function's stack is built into it as a
	// whole; "" where only what it needs is, or there is no such package.
	Whole string `json:"whole,omitempty"`
}

// EventKind is what happened.
type EventKind string

// The kinds of event. Waiting has no function: another process holds the store.
const (
	Waiting EventKind = "waiting"
	Started EventKind = "started"
	Built   EventKind = "built"
	Reused  EventKind = "reused"
	Fetched EventKind = "fetched" // from the remote
)

// Event is one step of a build, for whoever watches it.
type Event struct {
	Kind     EventKind     `json:"kind"`
	Stack    string        `json:"stack,omitempty"`
	Function string        `json:"function,omitempty"`
	Digest   string        `json:"digest,omitempty"`
	Size     int64         `json:"size,omitempty"` // of the zip, in bytes
	Elapsed  time.Duration `json:"elapsed,omitempty"`
}

// normal fills in the defaults, so that everything after it sees one form:
// absolute paths without symbolic links, functions sorted.
func (r Request) normal() (Request, error) {
	root, err := filepath.Abs(r.Root)
	if err != nil {
		return r, err
	}
	if r.Root, err = filepath.EvalSymlinks(root); err != nil {
		return r, err
	}
	if r.Store == "" {
		r.Store = filepath.Join(r.Root, ".seastack", "artifacts")
	}
	if r.Store, err = filepath.Abs(r.Store); err != nil {
		return r, err
	}
	if r.Target == (Target{}) {
		r.Target = Local()
	}
	if r.Env == nil {
		r.Env = os.Environ()
	}
	if r.Jobs <= 0 {
		r.Jobs = runtime.GOMAXPROCS(0)
	}
	r.Functions = slices.SortedFunc(slices.Values(r.Functions), func(a, b Function) int {
		return cmp.Or(cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.Name, b.Name))
	})
	return r, nil
}

// groups returns the request, which is normal, once for each architecture that its
// functions are built for.
func (r Request) groups() []Request {
	groups := map[string][]Function{}
	for _, f := range r.Functions {
		goarch := cmp.Or(f.GOARCH, r.Target.GOARCH)
		f.GOARCH = "" // the group's
		groups[goarch] = append(groups[goarch], f)
	}
	var all []Request
	for _, goarch := range slices.Sorted(maps.Keys(groups)) {
		group := r
		group.Functions, group.Target.GOARCH = groups[goarch], goarch
		all = append(all, group)
	}
	return all
}

// survey returns what to survey for the request, which is normal.
func (r Request) survey() inputs.Request {
	return inputs.Request{
		Root: r.Root, Functions: r.Functions, GOOS: r.Target.GOOS, GOARCH: r.Target.GOARCH,
		ZipFormat: zipFormat(), Env: r.Env, Jobs: r.Jobs,
	}
}

// Inspect returns what functions are made of, without building them. It costs
// one `go list` for each architecture, or none when the store remembers a look at
// the same tree.
func Inspect(ctx context.Context, r Request) (inputs.Closure, error) {
	r, err := r.normal()
	if err != nil {
		return inputs.Closure{}, err
	}
	var all []inputs.Closure
	for _, group := range r.groups() {
		c, err := group.inspect(ctx)
		if err != nil {
			return inputs.Closure{}, err
		}
		for id, in := range c.Functions {
			in.GOARCH = group.Target.GOARCH
			c.Functions[id] = in
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return r.inspect(ctx)
	}
	return inputs.Join(all), nil
}

// inspect is Inspect for functions of one architecture.
func (r Request) inspect(ctx context.Context) (inputs.Closure, error) {
	s := store.Store{Dir: r.Store}
	v, err := inputs.Take(ctx, r.survey(), s)
	if err != nil || v.Known {
		return v.Closure, err
	}
	if unmoved, err := v.Unmoved(ctx, r.Jobs); err != nil || !unmoved {
		return v.Closure, err // the next one looks again
	}
	return v.Closure, errors.Join(s.Prepare(), v.Save(r.survey(), s))
}

func (r Request) tell(e Event) {
	if r.Progress != nil {
		r.Progress(e)
	}
}

// Package module is what the dashboard knows of the Go module that is deployed to
// a local cloud, and that AWS does not: stacks, services, tables, what starts a
// function, what it uses, and examples of its input. Whoever deploys writes it to a
// file in the cloud's folder. It imports nothing of ours: names are texts.
package module

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/renameio/v2"
)

// fileName is the name of the file in the cloud's folder.
const fileName = "module.json"

// Module is a module as it is deployed to one environment.
type Module struct {
	Project     string     `json:"project"`
	Path        string     `json:"path"` // as in go.mod
	Environment string     `json:"environment"`
	Alias       string     `json:"alias"`    // of the functions, by which they are invoked
	Audience    string     `json:"audience"` // of tokens for its routes
	Functions   []Function `json:"functions"`
	Resources   []Resource `json:"resources"`
	Services    []Service  `json:"services"`
	Databases   []Database `json:"databases"`
}

// Function is a function.
type Function struct {
	Name        string          `json:"name"` // on AWS
	Stack       string          `json:"stack"`
	Function    string          `json:"function"` // name within the stack
	Doc         string          `json:"doc,omitempty"`
	Handler     string          `json:"handler"` // as Go writes it: "web.(*Interviews).Create"
	Source      string          `json:"source"`  // FILE:LINE
	Kind        string          `json:"kind"`    // of its trigger: "http", "queue", "event", "object", "schedule", "stream", "invoke", "authorizer"
	Trigger     string          `json:"trigger"` // for people: "GET /interviews"
	Starts      string          `json:"starts,omitempty"`
	Auth        string          `json:"auth,omitempty"` // of a route: "public", "jwt", the name of an authorizer
	Scopes      []string        `json:"scopes,omitempty"`
	DeadLetters string          `json:"deadLetters,omitempty"` // name on AWS of the queue of its own dead letters
	Services    []string        `json:"services,omitempty"`    // names, those that its handler is made of
	Uses        []Use           `json:"uses,omitempty"`
	Secrets     []string        `json:"secrets,omitempty"` // environment variables with secret values
	Example     *Example        `json:"example,omitempty"`
	Event       json.RawMessage `json:"event,omitempty"` // an example of what its trigger sends
}

// ID returns STACK/FUNCTION.
func (f Function) ID() string { return f.Stack + "/" + f.Function }

// Use is what a function does with a resource.
type Use struct {
	Resource string `json:"resource"`          // ID
	Verb     string `json:"verb"`              // "sends to", "publishes", "reads", "writes", "invokes"
	Service  string `json:"service,omitempty"` // by which of its services; empty: by the handler itself
}

// Example is an example of a request or of a body.
type Example struct {
	Method string            `json:"method,omitempty"`
	Path   string            `json:"path,omitempty"` // with variables: "/interviews/{id}"
	Values map[string]string `json:"values,omitempty"`
	Query  map[string]string `json:"query,omitempty"`
	Header map[string]string `json:"header,omitempty"`
	Body   json.RawMessage   `json:"body,omitempty"`
}

// Resource is what functions share.
type Resource struct {
	ID          string `json:"id"`   // "queue:transcripts"
	Kind        string `json:"kind"` // "queue", "event", "bucket", "secret", "table", "database"
	Name        string `json:"name"`
	AWS         string `json:"aws,omitempty"`         // name on AWS
	DeadLetters string `json:"deadLetters,omitempty"` // name on AWS of a queue's dead-letter queue
}

// Service is a service of business logic.
type Service struct {
	Name    string   `json:"name"`
	Package string   `json:"package"`
	Tables  []string `json:"tables,omitempty"` // that its code names in SQL
}

// Database is a database of the module.
type Database struct {
	Name string `json:"name"`
	URL  string `json:"url"` // with its password: it is not shown
}

// Save writes the module to the cloud's folder, atomically.
func Save(dir string, m Module) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // examples are shown as they are
	if err := e.Encode(m); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return renameio.WriteFile(filepath.Join(dir, fileName), b.Bytes(), 0o600, renameio.WithTempDir(dir))
}

// File is the file of a cloud's folder. It is safe for concurrent use.
type File struct {
	path string

	mu       sync.Mutex
	modified time.Time
	size     int64
	index    *Index
}

// In returns the file of a folder, which need not exist yet.
func In(dir string) *File {
	return &File{path: filepath.Join(dir, fileName), index: NewIndex(Module{})}
}

// Load returns what the file says, which it reads again when it has changed. It is
// empty while there is no file.
func (f *File) Load() (*Index, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := os.Stat(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		f.index, f.modified = NewIndex(Module{}), time.Time{}
		return f.index, nil
	}
	if err != nil || info.ModTime().Equal(f.modified) && info.Size() == f.size {
		return f.index, err
	}
	raw, err := os.ReadFile(f.path)
	if err != nil {
		return f.index, err
	}
	var m Module
	if err := json.Unmarshal(raw, &m); err != nil {
		return f.index, err
	}
	f.index, f.modified, f.size = NewIndex(m), info.ModTime(), info.Size()
	return f.index, nil
}

// Index finds the parts of a module by their names.
type Index struct {
	Module
	byName      map[string]*Function
	byResource  map[string]*Resource
	byDeadQueue map[string]*Function
}

// NewIndex returns the index of a module.
func NewIndex(m Module) *Index {
	x := &Index{
		Module: m, byName: map[string]*Function{}, byResource: map[string]*Resource{},
		byDeadQueue: map[string]*Function{},
	}
	for i := range m.Functions {
		f := &m.Functions[i]
		x.byName[f.Name] = f
		if f.DeadLetters != "" {
			x.byDeadQueue[f.DeadLetters] = f
		}
	}
	for i := range m.Resources {
		r := &m.Resources[i]
		x.byResource[r.ID] = r
	}
	return x
}

// Function returns the function of a name on AWS, nil if the module has none.
func (x *Index) Function(name string) *Function { return x.byName[name] }

// Resource returns the resource of an ID, nil if the module has none.
func (x *Index) Resource(id string) *Resource { return x.byResource[id] }

// Owner returns the function whose own dead letters a queue holds, nil if none does.
func (x *Index) Owner(queue string) *Function { return x.byDeadQueue[queue] }

// Label returns what a function is called: STACK/FUNCTION, or its name on AWS.
func (x *Index) Label(name string) string {
	if f := x.byName[name]; f != nil {
		return f.ID()
	}
	return name
}

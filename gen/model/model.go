// Package model is the narrow waist of Seastack: what a module's annotations
// say, as plain data. Generators, builder, planner, local cloud and reports all
// read it; it imports nothing of ours and knows nothing of Go's type checker or
// of Terraform. Marshalled to JSON it is what `seastack model` prints.
//
// Every list is sorted by name, so that equal models have equal bytes.
package model

import (
	"cmp"
	"encoding/json"
)

// Version is the version of the JSON form.
const Version = 1

// Model is one module: its stacks and the resources that they share.
type Model struct {
	Version int      `json:"version"`
	Module  string   `json:"module"`  // module path, as in go.mod
	Project string   `json:"project"` // prefix of every name on AWS
	Stacks  []Stack  `json:"stacks"`
	Queues  []Queue  `json:"queues"` // also those that events wait in
	Events  []Event  `json:"events"`
	Secrets []Secret `json:"secrets"`
	Buckets []Bucket `json:"buckets"`
	Configs []Config `json:"configs,omitempty"`

	Authorizers []Authorizer `json:"authorizers"`
}

// Stack is a group of functions that deploy together.
type Stack struct {
	Name      string     `json:"name"`
	Package   string     `json:"package"` // import path
	Dir       string     `json:"dir"`     // from the module's root, with slashes
	Owner     string     `json:"owner,omitempty"`
	Functions []Function `json:"functions"`
}

// Function is one Lambda function: one handler behind one trigger.
type Function struct {
	Name        string  `json:"name"` // unique within the stack: "interviews-create"
	Doc         string  `json:"doc,omitempty"`
	Entrypoint  string  `json:"entrypoint"` // folder of the generated main.go, from the module's root
	Handler     Handler `json:"handler"`
	Trigger     Trigger `json:"trigger"`
	Memory      int     `json:"memory"`                // MB
	Timeout     int     `json:"timeout"`               // seconds
	Concurrent  int     `json:"concurrency,omitempty"` // reserved concurrent executions; 0: none reserved
	Provisioned int     `json:"provisioned,omitempty"` // instances that are kept initialised
	Storage     int     `json:"storage,omitempty"`     // MB of /tmp; 0: Lambda's default, 512
	Log         string  `json:"log,omitempty"`         // least level: "debug", "info", "warn", "error"; empty: "info"
	Tracing     bool    `json:"tracing,omitempty"`     // by X-Ray
	// Architecture is "arm64" or "x86_64"; empty: the environment's.
	Architecture string  `json:"architecture,omitempty"`
	Async        *Async  `json:"async,omitempty"` // nil: as Lambda does by itself
	Grants       []Grant `json:"grants"`
	Wiring       []Step  `json:"wiring"` // in the order in which to run them; the last makes the receiver
	// Variables are the environment variables that the function reads by
	// config.Value, sorted by name.
	Variables []Variable `json:"variables,omitempty"`
	Example   *Example   `json:"example,omitempty"` // nil: the handler has no input with a type of its own
	Pos       Position   `json:"pos"`
}

// Example is an example of what a handler takes, made from the type of its input.
// Its values have the right types and mean nothing.
type Example struct {
	Path   map[string]string `json:"path,omitempty"` // of a request, as are Query and Header
	Query  map[string]string `json:"query,omitempty"`
	Header map[string]string `json:"header,omitempty"`
	Body   json.RawMessage   `json:"body,omitempty"` // of a request, or a message, an event's detail, a payload
}

// Async says what becomes of a function's asynchronous invocations that fail.
type Async struct {
	Retries     *int `json:"retries,omitempty"` // attempts after the first; nil: Lambda's own, 2
	MaxAge      int  `json:"maxAge,omitempty"`  // seconds that one may wait; 0: Lambda's own, 6 hours
	DeadLetters bool `json:"deadLetters"`       // those that fail in the end are kept in a queue
}

// Handler is the Go function behind a Function, and how it is adapted.
type Handler struct {
	Package  string `json:"package"`
	Receiver string `json:"receiver,omitempty"` // type's name; empty for a plain function
	Name     string `json:"name"`
	// Adapter is the function of core/function that fits the signature:
	// "HTTP", "HTTPIn", "HTTPOut", "HTTPDo", "HTTPRaw", "HTTPFunc", "HTTPHandler", "Schedule",
	// "HTTPCaller", "HTTPCallerIn", "HTTPCallerOut", "HTTPCallerDo", "Authorizer",
	// "StreamFunc", "StreamHandler",
	// "Consume", "ConsumeBatch", "On", "OnBatch",
	// "Invoke", "InvokeIn", "InvokeOut", "InvokeDo", "Lambda", "LambdaBytes", "LambdaHandler".
	Adapter string `json:"adapter"`
}

// Position is a place in a source file.
type Position struct {
	File   string `json:"file"` // from the module's root, with slashes
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// TriggerKind says what starts a function.
type TriggerKind string

// The kinds of trigger.
const (
	HTTPTrigger     TriggerKind = "http"
	QueueTrigger    TriggerKind = "queue"
	EventTrigger    TriggerKind = "event"
	ObjectTrigger   TriggerKind = "object"
	ScheduleTrigger TriggerKind = "schedule"
	StreamTrigger   TriggerKind = "stream"
	InvokeTrigger   TriggerKind = "invoke" // nothing but a direct invocation

	AuthorizerTrigger TriggerKind = "authorizer" // requests to routes that it authorizes
)

// Trigger is what starts a function; the member of its kind is set.
type Trigger struct {
	Kind     TriggerKind `json:"kind"`
	HTTP     *HTTP       `json:"http,omitempty"`
	Queue    *Consume    `json:"queue,omitempty"` // of an event or an object, too
	Event    *On         `json:"event,omitempty"`
	Object   *Objects    `json:"object,omitempty"`
	Schedule *Schedule   `json:"schedule,omitempty"`
	Stream   *Stream     `json:"stream,omitempty"`

	Authorizer *Authorize `json:"authorizer,omitempty"`
}

// HTTP is a route of the API.
type HTTP struct {
	Method string `json:"method"` // "GET", ..., or "ANY"
	Path   string `json:"path"`   // "/interviews/{id}", "/files/{path+}"
	Status int    `json:"status"` // of success
	// Auth says who may call the route: Public, JWT or the name of an Authorizer;
	// empty is Public.
	Auth   string   `json:"auth,omitempty"`
	Scopes []string `json:"scopes,omitempty"` // of which a token must have one; of JWT only
}

// The values of HTTP.Auth that are no names of authorizers.
const (
	Public = "public" // whoever wants to
	JWT    = "jwt"    // who has a token of the environment's issuer
)

// IsPublic reports whether anybody may call the route.
func (h HTTP) IsPublic() bool { return h.Auth == "" || h.Auth == Public }

// Route returns the route's key as API Gateway writes it: "GET /interviews/{id}".
func (h HTTP) Route() string { return h.Method + " " + h.Path }

// Authorize makes a function an authorizer.
type Authorize struct {
	Authorizer string `json:"authorizer"`
}

// Consume is the subscription of a function to a queue.
type Consume struct {
	Queue       string `json:"queue"`
	Batch       int    `json:"batch"`                 // messages at most in one invocation
	Window      int    `json:"window,omitempty"`      // seconds to wait for a full batch
	Concurrency int    `json:"concurrency,omitempty"` // concurrent invocations at most; 0: no limit
	Filter      string `json:"filter,omitempty"`      // a pattern for the message, as JSON
	MinPollers  int    `json:"minPollers,omitempty"`  // of the queue's own; 0: none
	MaxPollers  int    `json:"maxPollers,omitempty"`
}

// On is the subscription of a function to an event. Its queue is the trigger's
// Queue.
type On struct {
	Event  string `json:"event"`
	Filter string `json:"filter,omitempty"` // a pattern for the detail, as JSON
}

// Objects is the subscription of a function to the objects of a bucket that are
// created or removed. Its queue is the trigger's Queue.
type Objects struct {
	Bucket string `json:"bucket"`           // the name
	What   string `json:"what"`             // "created" or "removed"
	Prefix string `json:"prefix,omitempty"` // of the keys
	Suffix string `json:"suffix,omitempty"`
}

// DetailType returns the detail-type of S3's events of the objects.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
func (o Objects) DetailType() string {
	if o.What == "removed" {
		return "Object Deleted"
	}
	return "Object Created"
}

// Schedule is a clock of EventBridge Scheduler.
type Schedule struct {
	Expression string `json:"expression"` // "rate(1 hour)", "cron(0 6 * * ? *)"
	Timezone   string `json:"timezone,omitempty"`
}

// Who may call a function's URL.
const (
	IAMAuth = "iam" // callers with an identity of the account that allows it
)

// Stream is a URL of the function itself, whose answers are sent while they are
// written.
type Stream struct {
	Auth string `json:"auth"` // IAMAuth or Public
}

// Public reports whether everybody may call the function.
func (s Stream) Public() bool { return s.Auth == Public }

// GrantKind says what a function may do with a resource.
type GrantKind string

// The kinds of grant.
const (
	DatabaseGrant     GrantKind = "database"           // read the URL's secret, reach the network; Resource is "primary" or "replica"
	ReplicaGrant      GrantKind = "database:replica"   // the same for a secret of the replica alone; Resource is "replica"
	AnalyticsGrant    GrantKind = "database:analytics" // the same for the analytics store's secret; Resource is "analytics"
	QueueSendGrant    GrantKind = "queue:send"         // Resource is the queue's name
	QueueConsumeGrant GrantKind = "queue:consume"      // Resource is the queue's name
	EventPublishGrant GrantKind = "event:publish"      // Resource is the event's name
	SecretReadGrant   GrantKind = "secret:read"        // Resource is the secret's name
	BucketReadGrant   GrantKind = "bucket:read"        // Resource is what Bucket.Resource returns
	BucketWriteGrant  GrantKind = "bucket:write"       // Resource is what Bucket.Resource returns
	InvokeGrant       GrantKind = "invoke"             // Resource is "stack/function"
)

// Grant is one permission that follows from a handle in a constructor chain,
// or from the trigger.
type Grant struct {
	Kind     GrantKind `json:"kind"`
	Resource string    `json:"resource"`
	// Chain is how the function comes by it, from the handler to the handle:
	// "web.NewTranscripts", "notes.New", "queue.Sender[notes.TranscriptReady]".
	Chain []string `json:"chain"`
}

// Compare orders grants by their kinds, and then by their resources.
func (g Grant) Compare(other Grant) int {
	return cmp.Or(cmp.Compare(g.Kind, other.Kind), cmp.Compare(g.Resource, other.Resource))
}

// Step is one call of the wiring that a main.go writes out.
type Step struct {
	Var      string    `json:"var"`     // the variable that holds the result; unique in the function
	Package  string    `json:"package"` // import path of the called function
	Func     string    `json:"func"`
	TypeArgs []TypeRef `json:"typeArgs,omitempty"`
	Args     []Arg     `json:"args"`
	Err      bool      `json:"err,omitempty"` // returns (T, error)
}

// Arg is one argument of a Step; exactly one member is set.
type Arg struct {
	Var     string  `json:"var,omitempty"`     // an earlier step's variable
	Context bool    `json:"context,omitempty"` // main's context
	String  *string `json:"string,omitempty"`  // a string literal
}

// TypeRef names a Go type.
type TypeRef struct {
	Package string `json:"package"` // empty for a predeclared type
	Name    string `json:"name"`
	Of      string `json:"of,omitempty"` // what stands before the name: "*", "[]"
}

// Queue is a queue that a message type declares, with both its ends; or one that
// holds the events of a subscription, which are of a bus or of a bucket.
type Queue struct {
	Name       string        `json:"name"`
	Event      *On           `json:"event,omitempty"`  // what a rule puts into it
	Object     *Objects      `json:"object,omitempty"` // what a rule puts into it
	Payload    TypeRef       `json:"payload"`
	FIFO       *FIFO         `json:"fifo,omitempty"`    // nil: a standard queue
	Retries    int           `json:"retries"`           // receives before a message goes to the dead-letter queue
	Visibility int           `json:"visibilityTimeout"` // seconds
	Retention  int           `json:"retention"`         // seconds
	Consumer   FunctionRef   `json:"consumer"`
	Producers  []FunctionRef `json:"producers"`
	Pos        Position      `json:"pos"`
}

// FIFO says which fields of the messages order a FIFO queue.
type FIFO struct {
	Group         string `json:"group"`
	Deduplication string `json:"deduplication,omitempty"` // empty: by the whole message
}

// Subscribed reports whether a rule fills the queue, and not its producers.
func (q Queue) Subscribed() bool { return q.Event != nil || q.Object != nil }

// Event is an event that a type declares, with its publishers. A subscriber is
// the consumer of a queue of the event.
type Event struct {
	Name       string        `json:"name"` // the detail-type
	Payload    TypeRef       `json:"payload"`
	Publishers []FunctionRef `json:"publishers"`
	Pos        Position      `json:"pos"`
}

// Secret is a secret that a type declares, with the functions that read it.
type Secret struct {
	Name    string        `json:"name"`
	Payload TypeRef       `json:"payload"`
	Readers []FunctionRef `json:"readers"`
	Pos     Position      `json:"pos"`
}

// Config is a type that is read from environment variables, with the functions that
// take it.
type Config struct {
	Payload   TypeRef       `json:"payload"`
	Prefix    string        `json:"prefix,omitempty"` // of the names that no tag sets
	Variables []Variable    `json:"variables"`        // in the order of the fields
	Readers   []FunctionRef `json:"readers"`
	Pos       Position      `json:"pos"`
}

// Variable is the environment variable of a field.
type Variable struct {
	Name    string   `json:"name"`
	Field   string   `json:"field"` // with its type: "search.Settings.URL"
	Type    string   `json:"type"`  // of Go: "time.Duration"
	Kind    string   `json:"kind"`  // as in gen/envvar: "duration"
	List    bool     `json:"list,omitempty"`
	Default *string  `json:"default,omitempty"` // nil: each environment sets the variable
	Chain   []string `json:"chain,omitempty"`   // of a function: as that of a Grant
	Pos     Position `json:"pos"`
}

// Bucket is a bucket, or the part of one with a prefix, that a type declares, with
// the functions that read and write its objects.
type Bucket struct {
	Name    string        `json:"name"`
	Prefix  string        `json:"prefix,omitempty"` // of its keys; ends with a slash
	Expire  int           `json:"expire,omitempty"` // days after which an object is removed; 0: never
	Payload TypeRef       `json:"payload"`
	Readers []FunctionRef `json:"readers"`
	Writers []FunctionRef `json:"writers"`
	Pos     Position      `json:"pos"`
}

// Resource returns what grants and handles name the bucket by: "uploads", or
// "uploads/incoming/" for a part.
func (b Bucket) Resource() string { return BucketResource(b.Name, b.Prefix) }

// BucketResource returns what Bucket.Resource does.
func BucketResource(name, prefix string) string {
	if prefix == "" {
		return name
	}
	return name + "/" + prefix
}

// Authorizer is a function that decides who may call routes.
type Authorizer struct {
	Name      string      `json:"name"`
	Principal *TypeRef    `json:"principal,omitempty"` // who calls; nil: the function answers as AWS has it
	Headers   []string    `json:"headers"`             // that a request must have
	TTL       int         `json:"ttl,omitempty"`       // seconds that an answer holds for the same headers
	Function  FunctionRef `json:"function"`
	Pos       Position    `json:"pos"`
}

// FunctionRef names a function.
type FunctionRef struct {
	Stack    string `json:"stack"`
	Function string `json:"function"`
}

// String returns "stack/function".
func (r FunctionRef) String() string { return r.Stack + "/" + r.Function }

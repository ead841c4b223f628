package annotation

import (
	"regexp"

	"github.com/seastack/seastack/gen/diag"
)

// Function sets a handler's own name, memory, timeout and more. It
// stands beside the handler's trigger. Alone it makes a function that only a
// direct invocation starts: another function's with an invoke.Caller[In, Out], or
// that of somebody who may. A handler may be any of
//
//	func(context.Context, In) (Out, error)
//	func(context.Context, In) error
//	func(context.Context) (Out, error)
//	func(context.Context) error
//	func(context.Context, []byte) ([]byte, error)
//	func() lambda.Handler
//
// or any function without a context that aws-lambda-go's lambda.Start takes. In and
// Out may be types of aws-lambda-go's events: whatever AWS's services send. The
// trigger's Terraform stands beside the generated one then.
type Function struct {
	// Name is unique in the stack: lower-case letters, digits and hyphens.
	// Default: the receiver's and the method's name, as in interviews-create.
	Name string `key:"name"`
	// Memory is in MB. Default: the stack's. Lambda takes 128 to 10240.
	Memory int `key:"memory" min:"128" max:"10240"`
	// Timeout is in whole seconds: 30s, 2m. Default: the stack's. Lambda takes
	// 1s to 15m; a function behind HTTP has 30s at most.
	Timeout Seconds `key:"timeout" min:"1" max:"900"`
	// Concurrency reserves so many concurrent executions, and allows no more.
	// Default: none reserved. AWS keeps 100 of an account's (1000, unless its
	// quota was raised) unreserved.
	Concurrency int `key:"concurrency" min:"1"`
	// Provisioned keeps so many instances initialised, which cost money. Default:
	// none.
	Provisioned int `key:"provisioned" min:"1"`
	// Storage is the size of /tmp in MB. Default: the stack's. Lambda takes 512 to
	// 10240.
	Storage int `key:"storage" min:"512" max:"10240"`
	// Log is the least level that is logged: debug, info, warn or error. Default:
	// the stack's.
	Log string `key:"log"`
	// Tracing records invocations with X-Ray: true or false. Default: the stack's.
	Tracing *bool `key:"tracing"`
	// Architecture is that of the machines it runs on: arm64 or x86_64. Default:
	// the stack's. The environment local has the machine's own.
	Architecture string `key:"architecture"`
	// Retries is how often an asynchronous invocation that fails is tried again,
	// after one minute and after two. Default: 2. Lambda takes 0 to 2. It is for
	// functions that a schedule or a direct invocation starts.
	Retries *int `key:"retries" min:"0" max:"2"`
	// MaxAge is how long an asynchronous invocation may wait to be run, or to be
	// tried again: 30m, 2h. Default: 6h. Lambda takes 1m to 6h.
	MaxAge Seconds `key:"maxage" min:"60" max:"21600"`
	// DeadLetters keeps asynchronous invocations that have failed in the end in a
	// queue, from which seastack redrive starts them again: true or false. Default:
	// false; true for a schedule. The queue is named after the function, without the
	// stack.
	DeadLetters *bool `key:"deadletters"`
}

// names are what AWS takes for functions and queues alike, and what reads well
// in a folder's name.
var names = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// NameRule says what ValidName accepts.
const NameRule = "lower-case letters, digits and single hyphens, starting with a letter"

// ValidName reports whether a stack, function or queue can have the name.
func ValidName(name string) bool { return names.MatchString(name) }

func (f *Function) check(r *report) {
	checkLog(r, f.Log)
	checkArchitecture(r, f.Architecture)
	if f.Concurrency > 0 && f.Provisioned > f.Concurrency {
		r.add(diag.Contradiction, "provisioned", "more instances are provisioned than concurrency= allows to run", "raise concurrency=, or lower provisioned=")
	}
	if f.Name != "" && !ValidName(f.Name) {
		r.add(diag.BadValue, "name", quote(f.Name)+" is not a function's name: "+NameRule, "write one such as interviews-create")
	}
}

package annotation

import (
	"regexp"

	"github.com/seastack/seastack/gen/diag"
)

// Function sets a handler's own name, memory, timeout and concurrency. It
// stands beside the handler's trigger. Alone it makes a function that only a
// direct invocation starts. A handler may be any of
//
//	func(context.Context, In) (Out, error)
//	func(context.Context, In) error
//	func(context.Context) (Out, error)
//	func(context.Context) error
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
}

// names are what AWS takes for functions and queues alike, and what reads well
// in a folder's name.
var names = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// NameRule says what ValidName accepts.
const NameRule = "lower-case letters, digits and single hyphens, starting with a letter"

// ValidName reports whether a stack, function or queue can have the name.
func ValidName(name string) bool { return names.MatchString(name) }

func (f *Function) check(r *report) {
	if f.Name != "" && !ValidName(f.Name) {
		r.add(diag.BadValue, "name", quote(f.Name)+" is not a function's name: "+NameRule, "write one such as interviews-create")
	}
}

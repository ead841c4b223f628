package fleet

import (
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/sandbox"
)

// Revision is a configuration with its code, from which instances are started.
// Instances with the same Key are interchangeable.
type Revision struct {
	Key      string
	Version  string // "$LATEST" or a number
	MemoryMB int
	Timeout  time.Duration

	JSONLogs    bool   // platform events as JSON instead of text
	SystemLevel string // JSONLogs: DEBUG, INFO or WARN

	Debug *Debug // nil: the code is run as it is

	// Code returns the folder with the function's code.
	Code func() (string, error)
	// Environment returns an instance's variables, and when its credentials
	// expire. stream is the name of its log stream, temp its folder for temporary
	// files.
	Environment func(stream, temp string) (env []string, expires time.Time, err error)
	// Lines returns the writer of a log stream's lines.
	Lines func(stream string) LineWriter
}

// Debug runs a program in the place of a revision's code, one instance at a time: a
// debugger that may stop the function for as long as it takes. The instance is never
// frozen, and not stopped while it is idle.
type Debug struct {
	Command []string // absolute path of the program, and its arguments
}

// LineWriter writes the lines of one log stream. Write must not wait until they
// are stored.
type LineWriter interface {
	Write(at time.Time, message string)
}

// Result is the end of an invocation.
type Result struct {
	Status      sandbox.Status
	ErrorType   string // for the three failures; may be empty
	Payload     []byte // the answer, or the error as Lambda words it
	Tail        []byte // the last 4 KiB of the log
	Duration    time.Duration
	Init        time.Duration // zero for a warm start
	MaxMemoryMB int           // zero if the system does not report it
}

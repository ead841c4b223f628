package fleet

import (
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/sandbox"
)

// Revision is what an instance is started from. Instances with the same Key
// are interchangeable.
type Revision struct {
	Key      string
	Version  string // "$LATEST" or a number
	MemoryMB int
	Timeout  time.Duration

	JSONLogs    bool   // platform events as JSON instead of text
	SystemLevel string // JSONLogs: DEBUG, INFO or WARN

	// Code gives the folder with the function's code.
	Code func() (string, error)
	// Environment gives an instance's variables, and until when its credentials
	// last. stream is the name of its log stream, temp its folder for temporary files.
	Environment func(stream, temp string) (env []string, expires time.Time, err error)
	// Lines gives where the lines of a log stream go.
	Lines func(stream string) LineWriter
}

// LineWriter takes the lines of one log stream. Write must not wait for them to be kept.
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
	MaxMemoryMB int           // zero where the system does not tell
}

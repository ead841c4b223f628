package lambda

import (
	"io"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/async"
	"github.com/seastack/seastack/tools/localcloud/lambda/eventsource"
	"github.com/seastack/seastack/tools/localcloud/lambda/functionurl"
	"github.com/seastack/seastack/tools/localcloud/lambda/logship"
	"github.com/seastack/seastack/tools/localcloud/lambda/poller"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Deps are the services that Lambda needs. Each may be nil: without Roles and
// Authority every role may do anything, without Callers everyone may call a function's
// URL, without Logs no log is kept, without
// Metrics nothing is measured, without an Observer nobody is told of invocations, without
// Queues there are no event sources and no destinations that are queues, without
// Objects no code comes from a bucket.
type Deps struct {
	Roles     Roles
	Logs      LogSink
	Metrics   Metrics
	Observer  Observer
	Queues    Queues
	Objects   Objects
	Authority wire.Authority
	Callers   functionurl.Callers
}

// Roles checks and assumes execution roles. IAM implements it for
// lambda.amazonaws.com.
type Roles interface {
	// CheckTrust returns an error if Lambda may not assume the role.
	CheckTrust(roleARN string) error
	// Session returns credentials of the role.
	Session(roleARN, sessionName string) (Credentials, error)
}

// Credentials are the credentials of a role's session.
type Credentials struct {
	AccessKeyID, SecretAccessKey, SessionToken string
	Expiration                                 time.Time
}

// LogEvent is one line of a log, with its time in milliseconds since 1970.
type LogEvent = logship.Event

// LogSink keeps logs. CloudWatch Logs implements it.
type LogSink interface {
	// CreateGroup creates a log group. It is no error if it exists.
	CreateGroup(group string) error
	// Append adds lines to a stream, and creates the stream if it does not exist.
	Append(group, stream string, events []LogEvent) error
}

// Metrics keeps what is measured. CloudWatch implements it.
type Metrics interface {
	// Record adds a value of a metric, measured now; dimensions are pairs of a name and a
	// value.
	Record(name, unit string, value float64, dimensions ...string)
}

// Message is a message received from a queue.
type Message = poller.Message

// Attribute is an attribute of a message.
type Attribute = poller.Attribute

// Objects are objects in buckets. S3 implements it.
type Objects interface {
	// Open opens an object, the latest version where versionID is empty, and
	// returns its size in bytes. One that does not exist is a *wire.Error.
	Open(bucket, key, versionID string) (io.ReadCloser, int64, error)
}

// Queues are queues by their ARN. SQS implements it. A queue that does not
// exist is a *wire.Error.
type Queues interface {
	eventsource.Queues
	async.Sender
}

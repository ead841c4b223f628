package lambdatest

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// SessionKey is the access key of every session of a role.
const SessionKey = "ASIATEST"

// Rights is IAM for the tests: everything is allowed except what is denied.
type Rights struct {
	mu        sync.Mutex
	denied    []string // actions
	Untrusted []string // roles that Lambda may not assume
}

// Deny sets the actions that are denied.
func (r *Rights) Deny(actions ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.denied = actions
}

// Principal implements wire.Authority.
func (r *Rights) Principal(accessKey, _ string) (wire.Principal, error) {
	if accessKey == SessionKey {
		return wire.Principal{ARN: "arn:aws:sts::000000000000:assumed-role/worker/f", RoleARN: RoleARN}, nil
	}
	return wire.Principal{ARN: "arn:aws:iam::000000000000:root"}, nil
}

// Authorize implements wire.Authority.
func (r *Rights) Authorize(p wire.Principal, action, resource string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if slices.Contains(r.denied, action) {
		return wire.Errorf(403, "AccessDenied", "%s may not %s on %s", p.ARN, action, resource)
	}
	return nil
}

// CheckTrust implements lambda.Roles.
func (r *Rights) CheckTrust(arn string) error {
	if slices.Contains(r.Untrusted, arn) {
		return errors.New("no trust")
	}
	return nil
}

// Session implements lambda.Roles.
func (r *Rights) Session(arn, name string) (lambda.Credentials, error) {
	return lambda.Credentials{
		AccessKeyID: SessionKey, SecretAccessKey: "secret", SessionToken: "token:" + arn + ":" + name, Expiration: time.Now().Add(time.Hour),
	}, r.CheckTrust(arn)
}

// Logs keeps the lines of logs.
type Logs struct {
	mu      sync.Mutex
	Groups  []string
	Streams map[string][]string // lines by "group stream"
}

func newLogs() *Logs { return &Logs{Streams: map[string][]string{}} }

// CreateGroup implements lambda.LogSink.
func (l *Logs) CreateGroup(group string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.Groups = append(l.Groups, group)
	return nil
}

// Append implements lambda.LogSink.
func (l *Logs) Append(group, stream string, events []lambda.LogEvent) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range events {
		l.Streams[group+" "+stream] = append(l.Streams[group+" "+stream], e.Message)
	}
	return nil
}

// Lines returns all lines of a group.
func (l *Logs) Lines(group string) (all []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, lines := range l.Streams {
		if strings.HasPrefix(key, group+" ") {
			all = append(all, lines...)
		}
	}
	return all
}

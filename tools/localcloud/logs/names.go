package logs

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Names of groups and streams. Neither has a colon: keys and ARNs rely on that.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
var (
	groupName  = regexp.MustCompile(`^[.\-_/#A-Za-z0-9]{1,512}$`)
	streamName = regexp.MustCompile(`^[^:*]{1,512}$`)
)

func invalid(format string, args ...any) error {
	return wire.Errorf(400, "InvalidParameterException", format, args...)
}

// constraint returns AWS's error for a value that violates a constraint.
func constraint(value any, member, rule string) error {
	return invalid("1 validation error detected: Value '%v' at '%s' failed to satisfy constraint: %s", value, member, rule)
}

func errNoGroup() error {
	return wire.Errorf(400, "ResourceNotFoundException", "The specified log group does not exist.")
}

func errNoStream() error {
	return wire.Errorf(400, "ResourceNotFoundException", "The specified log stream does not exist.")
}

func (s *Service) groupARN(name string) string { return s.env.ARN("logs", "log-group:"+name) }

// groupRef holds the members by which inputs name a group.
type groupRef struct {
	LogGroupName       string
	LogGroupIdentifier string // a name or an ARN
	ResourceArn        string // an ARN, with or without ":*"
}

// name returns the group's name, from the member that the input has.
func (r groupRef) name() string {
	switch {
	case r.LogGroupName != "":
		return r.LogGroupName
	case r.LogGroupIdentifier != "":
		return nameOf(r.LogGroupIdentifier)
	}
	return nameOf(r.ResourceArn)
}

func nameOf(nameOrARN string) string {
	_, name, found := strings.Cut(nameOrARN, ":log-group:")
	if !found {
		return nameOrARN
	}
	return strings.TrimSuffix(name, ":*")
}

// resource returns the resource for IAM: the group and the stream, or an empty
// stream, as in AWS's own errors.
func (s *Service) resource(c *wire.Call) string {
	var in struct {
		groupRef
		LogStreamName string
	}
	_ = json.Unmarshal(c.Body, &in) // the operation reports a body that is no JSON
	return s.groupARN(in.name()) + ":log-stream:" + in.LogStreamName
}

func (r groupRef) check() error {
	switch name := r.name(); {
	case name == "":
		return constraint("null", "logGroupName", "Member must not be null")
	case !groupName.MatchString(name):
		return constraint(name, "logGroupName", `Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+`)
	}
	return nil
}

// group returns a group, which must exist.
func (s *Service) group(tx *store.Tx, r groupRef) (group, error) {
	if err := r.check(); err != nil {
		return group{}, err
	}
	g, ok, err := s.groups.GetTx(tx, r.name())
	if err == nil && !ok {
		err = errNoGroup()
	}
	return g, err
}

// stream returns a stream, which must exist, and its group.
func (s *Service) stream(tx *store.Tx, r groupRef, name string) (group, stream, error) {
	g, err := s.group(tx, r)
	if err != nil {
		return g, stream{}, err
	}
	st, ok, err := s.streams.GetTx(tx, g.Name+":"+name)
	if err == nil && !ok {
		err = errNoStream()
	}
	return g, st, err
}

package lambda

import (
	"strings"
	"sync"

	"github.com/seastack/seastack/tools/localcloud/lambda/logship"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// logStream returns the log stream of an instance. As on AWS, lines are written
// with the execution role's permissions, and lost without them.
func (s *Service) logStream(c *Configuration, stream string) *logship.Stream {
	group, role, name := c.LoggingConfig.LogGroup, c.Role, c.FunctionName
	if s.deps.Logs == nil {
		return s.ship.Stream(func([]logship.Event) error { return nil })
	}
	var once sync.Once
	var told bool
	return s.ship.Stream(func(events []logship.Event) error {
		once.Do(func() { s.createGroup(role, name, group) })
		err := s.writeLog(role, name, group, stream, events)
		if err != nil && told {
			return nil // reported once, since a function may write many lines
		}
		told = err != nil
		return err
	})
}

func (s *Service) writeLog(role, name, group, stream string, events []logship.Event) error {
	resource := s.env.ARN("logs", "log-group:"+group+":log-stream:"+stream)
	for _, action := range []string{"logs:CreateLogStream", "logs:PutLogEvents"} {
		if err := s.authorize(role, name, action, resource); err != nil {
			return err
		}
	}
	return s.deps.Logs.Append(group, stream, events)
}

// createGroup creates the log group if the role may. It is no error if not: most
// groups are created together with the function.
func (s *Service) createGroup(role, name, group string) {
	if s.authorize(role, name, "logs:CreateLogGroup", s.env.ARN("logs", "log-group:"+group)) != nil {
		return
	}
	if err := s.deps.Logs.CreateGroup(group); err != nil {
		s.logFailure(err)
	}
}

// authorize returns an error if an execution role does not allow an action of
// Lambda for a function. session is the name of the role's session.
func (s *Service) authorize(role, session, action, resource string) error {
	if s.deps.Authority == nil {
		return nil
	}
	name := role[strings.LastIndexByte(role, '/')+1:]
	p := wire.Principal{ARN: "arn:aws:sts::" + s.env.Account + ":assumed-role/" + name + "/" + session, RoleARN: role}
	return s.deps.Authority.Authorize(p, action, resource)
}

package lambda

import (
	"strings"
	"sync"

	"github.com/seastack/seastack/tools/localcloud/lambda/logship"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// logStream gives the destination of an instance's log. What is kept is kept
// with the execution role's permissions, as on AWS: without them it is lost.
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
			return nil // said once: a function may write a thousand lines
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

// createGroup makes the log group if the role may, and leaves it where it may
// not: most groups are made by whoever made the function.
func (s *Service) createGroup(role, name, group string) {
	if s.authorize(role, name, "logs:CreateLogGroup", s.env.ARN("logs", "log-group:"+group)) != nil {
		return
	}
	if err := s.deps.Logs.CreateGroup(group); err != nil {
		s.logFailure(err)
	}
}

// authorize asks whether an execution role allows an action that Lambda does
// for a function. session is its session's name.
func (s *Service) authorize(role, session, action, resource string) error {
	if s.deps.Authority == nil {
		return nil
	}
	name := role[strings.LastIndexByte(role, '/')+1:]
	p := wire.Principal{ARN: "arn:aws:sts::" + s.env.Account + ":assumed-role/" + name + "/" + session, RoleARN: role}
	return s.deps.Authority.Authorize(p, action, resource)
}

package lambda

import (
	"context"
	"maps"
	"strconv"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/fleet"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
)

// debugTimeout is how long a function under a debugger may take: as long as somebody
// looks at it.
const debugTimeout = 24 * time.Hour

// debugged is how a function is run under a debugger.
type debugged struct {
	fleet.Debug
	number int // tells instances of one command from those of the one before
}

// Debug runs a program in the place of a function's code, whatever its version, until
// EndDebug: a debugger with a listener of its own, which runs the function. The function
// has no timeout then, and one instance, which is started at once.
func (s *Service) Debug(ctx context.Context, function, qualifier string, command []string) error {
	r := names.Reference{Name: function, Qualifier: qualifier}
	if _, err := s.resolve(r); err != nil {
		return err
	}
	s.changeDebugged(func(all map[string]debugged) {
		all[function] = debugged{fleet.Debug{Command: command}, all[function].number + 1}
	})
	s.fleet.End(function + ":")
	t, err := s.resolve(r)
	if err != nil {
		return err
	}
	if err := s.fleet.Warm(ctx, t.primary); err != nil {
		s.EndDebug(function)
		return err
	}
	return nil
}

// EndDebug runs a function's own code again, and ends the debugger.
func (s *Service) EndDebug(function string) {
	s.changeDebugged(func(all map[string]debugged) { delete(all, function) })
	s.fleet.End(function + ":")
}

// changeDebugged changes which functions are under a debugger. The map is replaced, as
// invocations read it.
func (s *Service) changeDebugged(change func(map[string]debugged)) {
	s.debugging.Lock()
	defer s.debugging.Unlock()
	next := map[string]debugged{}
	if now := s.debugged.Load(); now != nil {
		next = maps.Clone(*now)
	}
	change(next)
	s.debugged.Store(&next)
	s.targets.Forget()
}

// debugOf returns how a function is run under a debugger.
func (s *Service) debugOf(function string) (d debugged, ok bool) {
	if all := s.debugged.Load(); all != nil {
		d, ok = (*all)[function]
	}
	return d, ok
}

// IsDebugged reports whether the function of an ARN is under a debugger, so that nobody
// may give it up.
func (s *Service) IsDebugged(arn string) bool {
	r, err := s.names.Parse(arn, "")
	if err != nil {
		return false
	}
	_, ok := s.debugOf(r.Name)
	return ok
}

// underDebugger changes a revision of a function that is under a debugger.
func (s *Service) underDebugger(rev *fleet.Revision, function string) *fleet.Revision {
	if d, ok := s.debugOf(function); ok {
		rev.Key = function + ":debug" + strconv.Itoa(d.number) // a version that is published does not end the debugger
		rev.Debug, rev.Timeout = &d.Debug, debugTimeout
	}
	return rev
}

package lambda

import (
	"math/rand/v2"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/fleet"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/store"
)

// target holds what an invocation needs to know of the function that it names.
type target struct {
	ref        names.Reference
	arn        string // as invoked
	role       string
	reserved   *int
	pool       int // concurrency that functions without a reservation share
	primary    *fleet.Revision
	other      *fleet.Revision // of an alias with weights
	weight     float64         // of other
	deadLetter string          // ARN of the queue
}

// pick chooses the version of this invocation.
func (t *target) pick() *fleet.Revision {
	if t.other != nil && rand.Float64() < t.weight {
		return t.other
	}
	return t.primary
}

// targets caches targets, so that a warm invocation does not read the store.
type targets = store.Cache[names.Reference, target]

func (s *Service) resolve(r names.Reference) (*target, error) {
	t, epoch := s.targets.Get(r)
	if t != nil {
		return t, nil
	}
	err := s.env.Store.View(func(tx *store.Tx) (err error) {
		t, err = s.resolveTx(tx, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.targets.Put(r, epoch, t)
	return t, nil
}

func (s *Service) resolveTx(tx *store.Tx, r names.Reference) (*target, error) {
	f, v, err := s.versionTx(tx, r)
	if err != nil {
		return nil, err
	}
	pool, err := s.unreservedTx(tx)
	if err != nil {
		return nil, err
	}
	t := &target{ref: r, arn: s.names.ARN(r), role: v.Config.Role, reserved: f.Reserved, pool: pool, primary: s.revision(v)}
	if v.Config.DeadLetterConfig != nil {
		t.deadLetter = v.Config.DeadLetterConfig.TargetArn
	}
	if r.Qualifier == "" || names.IsVersion(r.Qualifier) {
		return t, nil
	}
	a, err := s.aliasTx(tx, r, r.Qualifier)
	if err != nil {
		return nil, err
	}
	for number, weight := range routingOf(a) { // one at most
		_, v, err := s.versionTx(tx, names.Reference{Name: r.Name, Qualifier: number})
		if err != nil {
			return nil, err
		}
		t.other, t.weight = s.revision(v), weight
	}
	return t, nil
}

// revisionKey names the instances of a version. A prefix of it names those of a
// function, and of all builds of a version.
func revisionKey(v version) string {
	return v.Config.FunctionName + ":" + v.Config.Version + ":" + v.Build
}

func (s *Service) revision(v version) *fleet.Revision {
	c := v.Config
	return s.underDebugger(&fleet.Revision{
		Key: revisionKey(v), Version: c.Version, MemoryMB: c.MemorySize, Timeout: time.Duration(c.Timeout) * time.Second,
		JSONLogs: c.LoggingConfig.LogFormat == "JSON", SystemLevel: c.LoggingConfig.SystemLogLevel,
		Code: func() (string, error) { return s.code.Unpack(v.Digest) },
		Environment: func(stream, temp string) ([]string, time.Time, error) {
			return s.instanceEnvironment(v, stream, temp)
		},
		Lines: func(stream string) fleet.LineWriter { return s.logStream(&c, stream) },
	}, c.FunctionName)
}

func (s *Service) instanceEnvironment(v version, stream, temp string) ([]string, time.Time, error) {
	around := surroundings{region: s.env.Region, endpoint: s.env.Endpoint, stream: stream, temp: temp, variables: s.opt.variables}
	root, err := s.code.Unpack(v.Digest)
	if err != nil {
		return nil, time.Time{}, err
	}
	around.taskRoot = root
	around.credentials = Credentials{Expiration: s.env.Now().Add(12 * time.Hour)}
	if s.deps.Roles != nil {
		around.credentials, err = s.deps.Roles.Session(v.Config.Role, v.Config.FunctionName)
		if err != nil {
			return nil, time.Time{}, apierror.Denied("The role defined for the function cannot be assumed by Lambda.")
		}
	}
	return environment(&v.Config, around), around.credentials.Expiration, nil
}

package scheduler

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/scheduler"

	"github.com/seastack/seastack/tools/localcloud/wire"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// cloud is a local cloud with the scheduler only, and targets in the test.
type cloud struct {
	*wiretest.Cloud[*Service]
	*scheduler.Client
	targets targets
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{}
	c.Cloud = wiretest.Start(t, func(env *wire.Env) (*Service, error) { return New(env, c.targets.deps()) })
	c.Client = scheduler.NewFromConfig(c.Config(t))
	return c
}

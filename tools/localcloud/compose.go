package localcloud

import (
	"net/http"
	"time"

	"github.com/seastack/seastack/tools/localcloud/iam"
	"github.com/seastack/seastack/tools/localcloud/logs"
	"github.com/seastack/seastack/tools/localcloud/secretsmanager"
	"github.com/seastack/seastack/tools/localcloud/sqs"
	"github.com/seastack/seastack/tools/localcloud/ssm"
	"github.com/seastack/seastack/tools/localcloud/sts"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// service is one AWS service. One that works on its own behalf also has
// Start(context.Context) error; one that holds something, Close() error.
type service interface{ Definition() wire.Service }

// compose makes the services, in an order in which each comes after those that
// it uses, and the server over them.
func (c *Cloud) compose() error {
	env := c.env
	iamService, err := iam.New(env)
	if err != nil {
		return err
	}
	stsService, err := sts.New(env, iamService)
	if err != nil {
		return err
	}
	ssmService, err := ssm.New(env)
	if err != nil {
		return err
	}
	secretsService, err := secretsmanager.New(env)
	if err != nil {
		return err
	}
	logsService, err := logs.New(env)
	if err != nil {
		return err
	}
	sqsService, err := sqs.New(env)
	if err != nil {
		return err
	}
	c.services = []service{iamService, stsService, ssmService, secretsService, logsService, sqsService}
	c.server = c.newServer(wire.NewHandler(env, iamService, c.definitions()))
	return nil
}

func (c *Cloud) definitions() []wire.Service {
	var all []wire.Service
	for _, s := range c.services {
		all = append(all, s.Definition())
	}
	return all
}

func (c *Cloud) newServer(control http.Handler) *http.Server {
	return &http.Server{
		Handler:           c.front(control),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
}

package localcloud

import (
	"fmt"
	"net/http"
	"time"

	"github.com/seastack/seastack/tools/localcloud/apigateway"
	"github.com/seastack/seastack/tools/localcloud/cloudwatch"
	"github.com/seastack/seastack/tools/localcloud/dashboard"
	"github.com/seastack/seastack/tools/localcloud/dashboard/activity"
	"github.com/seastack/seastack/tools/localcloud/events"
	"github.com/seastack/seastack/tools/localcloud/iam"
	"github.com/seastack/seastack/tools/localcloud/issuer"
	"github.com/seastack/seastack/tools/localcloud/lambda"
	"github.com/seastack/seastack/tools/localcloud/logs"
	"github.com/seastack/seastack/tools/localcloud/logs/emf"
	"github.com/seastack/seastack/tools/localcloud/s3"
	"github.com/seastack/seastack/tools/localcloud/scheduler"
	"github.com/seastack/seastack/tools/localcloud/secretsmanager"
	"github.com/seastack/seastack/tools/localcloud/sns"
	"github.com/seastack/seastack/tools/localcloud/sqs"
	"github.com/seastack/seastack/tools/localcloud/ssm"
	"github.com/seastack/seastack/tools/localcloud/sts"
	"github.com/seastack/seastack/tools/localcloud/traces"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// service is one AWS service. A service with background work also has
// Start(context.Context) error; one that holds resources has Close() error.
type service interface{ Definition() wire.Service }

// compose creates the services, each after those that it uses, and their server.
// New services are added here.
func (c *Cloud) compose() error {
	env, all := c.env, &assembly{}
	identity := add(all, func() (*iam.Service, error) { return iam.New(env) })
	add(all, func() (*sts.Service, error) { return sts.New(env, identity) })
	add(all, func() (*ssm.Service, error) { return ssm.New(env) })
	add(all, func() (*secretsmanager.Service, error) { return secretsmanager.New(env) })
	logging := add(all, func() (*logs.Service, error) { return logs.New(env) })
	queues := add(all, func() (*sqs.Service, error) { return sqs.New(env, identity) })
	objects := add(all, func() (*s3.Service, error) { return s3.New(env, identity, c.config.Mounts...) })
	var topics *sns.Service // it uses functions, which use measures, which publish to it
	measures := add(all, func() (*cloudwatch.Service, error) { return cloudwatch.New(env, alarmActions(&topics)) })
	invocations := activity.New(env.Now())
	functions := add(all, func() (*lambda.Service, error) {
		deps := lambdaDeps(checkoutAuthority{identity, c.config.Dir}, logging, measures, queues, objects)
		deps.Observer = invocations
		return lambda.New(env, deps, lambda.Variables(c.config.Variables))
	})
	gateway := add(all, func() (*apigateway.Service, error) {
		return apigateway.New(env, gatewayInvoker{functions}, apigateway.WithAccessLog(accessLog(logging)))
	})
	schedules := add(all, func() (*scheduler.Service, error) {
		return scheduler.New(env, schedulerDeps(identity, functions, queues))
	})
	bus := add(all, func() (*events.Service, error) {
		return events.New(env, eventsDeps(identity, functions, queues))
	})
	topics = add(all, func() (*sns.Service, error) { return sns.New(env, snsDeps(identity, functions, queues)) })
	c.services = all.services
	if all.err != nil {
		return all.err
	}
	measures.Collect(func() {
		queues.Measure(func(queue, metric, unit string, value float64) {
			measures.Record("AWS/SQS", metric, unit, value, "QueueName", queue)
		})
	})
	logging.Measure(func(v emf.Value) { measures.Record(v.Namespace, v.Name, v.Unit, v.Number, v.Dimensions...) })
	objects.SendEvents(s3Destinations{functions, queues, bus})
	identity.ReadTags(resourceTags(env, c.definitions()))
	identity.ReadPolicies(resourcePolicies(c.definitions()))
	tokens, spans := issuer.New(env), traces.New()
	pages, err := dashboard.New(dashboard.Cloud{
		Env: env, Activity: invocations, Functions: functions, Queues: queues, Objects: objects, Schedules: schedules,
		Logs: logging, Rules: bus, APIs: gateway, Issuer: tokens, Traces: spans,
	})
	if err != nil {
		return fmt.Errorf("the dashboard of the local cloud: %w", err)
	}
	c.server = newServer(c.front(planes{
		control: wire.NewHandler(env, checkoutAuthority{identity, c.config.Dir}, c.definitions()),
		data: []dataPlane{
			{gateway.Owns, gateway.DataPlane()}, {functions.URLs().Owns, functions.URLs()},
			{issuer.Owns, tokens}, {traces.Owns, traces.NewHandler(spans)}, {pages.Owns, pages},
		},
		code:  http.HandlerFunc(functions.ServeCode),
		debug: serveDebug(functions),
	}))
	c.server.RegisterOnShutdown(pages.Close)
	return nil
}

// assembly collects services, until one cannot be created.
type assembly struct {
	services []service
	err      error
}

func add[S service](a *assembly, build func() (S, error)) (made S) {
	if a.err != nil {
		return made
	}
	made, err := build()
	if err != nil {
		a.err = fmt.Errorf("the local cloud's %T: %w", made, err)
		return made
	}
	a.services = append(a.services, made)
	return made
}

func (c *Cloud) definitions() []wire.Service {
	var all []wire.Service
	for _, s := range c.services {
		all = append(all, s.Definition())
	}
	return all
}

// newServer returns the server. It does not limit the time of a whole request or
// answer: a function may take 15 minutes.
func newServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
}

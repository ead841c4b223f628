package cost

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/logs"
)

// reader reads what functions have used.
type reader struct {
	functions *lambda.Client
	metrics   *cloudwatch.Client
	logs      *cloudwatchlogs.Client
	secrets   *secretsmanager.Client

	model    model.Model
	env      config.Environment
	from, to time.Time
}

// Read reads what the functions of an environment have used until now, and since the
// given time before.
func Read(ctx context.Context, cfg aws.Config, m model.Model, env config.Environment, now time.Time, since time.Duration) (Input, error) {
	r := reader{
		functions: lambda.NewFromConfig(cfg), metrics: cloudwatch.NewFromConfig(cfg), logs: cloudwatchlogs.NewFromConfig(cfg),
		secrets: secretsmanager.NewFromConfig(cfg), model: m, env: env,
	}
	r.to = now.UTC().Truncate(time.Minute).Add(time.Minute) // the minute that is not over counts, too
	r.from = r.to.Add(-since)
	in := Input{Environment: env.Name, Region: env.Region, From: r.from, To: r.to}
	var err error
	if in.Functions, in.NotDeployed, err = r.deployed(ctx); err != nil {
		return in, err
	}
	if err := r.measure(ctx, in.Functions); err != nil {
		return in, err
	}
	if err := r.reports(ctx, in.Functions); err != nil {
		return in, err
	}
	if err := r.kept(ctx, in.Functions); err != nil {
		return in, err
	}
	in.Secrets, err = r.countSecrets(ctx)
	return in, err
}

// name returns a function's name on AWS.
func (r reader) name(u Usage) string {
	return names.Function(r.model.Project, r.env.Name, u.Stack, u.Function)
}

// deployed returns the functions as they are set, and those that are not deployed.
func (r reader) deployed(ctx context.Context) (all []Usage, missing []string, err error) {
	for _, s := range r.model.Stacks {
		for _, f := range s.Functions {
			u := Usage{Stack: s.Name, Function: f.Name, Trigger: f.Trigger.Kind}
			err := r.configuration(ctx, &u)
			var none *types.ResourceNotFoundException
			switch {
			case errors.As(err, &none):
				missing = append(missing, s.Name+"/"+f.Name)
				continue
			case err != nil:
				return nil, nil, err
			}
			r.queue(f, &u)
			all = append(all, u)
		}
	}
	return all, missing, nil
}

func (r reader) configuration(ctx context.Context, u *Usage) error {
	out, err := r.functions.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{
		FunctionName: aws.String(r.name(*u)), Qualifier: aws.String(names.Alias),
	})
	if err != nil {
		return err
	}
	u.Memory = int(aws.ToInt32(out.MemorySize))
	if out.EphemeralStorage != nil {
		u.Storage = int(aws.ToInt32(out.EphemeralStorage.Size))
	}
	u.Architecture = string(types.ArchitectureX8664) // what Lambda takes where none is named
	if len(out.Architectures) > 0 {
		u.Architecture = string(out.Architectures[0])
	}
	u.Provisioned, err = r.provisioned(ctx, *u)
	return err
}

func (r reader) provisioned(ctx context.Context, u Usage) (int, error) {
	out, err := r.functions.GetProvisionedConcurrencyConfig(ctx, &lambda.GetProvisionedConcurrencyConfigInput{
		FunctionName: aws.String(r.name(u)), Qualifier: aws.String(names.Alias),
	})
	var none *types.ProvisionedConcurrencyConfigNotFoundException
	if errors.As(err, &none) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return int(aws.ToInt32(out.RequestedProvisionedConcurrentExecutions)), nil
}

// queue sets what the prices of a function's queue and events depend on.
func (r reader) queue(f model.Function, u *Usage) {
	if f.Trigger.Queue == nil {
		return
	}
	for _, q := range r.model.Queues {
		if q.Name == f.Trigger.Queue.Queue {
			u.FIFO = q.FIFO != nil
		}
		if q.Event != nil && f.Trigger.Event != nil && q.Event.Event == f.Trigger.Event.Event {
			u.Subscribers++
		}
	}
}

// maxReports is how many reports are read of a function: a page of the API. For
// what is more, the proportion of those is taken.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
const maxReports = 10_000

// reports reads Lambda's reports of the invocations.
func (r reader) reports(ctx context.Context, all []Usage) error {
	for i := range all {
		u := &all[i]
		if u.Invocations == 0 {
			continue
		}
		function := u.Stack + "/" + u.Function
		events, err := logs.Read(ctx, r.logs, logs.Options{
			Groups: map[string]string{function: names.LogGroup(r.name(*u))}, Since: r.from, Filter: logs.ReportFilter, Limit: maxReports,
		})
		if err != nil {
			return fmt.Errorf("the log of %s: %w", function, err)
		}
		for _, e := range events {
			if report, ok := logs.ParseReport(e.Message); ok {
				u.Reports.add(report)
			}
		}
	}
	return nil
}

func (r *Reports) add(one logs.Report) {
	r.Count++
	r.Duration += duration(one.Duration)
	r.Billed += duration(one.Billed)
	r.MaxMemory = max(r.MaxMemory, one.Memory)
}

// duration returns milliseconds as a duration, to the microsecond.
func duration(ms float64) time.Duration { return time.Duration(ms*1000+0.5) * time.Microsecond }

package cost

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/seastack/seastack/gen/names"
)

// kept reads what costs something without any request: alarms and the logs that are
// stored.
func (r reader) kept(ctx context.Context, all []Usage) error {
	alarms, err := r.alarms(ctx)
	if err != nil {
		return err
	}
	stored, err := r.stored(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		name := r.name(all[i])
		for _, a := range names.Alarms {
			if alarms[names.Alarm(name, a.Name)] {
				all[i].Alarms++
			}
		}
		all[i].StoredBytes = stored[names.LogGroup(name)]
	}
	return nil
}

// prefix returns that of all names of the environment on AWS.
func (r reader) prefix() string { return names.Shared(r.model.Project, r.env.Name) + "-" }

// alarms returns the names of the environment's alarms.
func (r reader) alarms(ctx context.Context) (map[string]bool, error) {
	found := map[string]bool{}
	pages := cloudwatch.NewDescribeAlarmsPaginator(r.metrics, &cloudwatch.DescribeAlarmsInput{AlarmNamePrefix: aws.String(r.prefix())})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, a := range page.MetricAlarms {
			found[aws.ToString(a.AlarmName)] = true
		}
	}
	return found, nil
}

// stored returns how many bytes the environment's log groups hold.
func (r reader) stored(ctx context.Context) (map[string]int64, error) {
	found := map[string]int64{}
	pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(r.logs, &cloudwatchlogs.DescribeLogGroupsInput{
		LogGroupNamePrefix: aws.String(names.LogGroup(r.prefix())),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, g := range page.LogGroups {
			found[aws.ToString(g.LogGroupName)] = aws.ToInt64(g.StoredBytes)
		}
	}
	return found, nil
}

// countSecrets returns how many of the environment's secrets there are.
func (r reader) countSecrets(ctx context.Context) (n int, err error) {
	own := map[string]bool{}
	for _, s := range r.model.Secrets {
		own[r.prefix()+s.Name] = true
	}
	for _, s := range names.Stores() {
		own[r.prefix()+s.Secret] = true
	}
	pages := secretsmanager.NewListSecretsPaginator(r.secrets, &secretsmanager.ListSecretsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, err
		}
		for _, s := range page.SecretList {
			if own[aws.ToString(s.Name)] {
				n++
			}
		}
	}
	return n, nil
}

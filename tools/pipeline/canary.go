package pipeline

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/objects"
	"github.com/seastack/seastack/tools/progress"
)

// Canary makes canaries of the functions of stacks whose zip is another than the one
// that is deployed, where the environment wants that: their aliases stay at the
// version before, and give the new one a part of the requests. It follows Pin.
func (d *Deployment) Canary(ctx context.Context, stacks []string) error {
	if d.Env.Canary == nil || d.NoCanary {
		return nil
	}
	records, err := d.records(ctx)
	if err != nil {
		return err
	}
	for _, stack := range stacks {
		canaries, err := d.canaries(ctx, records, stack)
		if err != nil {
			return err
		}
		if err := artifact.SetCanaries(d.Root(stack).Dir, canaries); err != nil {
			return err
		}
	}
	return nil
}

func (d *Deployment) canaries(ctx context.Context, records objects.Store, stack string) (map[string]artifact.Canary, error) {
	record, err := change.ReadRecord(ctx, records, stack)
	if err != nil || record == nil {
		return nil, err
	}
	built, err := artifact.Digests(d.Root(stack).Dir)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(built, func(name, digest string) bool {
		before, deployed := record.Digests[name]
		return !deployed || before == digest
	})
	if len(built) == 0 {
		return nil, nil
	}
	state, err := d.state(ctx, stack)
	if err != nil || len(state) == 0 {
		return nil, err
	}
	versions, err := deploy.AliasVersions(state)
	canaries := map[string]artifact.Canary{}
	for name := range built {
		if v := versions["module.stack.module."+names.Label(name)]; v != "" {
			canaries[name] = artifact.Canary{Version: v, Weight: float64(d.Env.Canary.Weight) / 100}
		}
	}
	return canaries, err
}

// Canaries returns what is to be said of the canaries of a stack, by function.
func (d *Deployment) Canaries(stack string) (map[string]string, error) {
	canaries, err := artifact.Canaries(d.Root(stack).Dir)
	texts := map[string]string{}
	for name, c := range canaries {
		texts[name] = fmt.Sprintf("canary: %.0f%% of the requests for %s", 100*c.Weight, d.canaryWatch())
	}
	return texts, err
}

// canaryWatch is how long a canary is watched, also where the setting has gone since it was planned.
func (d *Deployment) canaryWatch() time.Duration {
	if d.Env.Canary == nil {
		return 0
	}
	return d.Env.Canary.Watch
}

// recordCanary leaves the zips before in the record of a stack whose new ones are
// only tried. Nothing of it is proven.
func (d *Deployment) recordCanary(ctx context.Context, records objects.Store, record *change.Record) error {
	canaries, err := artifact.Canaries(d.Root(record.Root).Dir)
	if err != nil || len(canaries) == 0 {
		return err
	}
	last, err := change.ReadRecord(ctx, records, record.Root)
	if err != nil {
		return err
	}
	record.Canary = slices.Sorted(maps.Keys(canaries))
	record.Proof.Inputs = ""
	for _, name := range record.Canary {
		if last != nil {
			record.Digests[name], record.Architectures[name] = last.Digests[name], last.Architectures[name]
		}
	}
	return nil
}

// Watch watches the canaries of stacks that have been applied. Where no alarm of
// theirs goes off, all requests go to the new code; else they are taken back. It
// returns the errors by stack, and nothing for stacks without canaries.
func (d *Deployment) Watch(ctx context.Context, stacks []string) map[string]error {
	errs := map[string]error{}
	var watched []string
	for _, stack := range stacksOnly(stacks) {
		canaries, err := artifact.Canaries(d.Root(stack).Dir)
		if err != nil {
			errs[stack] = err
		}
		if len(canaries) > 0 {
			watched = append(watched, stack)
		}
	}
	for _, o := range d.outcomesOf(ctx, watched, len(watched), func(ctx context.Context, stack string, task *progress.Task) (deploy.Planned, error) {
		p, err := d.watch(ctx, stack, task)
		task.Close(err, "all requests go to the new code")
		return p, err
	}) {
		if o.Err != nil {
			errs[o.Root.Name] = o.Err
		}
	}
	return errs
}

func (d *Deployment) watch(ctx context.Context, stack string, task *progress.Task) (deploy.Planned, error) {
	none := deploy.Planned{Root: d.Root(stack)}
	canaries, err := artifact.Canaries(d.Root(stack).Dir)
	if err != nil {
		return none, err
	}
	cfg, err := d.AWS(ctx)
	if err != nil {
		return none, err
	}
	began := time.Now()
	reason, err := d.alarmed(ctx, cloudwatch.NewFromConfig(cfg), stack, canaries, task)
	if ctx.Err() != nil {
		return none, diag.Diagnostic{Code: diag.CanaryFailed, Message: stack + ": nobody watches the canary any more: " + context.Cause(ctx).Error(),
			Next: "apply again, which watches it anew; or: seastack apply --env " + d.Env.Name + " --no-canary"}
	}
	if err != nil {
		reason = "it cannot be watched: " + err.Error()
	}
	if reason == "" {
		return d.finishCanary(ctx, stack, canaries, task)
	}
	task.Update("taking it back: %s", reason)
	failure := diag.Diagnostic{Code: diag.CanaryFailed, Message: fmt.Sprintf("%s: the new code was taken back after %s: %s", stack, time.Since(began).Round(time.Second), reason),
		Next: "look at the logs: seastack logs " + stack + " --env " + d.Env.Name}
	if err := d.takeBack(ctx, lambda.NewFromConfig(cfg), stack, canaries); err != nil {
		failure.Message = fmt.Sprintf("%s: the new code could not be taken back (%v), though %s", stack, err, reason)
		failure.Next = "take it back by hand: seastack rollback " + stack + " --env " + d.Env.Name
	}
	return none, failure
}

// canaryLooks is how many times a canary's alarms are looked at while it is
// watched, as long as that is not more often than once in canaryPause.
const (
	canaryLooks = 20
	canaryPause = 5 * time.Second
)

// alarmed looks at the alarms of canaries until they have been watched for long
// enough, and returns which have gone off; "" where none has.
func (d *Deployment) alarmed(ctx context.Context, client *cloudwatch.Client, stack string, canaries map[string]artifact.Canary, task *progress.Task) (reason string, err error) {
	var wanted []string
	for name := range canaries {
		for _, a := range names.CanaryAlarms {
			wanted = append(wanted, names.Alarm(names.Function(d.Project.Config.Project, d.Env.Name, stack, name), a.Name))
		}
	}
	end := time.Now().Add(d.canaryWatch())
	for {
		if reason, err := soundingAlarms(ctx, client, wanted); err != nil || reason != "" {
			return reason, err
		}
		left := time.Until(end)
		if left <= 0 {
			return "", nil
		}
		task.Update("a part of the requests go to the new code of %s; %s left", strings.Join(slices.Sorted(maps.Keys(canaries)), ", "), left.Round(time.Second))
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(min(left, canaryPause, max(d.canaryWatch()/canaryLooks, time.Second))):
		}
	}
}

// maxAlarmNames is how many alarms DescribeAlarms takes the names of.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
const maxAlarmNames = 100

// soundingAlarms returns which of the alarms are on, in words. One that is not there
// is an error: nobody would notice anything.
func soundingAlarms(ctx context.Context, client *cloudwatch.Client, wanted []string) (string, error) {
	found := map[string]cwtypes.MetricAlarm{}
	for some := range slices.Chunk(wanted, maxAlarmNames) {
		out, err := client.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{AlarmNames: some, MaxRecords: aws.Int32(maxAlarmNames)})
		if err != nil {
			return "", err
		}
		for _, a := range out.MetricAlarms {
			found[aws.ToString(a.AlarmName)] = a
		}
	}
	var on []string
	for _, name := range slices.Sorted(slices.Values(wanted)) {
		a, ok := found[name]
		if !ok {
			return "", fmt.Errorf("there is no alarm %s", name)
		}
		if a.StateValue == cwtypes.StateValueAlarm {
			on = append(on, name)
		}
	}
	if len(on) == 0 {
		return "", nil
	}
	return "the alarm " + strings.Join(on, " and ") + " is on", nil
}

// finishCanary sends all requests to the new code. Nothing but aliases may change.
func (d *Deployment) finishCanary(ctx context.Context, stack string, canaries map[string]artifact.Canary, task *progress.Task) (deploy.Planned, error) {
	none := deploy.Planned{Root: d.Root(stack)}
	records, err := d.records(ctx)
	if err != nil {
		return none, err
	}
	record, err := change.ReadRecord(ctx, records, stack)
	if err != nil {
		return none, err
	}
	if err := artifact.SetCanaries(d.Root(stack).Dir, nil); err != nil {
		return none, err
	}
	task.Update("giving it all requests")
	p, err := d.plan(ctx, stack, deploy.PlanOptions{Lock: "60s"}, task)
	if err != nil {
		return p, err
	}
	for _, c := range p.Summary.Resources {
		if c.Type != "aws_lambda_alias" || !isCode(c) {
			return p, stale(stack, "after the canary the plan would also "+c.String(), "plan again, and have that reviewed; until then the canary goes on")
		}
	}
	if record != nil {
		p.SHA256 = record.Plan // of the plan that was reviewed, which this completes
	}
	return p, d.carryOut(ctx, p, task)
}

// takeBack sends all requests to the code before: at once by the aliases, and then
// by Terraform, which makes it the functions' code.
func (d *Deployment) takeBack(ctx context.Context, client *lambda.Client, stack string, canaries map[string]artifact.Canary) error {
	for name, c := range canaries {
		_, err := client.UpdateAlias(ctx, &lambda.UpdateAliasInput{
			FunctionName: aws.String(names.Function(d.Project.Config.Project, d.Env.Name, stack, name)), Name: aws.String(names.Alias),
			FunctionVersion: aws.String(c.Version), RoutingConfig: &types.AliasRoutingConfiguration{AdditionalVersionWeights: map[string]float64{}},
		})
		if err != nil {
			return err
		}
	}
	records, err := d.records(ctx)
	if err != nil {
		return err
	}
	record, err := change.ReadRecord(ctx, records, stack)
	if err != nil || record == nil {
		return err
	}
	before := map[string]string{}
	for name := range canaries {
		before[name] = record.Digests[name]
	}
	pins, err := change.Pins(ctx, records, stack)
	if err != nil {
		return err
	}
	_, err = d.back(ctx, stack, before, *record, pins, func() error { return nil })
	return err
}

package pipeline

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/deploy"
)

// knownLater marks a provisional value of what AWS chooses.
const knownLater = "known-after-the-platform-is-applied"

// plannedOutputs returns all outputs of the platform as its plan leaves them.
// Where a value is known only after the apply, one stands in its place that is
// right where it can be computed (a queue's ARN and URL), and else of the right
// form and marked.
func (d *Deployment) plannedOutputs(applied map[string][]byte, platform deploy.Planned) (map[string]any, error) {
	values := map[string]any{}
	for name, raw := range applied {
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			return nil, fmt.Errorf("the platform's output %s: %w", name, err)
		}
		values[name] = v
	}
	for _, o := range platform.Outputs {
		if delete(values, o.Name); !o.Deleted {
			values[o.Name] = o.Fill(func(path string) string { return d.provisional(path, platform.After) })
		}
	}
	return values, nil
}

// provisional returns what stands for an output that is known only after the
// platform's apply; path is "api_id" or "queues.NAME.arn".
func (d *Deployment) provisional(path string, planned []deploy.Resource) string {
	kind, rest, _ := strings.Cut(path, ".")
	name, attribute, _ := strings.Cut(rest, ".")
	known := ""
	switch kind {
	case "queues":
		known = d.provisionalQueue(planned, name, attribute)
	case "dead_letters":
		known = d.provisionalQueue(planned, names.DeadLetters(name), attribute)
	case "buckets":
		known = d.provisionalBucket(name, attribute)
	case "secrets":
		known = d.arn("secretsmanager", "secret:"+knownLater)
	}
	if known != "" {
		return known
	}
	for _, s := range names.Stores() {
		if path == s.Output() {
			return d.arn("secretsmanager", "secret:"+knownLater)
		}
	}
	switch path {
	case "alarm_topic_arn":
		return d.arn("sns", d.shared("alarms"))
	case "event_bus.arn":
		return d.arn("events", "event-bus/"+d.shared())
	case "event_bus.name":
		return d.shared()
	case "api_execution_arn":
		return d.arn("execute-api", knownLater)
	case "api_endpoint":
		return "https://" + knownLater + ".invalid"
	}
	if strings.HasSuffix(path, "arn") {
		return d.arn("sqs", knownLater)
	}
	return knownLater
}

// shared returns the name of what the environment's stacks share.
func (d *Deployment) shared(parts ...string) string {
	return names.Shared(d.Project.Config.Project, d.Env.Name, parts...)
}

// provisionalBucket returns what an attribute of a bucket will be.
func (d *Deployment) provisionalBucket(bucket, attribute string) string {
	name := names.Bucket(d.shared(), bucket, d.Env.Account)
	if attribute == "arn" {
		return "arn:" + partition(d.Env.Region) + ":s3:::" + name
	}
	return name
}

// provisionalQueue returns what an attribute of a queue will be; "" where that
// cannot be computed.
func (d *Deployment) provisionalQueue(planned []deploy.Resource, queue, attribute string) string {
	name := queueName(planned, queue)
	switch {
	case name == "":
	case attribute == "arn":
		return d.arn("sqs", name)
	case attribute == "dead_letters":
		return queueName(planned, names.DeadLetters(queue))
	case attribute == "name":
		return name
	case attribute == "url" && !d.Env.IsLocal():
		return fmt.Sprintf("https://sqs.%s.%s/%s/%s", d.Env.Region, domain(d.Env.Region), d.Env.Account, name)
	}
	return ""
}

// queueName returns the name on AWS that the queue has in the plan.
func queueName(planned []deploy.Resource, queue string) string {
	for _, r := range planned {
		if r.Type == "aws_sqs_queue" && strings.HasSuffix(r.Address, "aws_sqs_queue."+names.Label(queue)) {
			return r.Name
		}
	}
	return ""
}

func (d *Deployment) arn(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", partition(d.Env.Region), service, d.Env.Region, d.Env.Account, resource)
}

// partition returns the partition that a region is in.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// domain returns the domain of a region's endpoints.
func domain(region string) string {
	if strings.HasPrefix(region, "cn-") {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// platformModule is the folder of the platform's module.
func (d *Deployment) platformModule() string {
	return d.Project.Path(names.PlatformDir(d.Project.Config.Folders))
}

package localcloud

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// tagReader describes how to read the tags of a service's resource: an operation,
// its input for an ARN's last part, and the member of its output.
type tagReader struct {
	operation, member string
	input             func(c *wire.Call, arn, resource string)
}

// body sets the members of a JSON call.
func body(c *wire.Call, members map[string]string) {
	c.Body, _ = json.Marshal(members) // strings always marshal
}

// tagReaders are the tag readers of the services whose resources have tags, by
// the service's name in ARNs. IAM reads its own.
var tagReaders = map[string]tagReader{
	"cloudwatch": {"ListTagsForResource", "Tags", func(c *wire.Call, arn, _ string) {
		body(c, map[string]string{"ResourceARN": arn})
	}},
	"apigateway": {"GetTags", "tags", inPath("resourceArn")},
	"events": {"ListTagsForResource", "Tags", func(c *wire.Call, arn, _ string) {
		body(c, map[string]string{"ResourceARN": arn})
	}},
	"lambda": {"ListTags", "Tags", func(c *wire.Call, arn, resource string) {
		if parts := strings.Split(resource, ":"); len(parts) == 3 { // function:<name>:<alias or version>
			arn = strings.TrimSuffix(arn, ":"+parts[2])
		}
		c.Path = map[string]string{"Resource": arn}
	}},
	"scheduler": {"ListTagsForResource", "Tags", inPath("ResourceArn")},
	"logs": {"ListTagsForResource", "tags", func(c *wire.Call, arn, _ string) {
		group, _, _ := strings.Cut(strings.TrimSuffix(arn, ":*"), ":log-stream:")
		body(c, map[string]string{"resourceArn": group})
	}},
	"secretsmanager": {"DescribeSecret", "Tags", func(c *wire.Call, arn, _ string) {
		body(c, map[string]string{"SecretId": arn})
	}},
	"sns": {"ListTagsForResource", "Tags", func(c *wire.Call, arn, _ string) {
		body(c, map[string]string{"ResourceArn": topicOf(arn)})
	}},
	"sqs": {"ListQueueTags", "Tags", func(c *wire.Call, _, name string) {
		body(c, map[string]string{"QueueUrl": c.Env.Endpoint + "/" + c.Env.Account + "/" + name})
	}},
	"ssm": {"ListTagsForResource", "TagList", func(c *wire.Call, _, resource string) {
		body(c, map[string]string{"ResourceType": "Parameter", "ResourceId": strings.TrimPrefix(resource, "parameter")})
	}},
}

// topicOf returns the ARN of the topic that an ARN of SNS is about: a subscription's
// has an ID more.
func topicOf(arn string) string {
	return strings.Join(strings.Split(arn, ":")[:6], ":")
}

// inPath sets the ARN as a variable of the path.
func inPath(name string) func(*wire.Call, string, string) {
	return func(c *wire.Call, arn, _ string) { c.Path = map[string]string{name: arn} }
}

// resourcePolicies returns a function that finds the policy of a resource by its
// ARN.
func resourcePolicies(services []wire.Service) func(arn string) (string, error) {
	policies := map[string]func(string) (string, error){}
	for _, s := range services {
		if s.Policy != nil {
			policies[s.Name] = s.Policy
		}
	}
	return func(arn string) (string, error) {
		part := strings.SplitN(arn, ":", 4)
		if len(part) < 4 || policies[part[2]] == nil {
			return "", nil
		}
		return policies[part[2]](arn)
	}
}

// resourceTags returns a function that finds the tags of a resource by its ARN,
// from the resource's service. A resource that does not exist has no tags.
func resourceTags(env *wire.Env, definitions []wire.Service) func(arn string) (map[string]string, error) {
	operations := map[string]wire.Operation{}
	for _, d := range definitions {
		for _, op := range d.Operations {
			operations[cmp.Or(d.Prefix, d.Name)+":"+op.Name] = op
		}
	}
	return func(arn string) (map[string]string, error) {
		parts := strings.SplitN(arn, ":", 6)
		if len(parts) != 6 {
			return nil, nil
		}
		reader, ok := tagReaders[parts[2]]
		if !ok {
			return nil, nil
		}
		c := &wire.Call{Env: env, Service: parts[2], Operation: reader.operation, Header: http.Header{}}
		reader.input(c, arn, parts[5])
		out, err := operations[parts[2]+":"+reader.operation].Handle(context.Background(), c)
		var refused *wire.Error
		if errors.As(err, &refused) && refused.HTTPStatus() < http.StatusInternalServerError {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return reader.tags(out)
	}
}

func (r tagReader) tags(out any) (map[string]string, error) {
	raw, err := json.Marshal(out)
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return nil, err
	}
	return wire.TagsOf(members[r.member]), nil
}

package test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
)

// trustLimit is how long IAM may take to make a change known everywhere.
const trustLimit = time.Minute

// What the functions' roles may do, in all: each function writes its log, all but one
// read the secret with the database's URLs, and some have to do with more.
var (
	writesLog    = []string{"logs:CreateLogStream", "logs:PutLogEvents"}
	readsSecret  = []string{"secretsmanager:GetSecretValue"}
	consumes     = []string{"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}
	sends        = []string{"sqs:SendMessage"} // to a queue, or its own dead letters
	publishes    = []string{"events:PutEvents"}
	readsBucket  = []string{"s3:GetObject", "s3:ListBucket"}
	writesBucket = []string{"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"}

	noDatabase = []string{"integrations/changes-queue"}
	moreGrants = map[string][][]string{
		"etl/facts-load":                   {readsSecret, sends}, // of the replica, and of the analytics store
		"integrations/changes-queue":       {consumes, sends},
		"integrations/syncs-push":          {consumes, readsSecret},
		"integrations/uploads-import":      {consumes, publishes, readsBucket, writesBucket},
		"integrations/webhooks-ats":        {publishes, readsSecret},
		"processing/applications-refresh":  {sends},
		"processing/applications-review":   {consumes},
		"processing/candidates-index":      {consumes},
		"processing/follow-ups-enrol":      {consumes},
		"processing/messages-send":         {sends},
		"processing/transcripts-summarise": {consumes},
		"relay/outbox-relay":               {publishes, publishes, sends, sends}, // of two types; one queue, and its dead letters
		"reporting/reports-record":         {consumes},
		"reporting/reports-refresh":        {sends},
		"web/applications-submit":          {sends},
		"web/interviews-complete":          {publishes},
		"web/transcripts-upload":           {sends},
	}
)

// grantsOf returns the actions that follow from a function's handles.
func grantsOf(name string) []string {
	all := slices.Clone(writesLog)
	if !slices.Contains(noDatabase, name) {
		all = append(all, readsSecret...)
	}
	all = append(all, slices.Concat(moreGrants[name]...)...)
	slices.Sort(all)
	return all
}

func testLeastPrivilege(t *testing.T, d *deployment) {
	for name, f := range d.functions {
		t.Run(name, func(t *testing.T) { testGrants(t, d, name, f) })
	}
	t.Run("ConsumerCannotSend", func(t *testing.T) { testConsumerCannotSend(t, d) })
}

func (d *deployment) iam() *iam.Client { return iam.NewFromConfig(d.aws) }

// testGrants wants that a function's role allows exactly the actions that
// follow from its handler's constructor, on resources that have names.
func testGrants(t *testing.T, d *deployment, name string, f function) {
	role := d.roleOf(t, f)
	attached := must(d.iam().ListAttachedRolePolicies(t.Context(), &iam.ListAttachedRolePoliciesInput{RoleName: &role}))(t)
	if len(attached.AttachedPolicies) > 0 {
		t.Errorf("%s has attached policies: %+v", role, attached.AttachedPolicies)
	}
	var actions []string
	for _, s := range d.statements(t, role) {
		if s.Effect != "Allow" || s.Sid == "JoinNetwork" && d.env.Network != nil {
			continue // EC2 limits what JoinNetwork has to no resource
		}
		actions = append(actions, s.Action...)
		for _, resource := range s.Resource {
			checkResource(t, s, resource, f.LogGroup)
		}
	}
	slices.Sort(actions)
	if diff := cmp.Diff(grantsOf(name), actions); diff != "" {
		t.Errorf("actions of %s (-want +got):\n%s", role, diff)
	}
}

// checkResource allows a wildcard for two things: the streams of the function's
// own log group, and the objects with a prefix in a bucket.
func checkResource(t *testing.T, s statement, resource, logGroup string) {
	t.Helper()
	if before, ok := strings.CutSuffix(resource, ":log-group:"+logGroup+":*"); ok {
		resource = before
	}
	if before, ok := strings.CutSuffix(resource, "/*"); ok && strings.HasPrefix(resource, "arn:aws:s3:::") && strings.Contains(before, "/") {
		resource = before
	}
	if strings.Contains(resource, "*") || !strings.HasPrefix(resource, "arn:") {
		t.Errorf("%s allows %v on %s", s.Sid, s.Action, resource)
	}
}

func (d *deployment) roleOf(t *testing.T, f function) string {
	t.Helper()
	c := must(lambda.NewFromConfig(d.aws).GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: &f.Name}))(t)
	arn := aws.ToString(c.Role)
	return arn[strings.LastIndexByte(arn, '/')+1:]
}

type statement struct {
	Sid, Effect      string
	Action, Resource oneOrMore
}

// oneOrMore is a member of a policy that is a text or a list of texts.
type oneOrMore []string

func (o *oneOrMore) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		*o = oneOrMore{one}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(o))
}

// statements returns those of all inline policies of a role.
func (d *deployment) statements(t *testing.T, role string) (all []statement) {
	t.Helper()
	names := must(d.iam().ListRolePolicies(t.Context(), &iam.ListRolePoliciesInput{RoleName: &role}))(t).PolicyNames
	for _, name := range names {
		p := must(d.iam().GetRolePolicy(t.Context(), &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &name}))(t)
		text := must(url.QueryUnescape(aws.ToString(p.PolicyDocument)))(t)
		var document struct{ Statement []statement }
		if err := json.Unmarshal([]byte(text), &document); err != nil {
			t.Fatalf("%s of %s: %v\n%s", name, role, err, text)
		}
		all = append(all, document.Statement...)
	}
	return all
}

// testConsumerCannotSend takes the role of the function that reads the queue,
// which its trust policy keeps from anybody but Lambda, and finds that it can
// read the queue's attributes but not put a message on it.
func testConsumerCannotSend(t *testing.T, d *deployment) {
	role := d.roleOf(t, d.functions["processing/transcripts-summarise"])
	if _, err := d.assume(t.Context(), t, role); !denied(err) {
		t.Fatalf("whoever asks can take the role %s: %v", role, err)
	}
	t.Cleanup(d.trustAccount(t, role))
	session := eventually(t, trustLimit, "a session of "+role, func(ctx context.Context) (*types.Credentials, error) {
		return d.assume(ctx, t, role)
	})
	client := sqs.NewFromConfig(d.aws, func(o *sqs.Options) {
		o.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: *session.AccessKeyId, SecretAccessKey: *session.SecretAccessKey, SessionToken: *session.SessionToken}, nil
		})
	})
	must(client.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &d.queue.URL}))(t)
	_, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &d.queue.URL, MessageBody: aws.String("{}")})
	if !denied(err) {
		t.Errorf("the consumer of the queue sends to it: %v", err)
	}
}

func (d *deployment) assume(ctx context.Context, t *testing.T, role string) (*types.Credentials, error) {
	t.Helper()
	out, err := sts.NewFromConfig(d.aws).AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: aws.String(d.roleARN(t, role)), RoleSessionName: aws.String("seastack-test"),
	})
	if err != nil {
		return nil, err
	}
	return out.Credentials, nil
}

func (d *deployment) roleARN(t *testing.T, role string) string {
	t.Helper()
	return aws.ToString(must(d.iam().GetRole(t.Context(), &iam.GetRoleInput{RoleName: &role}))(t).Role.Arn)
}

// trustAccount lets the account's own principals take a role, and returns what
// puts the role's trust policy back.
func (d *deployment) trustAccount(t *testing.T, role string) (restore func()) {
	t.Helper()
	got := must(d.iam().GetRole(t.Context(), &iam.GetRoleInput{RoleName: &role}))(t)
	before := must(url.QueryUnescape(aws.ToString(got.Role.AssumeRolePolicyDocument)))(t)
	set := func(document string) error {
		_, err := d.iam().UpdateAssumeRolePolicy(context.WithoutCancel(t.Context()), &iam.UpdateAssumeRolePolicyInput{
			RoleName: &role, PolicyDocument: &document,
		})
		return err
	}
	trust := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":%q}}]}`, d.env.Account)
	if err := set(trust); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := set(before); err != nil {
			t.Error(err)
		}
	}
}

// denied reports whether an error is a refusal for lack of rights.
func denied(err error) bool {
	var e smithy.APIError
	return errors.As(err, &e) && strings.Contains(e.ErrorCode(), "AccessDenied")
}

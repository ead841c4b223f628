package sqs_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

const workARN = "arn:aws:sqs:us-east-1:000000000000:work"

// TestQueuePolicy: a queue's policy lets a role send that no identity policy lets,
// and denies even root, who may still change the policy.
func TestQueuePolicy(t *testing.T) {
	root, ctx := cloudtest.AWSConfig(t, cloudtest.Start(t)), t.Context()
	admin := sqs.NewFromConfig(root)
	queue, err := admin.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("work")})
	if err != nil {
		t.Fatal(err)
	}
	sender := sqs.NewFromConfig(cloudtest.Assume(t, root, "sender", `{"Effect":"Allow","Action":"sqs:ListQueues","Resource":"*"}`))
	set := func(policy string) error {
		_, err := admin.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: queue.QueueUrl, Attributes: map[string]string{"Policy": policy}})
		return err
	}
	send := func(c *sqs.Client) error {
		_, err := c.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: queue.QueueUrl, MessageBody: aws.String("m")})
		return err
	}
	statement := func(effect, principal string) string {
		return `{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__owner_statement","Effect":"` + effect +
			`","Principal":` + principal + `,"Action":"SQS:*","Resource":"` + workARN + `"}]}`
	}
	for _, step := range []struct{ policy, sender, admin string }{
		{"", "because no identity-based policy allows the sqs:SendMessage action", ""},
		{statement("Allow", `{"AWS":"arn:aws:iam::000000000000:root"}`), "because no identity-based policy allows", ""},
		{statement("Allow", `{"AWS":"arn:aws:iam::000000000000:role/sender"}`), "", ""},
		{statement("Deny", `"*"`), "with an explicit deny in a resource-based policy", "with an explicit deny in a resource-based policy"},
		{"", "because no identity-based policy allows", ""},
	} {
		if err := set(step.policy); err != nil {
			t.Fatal(err)
		}
		for c, want := range map[*sqs.Client]string{sender: step.sender, admin: step.admin} {
			err := send(c)
			if want == "" && err != nil {
				t.Errorf("%s: %v", step.policy, err)
			}
			if want != "" {
				wiretest.WantError(t, err, "AccessDenied", want)
			}
		}
	}
	for _, malformed := range []string{`{`, `{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}`,
		`{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}`} {
		wiretest.WantError(t, set(malformed), "InvalidAttributeValue", "Invalid value for the parameter Policy")
	}
}

package secretsmanager_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// TestResourcePolicy: the policy of a secret lets a role read it, and denies that
// even to root, who may still delete the policy.
func TestResourcePolicy(t *testing.T) {
	root, ctx, id := cloudtest.AWSConfig(t, cloudtest.Start(t)), t.Context(), aws.String("s")
	admin := secretsmanager.NewFromConfig(root)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := admin.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: id, SecretString: aws.String("v")})
	must(err)
	reader := secretsmanager.NewFromConfig(cloudtest.Assume(t, root, "reader", `{"Effect":"Allow","Action":"sqs:ListQueues","Resource":"*"}`))
	put := func(policy string) error {
		_, err := admin.PutResourcePolicy(ctx, &secretsmanager.PutResourcePolicyInput{SecretId: id, ResourcePolicy: &policy})
		return err
	}
	read := func(c *secretsmanager.Client) error {
		_, err := c.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: id})
		return err
	}
	wiretest.WantError(t, read(reader), "AccessDeniedException", "because no identity-based policy allows the secretsmanager:GetSecretValue action")
	allow := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:role/reader"},"Action":"secretsmanager:GetSecretValue","Resource":"*"}}`
	must(put(allow))
	got, err := admin.GetResourcePolicy(ctx, &secretsmanager.GetResourcePolicyInput{SecretId: id})
	if must(err); aws.ToString(got.ResourcePolicy) != allow {
		t.Errorf("policy %s", aws.ToString(got.ResourcePolicy))
	}
	must(read(reader))
	must(put(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"secretsmanager:*","Resource":"*"}}`))
	for _, c := range []*secretsmanager.Client{reader, admin} {
		wiretest.WantError(t, read(c), "AccessDeniedException", "with an explicit deny in a resource-based policy")
	}
	_, err = admin.DeleteResourcePolicy(ctx, &secretsmanager.DeleteResourcePolicyInput{SecretId: id})
	must(err)
	must(read(admin))
	for _, malformed := range []string{
		`{`, `{"Statement":[]}`, `{"Statement":{"Effect":"Allow","Action":"secretsmanager:*","Resource":"*"}}`,
		`{"Statement":{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}}`,
	} {
		wiretest.WantError(t, put(malformed), "MalformedPolicyDocumentException", "")
	}
	_, err = admin.PutResourcePolicy(ctx, &secretsmanager.PutResourcePolicyInput{SecretId: id, ResourcePolicy: &allow, BlockPublicPolicy: aws.Bool(true)})
	wiretest.WantError(t, err, "InvalidParameterException", "BlockPublicPolicy is not supported by the local cloud")
}

package secretsmanager_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

type client struct {
	*secretsmanager.Client
	t *testing.T
}

func newClient(t *testing.T) client {
	return client{secretsmanager.NewFromConfig(cloudtest.AWSConfig(t, cloudtest.Start(t))), t}
}

func (c client) check(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// create creates a secret, with a value if it is not empty, and returns its ARN.
func (c client) create(name string, value *string) string {
	c.t.Helper()
	out, err := c.CreateSecret(c.t.Context(), &secretsmanager.CreateSecretInput{Name: &name, SecretString: value})
	c.check(err)
	return *out.ARN
}

func (c client) put(id, value string) string {
	c.t.Helper()
	out, err := c.PutSecretValue(c.t.Context(), &secretsmanager.PutSecretValueInput{SecretId: &id, SecretString: &value})
	c.check(err)
	return *out.VersionId
}

func (c client) get(id, stage string) (string, error) {
	in := &secretsmanager.GetSecretValueInput{SecretId: &id}
	if stage != "" {
		in.VersionStage = &stage
	}
	out, err := c.GetSecretValue(c.t.Context(), in)
	if err != nil {
		return "", err
	}
	return *out.SecretString, nil
}

func (c client) wantValue(id, stage, want string) {
	c.t.Helper()
	if got, err := c.get(id, stage); err != nil || got != want {
		c.t.Errorf("%s (%s) is %q, %v; want %q", id, stage, got, err, want)
	}
}

func TestSecretIsFoundByNameAndARN(t *testing.T) {
	c := newClient(t)
	arn := c.create("app/db-secret", aws.String("v"))
	for _, id := range []string{"app/db-secret", arn, arn[:len(arn)-7]} {
		c.wantValue(id, "", "v")
	}
	_, err := c.get(arn[:len(arn)-6]+"zzzzzz", "")
	wiretest.WantError(t, err, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
}

func TestStagesMove(t *testing.T) {
	c := newClient(t)
	c.create("s", aws.String("one"))
	c.put("s", "two")
	c.wantValue("s", "", "two")
	c.wantValue("s", "AWSPREVIOUS", "one")
	third := c.put("s", "three")
	c.wantValue("s", "AWSPREVIOUS", "two")
	d, err := c.DescribeSecret(t.Context(), &secretsmanager.DescribeSecretInput{SecretId: aws.String("s")})
	c.check(err)
	if len(d.VersionIdsToStages) != 2 || !slices.Equal(d.VersionIdsToStages[third], []string{"AWSCURRENT"}) {
		t.Errorf("stages %v", d.VersionIdsToStages)
	}
	for deprecated, want := range map[bool]int{false: 2, true: 3} {
		list, err := c.ListSecretVersionIds(t.Context(), &secretsmanager.ListSecretVersionIdsInput{
			SecretId: aws.String("s"), IncludeDeprecated: &deprecated})
		c.check(err)
		if len(list.Versions) != want {
			t.Errorf("%d versions (deprecated too: %v), want %d", len(list.Versions), deprecated, want)
		}
	}
}

func TestStageOfOnesOwn(t *testing.T) {
	c := newClient(t)
	c.create("s", aws.String("one"))
	out, err := c.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{
		SecretId: aws.String("s"), SecretString: aws.String("next"), VersionStages: []string{"AWSPENDING"}})
	c.check(err)
	c.wantValue("s", "", "one")
	c.wantValue("s", "AWSPENDING", "next")
	move := &secretsmanager.UpdateSecretVersionStageInput{
		SecretId: aws.String("s"), VersionStage: aws.String("AWSCURRENT"), MoveToVersionId: out.VersionId}
	_, err = c.UpdateSecretVersionStage(t.Context(), move)
	wiretest.WantError(t, err, "InvalidParameterException", "")
	now, err := c.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String("s")})
	c.check(err)
	move.RemoveFromVersionId = now.VersionId
	_, err = c.UpdateSecretVersionStage(t.Context(), move)
	c.check(err)
	c.wantValue("s", "", "next")
	c.wantValue("s", "AWSPREVIOUS", "one")
}

func TestTokenMakesPutIdempotent(t *testing.T) {
	c := newClient(t)
	c.create("s", nil)
	token := strings.Repeat("t", 32)
	put := func(value string) error {
		_, err := c.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{
			SecretId: aws.String("s"), SecretString: &value, ClientRequestToken: &token})
		return err
	}
	c.check(put("v"))
	c.check(put("v"))
	wiretest.WantError(t, put("w"), "ResourceExistsException", "")
}

func TestEmptySecretHasNoValue(t *testing.T) {
	c := newClient(t)
	c.create("s", nil)
	_, err := c.get("s", "")
	wiretest.WantError(t, err, "ResourceNotFoundException", "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT")
}

func TestBinarySecret(t *testing.T) {
	c := newClient(t)
	_, err := c.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: aws.String("s"), SecretBinary: []byte{0, 255}})
	c.check(err)
	out, err := c.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String("s")})
	c.check(err)
	if d := cmp.Diff([]byte{0, 255}, out.SecretBinary); d != "" || out.SecretString != nil {
		t.Errorf("value %v, %v", out.SecretBinary, out.SecretString)
	}
}

func TestDeleteAndRestore(t *testing.T) {
	c, ctx, id := newClient(t), t.Context(), aws.String("s")
	arn := c.create("s", aws.String("v"))
	_, err := c.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{SecretId: id, RecoveryWindowInDays: aws.Int64(7)})
	c.check(err)
	_, err = c.get("s", "")
	wiretest.WantError(t, err, "InvalidRequestException", "marked for deletion")
	_, err = c.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: id})
	wiretest.WantError(t, err, "InvalidRequestException", "already scheduled for deletion")
	d, err := c.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: id})
	c.check(err)
	if d.DeletedDate == nil {
		t.Error("the secret has no date of its deletion")
	}
	_, err = c.RestoreSecret(ctx, &secretsmanager.RestoreSecretInput{SecretId: id})
	c.check(err)
	c.wantValue("s", "", "v")
	for range 2 { // the second finds nothing, which is no error
		_, err = c.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{SecretId: id, ForceDeleteWithoutRecovery: aws.Bool(true)})
		c.check(err)
	}
	if again := c.create("s", nil); again == arn {
		t.Errorf("the new secret has the old one's ARN %s", arn)
	}
}

func TestDeleteRefusesOtherWindows(t *testing.T) {
	c := newClient(t)
	c.create("s", nil)
	for _, in := range []*secretsmanager.DeleteSecretInput{
		{RecoveryWindowInDays: aws.Int64(6)}, {RecoveryWindowInDays: aws.Int64(31)},
		{RecoveryWindowInDays: aws.Int64(7), ForceDeleteWithoutRecovery: aws.Bool(true)},
	} {
		in.SecretId = aws.String("s")
		_, err := c.DeleteSecret(t.Context(), in)
		wiretest.WantError(t, err, "InvalidParameterException", "RecoveryWindowInDays")
	}
}

func TestUpdate(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	c.create("s", aws.String("v"))
	_, err := c.UpdateSecret(ctx, &secretsmanager.UpdateSecretInput{
		SecretId: aws.String("s"), Description: aws.String("d"), SecretString: aws.String("w")})
	c.check(err)
	c.wantValue("s", "", "w")
	_, err = c.TagResource(ctx, &secretsmanager.TagResourceInput{SecretId: aws.String("s"),
		Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("1")}, {Key: aws.String("b"), Value: aws.String("2")}}})
	c.check(err)
	_, err = c.UntagResource(ctx, &secretsmanager.UntagResourceInput{SecretId: aws.String("s"), TagKeys: []string{"a"}})
	c.check(err)
	d, err := c.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: aws.String("s")})
	c.check(err)
	if *d.Description != "d" || len(d.Tags) != 1 || *d.Tags[0].Key != "b" {
		t.Errorf("secret %+v", d)
	}
	p, err := c.GetResourcePolicy(ctx, &secretsmanager.GetResourcePolicyInput{SecretId: aws.String("s")})
	c.check(err)
	if p.ResourcePolicy != nil {
		t.Errorf("policy %s", *p.ResourcePolicy)
	}
}

func TestList(t *testing.T) {
	c := newClient(t)
	for _, name := range []string{"web/a", "web/b", "other"} {
		c.create(name, nil)
	}
	list := func(key types.FilterNameStringType, value string) (names []string) {
		out, err := c.ListSecrets(t.Context(), &secretsmanager.ListSecretsInput{
			SortOrder: types.SortOrderTypeAsc, Filters: []types.Filter{{Key: key, Values: []string{value}}}})
		c.check(err)
		for _, s := range out.SecretList {
			names = append(names, *s.Name)
		}
		return names
	}
	if d := cmp.Diff([]string{"web/a", "web/b"}, list("name", "web/")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"other"}, list("name", "!web/")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestCreateRefuses(t *testing.T) {
	c := newClient(t)
	c.create("taken", nil)
	long := strings.Repeat("a", 65537)
	for _, tc := range []struct {
		in   secretsmanager.CreateSecretInput
		code string
	}{
		{secretsmanager.CreateSecretInput{Name: aws.String("taken")}, "ResourceExistsException"},
		{secretsmanager.CreateSecretInput{Name: aws.String("a b")}, "ValidationException"},
		{secretsmanager.CreateSecretInput{Name: aws.String("s"), SecretString: &long}, "InvalidParameterException"},
		{secretsmanager.CreateSecretInput{Name: aws.String("s"), ClientRequestToken: aws.String("short")}, "InvalidParameterException"},
		{secretsmanager.CreateSecretInput{Name: aws.String("s"), SecretString: aws.String("a"), SecretBinary: []byte("b")}, "InvalidParameterException"},
	} {
		_, err := c.CreateSecret(t.Context(), &tc.in)
		wiretest.WantError(t, err, tc.code, "")
	}
}

func TestCLI(t *testing.T) {
	cloud := cloudtest.Start(t)
	cloudtest.CLI(t, cloud, "secretsmanager", "create-secret", "--name", "s", "--secret-string", "hush")
	if out := cloudtest.CLI(t, cloud, "secretsmanager", "get-secret-value", "--secret-id", "s", "--query", "SecretString"); strings.TrimSpace(out) != `"hush"` {
		t.Errorf("get-secret-value: %s", out)
	}
}

package iam_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

func createPolicy(t *testing.T, c *iam.Client, name string) string {
	t.Helper()
	out := must[*iam.CreatePolicyOutput](t)(c.CreatePolicy(t.Context(), &iam.CreatePolicyInput{
		PolicyName: &name, PolicyDocument: aws.String(allowLogs),
		Tags: []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}},
	}))
	return *out.Policy.Arn
}

func TestManagedPolicyLifecycle(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	arn := createPolicy(t, c, "logs")
	_, err := c.CreatePolicy(ctx, &iam.CreatePolicyInput{
		PolicyName: aws.String("Logs"), Path: aws.String("/x/"), PolicyDocument: aws.String(allowLogs)})
	wiretest.WantStatus(t, err, "EntityAlreadyExists", 409, "")
	got := must[*iam.GetPolicyOutput](t)(c.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &arn})).Policy
	if *got.DefaultVersionId != "v1" || *got.AttachmentCount != 0 || len(got.Tags) != 1 || !got.IsAttachable {
		t.Errorf("policy %+v", got)
	}
	must[*iam.DeletePolicyOutput](t)(c.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: &arn}))
	_, err = c.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &arn})
	wiretest.WantStatus(t, err, "NoSuchEntity", 404, "")
}

func TestPolicyVersions(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	arn := createPolicy(t, c, "p")
	create := func(asDefault bool) error {
		_, err := c.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{
			PolicyArn: &arn, PolicyDocument: aws.String(strings.Replace(allowLogs, "logs:*", "sqs:*", 1)), SetAsDefault: asDefault})
		return err
	}
	for i := range 4 {
		if err := create(i == 3); err != nil {
			t.Fatal(err)
		}
	}
	wiretest.WantStatus(t, create(true), "LimitExceeded", 409, "")
	list := must[*iam.ListPolicyVersionsOutput](t)(c.ListPolicyVersions(ctx, &iam.ListPolicyVersionsInput{PolicyArn: &arn}))
	var ids []string
	for _, v := range list.Versions {
		ids = append(ids, *v.VersionId)
	}
	if d := cmp.Diff([]string{"v5", "v4", "v3", "v2", "v1"}, ids); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	_, err := c.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: &arn, VersionId: aws.String("v5")})
	wiretest.WantStatus(t, err, "DeleteConflict", 409, "")
	_, err = c.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: &arn})
	wiretest.WantStatus(t, err, "DeleteConflict", 409, "")
	must[*iam.SetDefaultPolicyVersionOutput](t)(c.SetDefaultPolicyVersion(ctx,
		&iam.SetDefaultPolicyVersionInput{PolicyArn: &arn, VersionId: aws.String("v1")}))
	must[*iam.DeletePolicyVersionOutput](t)(c.DeletePolicyVersion(ctx,
		&iam.DeletePolicyVersionInput{PolicyArn: &arn, VersionId: aws.String("v5")}))
	got := must[*iam.GetPolicyVersionOutput](t)(c.GetPolicyVersion(ctx,
		&iam.GetPolicyVersionInput{PolicyArn: &arn, VersionId: aws.String("v1")})).PolicyVersion
	if document, _ := url.QueryUnescape(*got.Document); document != allowLogs || !got.IsDefaultVersion {
		t.Errorf("version %+v", got)
	}
	_, err = c.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: &arn, VersionId: aws.String("v9")})
	wiretest.WantStatus(t, err, "NoSuchEntity", 404, "")
}

func TestAttachments(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	createRole(t, c, "r")
	arn := createPolicy(t, c, "p")
	for _, policy := range []string{arn, basicARN, arn} {
		must[*iam.AttachRolePolicyOutput](t)(c.AttachRolePolicy(ctx,
			&iam.AttachRolePolicyInput{RoleName: aws.String("r"), PolicyArn: &policy}))
	}
	_, err := c.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{
		RoleName: aws.String("r"), PolicyArn: aws.String("arn:aws:iam::aws:policy/Nonsense")})
	wiretest.WantStatus(t, err, "NoSuchEntity", 404, "")
	attached := must[*iam.ListAttachedRolePoliciesOutput](t)(c.ListAttachedRolePolicies(ctx,
		&iam.ListAttachedRolePoliciesInput{RoleName: aws.String("r")})).AttachedPolicies
	if len(attached) != 2 || *attached[1].PolicyName != "AWSLambdaBasicExecutionRole" {
		t.Errorf("attached %+v", attached)
	}
	entities := must[*iam.ListEntitiesForPolicyOutput](t)(c.ListEntitiesForPolicy(ctx, &iam.ListEntitiesForPolicyInput{PolicyArn: &arn}))
	if len(entities.PolicyRoles) != 1 || *entities.PolicyRoles[0].RoleName != "r" {
		t.Errorf("entities %+v", entities.PolicyRoles)
	}
	_, err = c.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: &arn})
	wiretest.WantStatus(t, err, "DeleteConflict", 409, "")
	_, err = c.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: aws.String("r")})
	wiretest.WantStatus(t, err, "DeleteConflict", 409, "")
	detach := &iam.DetachRolePolicyInput{RoleName: aws.String("r"), PolicyArn: &arn}
	must[*iam.DetachRolePolicyOutput](t)(c.DetachRolePolicy(ctx, detach))
	_, err = c.DetachRolePolicy(ctx, detach)
	wiretest.WantStatus(t, err, "NoSuchEntity", 404, "")
}

func TestAttachmentQuota(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	createRole(t, c, "r")
	for i := range 11 {
		arn := createPolicy(t, c, "p"+string(rune('a'+i)))
		_, err := c.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: aws.String("r"), PolicyArn: &arn})
		if i < 10 && err != nil {
			t.Fatal(err)
		}
		if i == 10 {
			wiretest.WantStatus(t, err, "LimitExceeded", 409, "")
		}
	}
}

func TestAWSManagedPolicyIsReadable(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	got := must[*iam.GetPolicyVersionOutput](t)(c.GetPolicyVersion(ctx,
		&iam.GetPolicyVersionInput{PolicyArn: aws.String(basicARN), VersionId: aws.String("v1")}))
	if document, _ := url.QueryUnescape(*got.PolicyVersion.Document); !strings.Contains(document, "logs:PutLogEvents") {
		t.Errorf("document %q", document)
	}
	_, err := c.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: aws.String(basicARN)})
	wiretest.WantStatus(t, err, "NoSuchEntity", 404, "")
	local := must[*iam.ListPoliciesOutput](t)(c.ListPolicies(ctx, &iam.ListPoliciesInput{Scope: types.PolicyScopeTypeLocal}))
	if len(local.Policies) != 0 {
		t.Errorf("an account without policies lists %d", len(local.Policies))
	}
}

func TestCLIReadsRoles(t *testing.T) {
	cloud := cloudtest.Start(t)
	cloudtest.CLI(t, cloud, "iam", "create-role", "--role-name", "r", "--assume-role-policy-document", lambdaTrust)
	out := cloudtest.CLI(t, cloud, "iam", "get-role", "--role-name", "r", "--query", "Role.AssumeRolePolicyDocument.Statement[0].Principal.Service")
	if strings.TrimSpace(out) != `"lambda.amazonaws.com"` {
		t.Errorf("get-role: %s", out)
	}
	if out, err := cloudtest.RunCLI(t, cloud, "iam", "get-role", "--role-name", "none"); err == nil || !strings.Contains(out, "(NoSuchEntity)") {
		t.Errorf("get-role of none: %v\n%s", err, out)
	}
}

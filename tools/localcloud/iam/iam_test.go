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

const (
	lambdaTrust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
		`"Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	accountTrust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
		`"Principal":{"AWS":"arn:aws:iam::000000000000:root"},"Action":"sts:AssumeRole"}]}`
	allowLogs = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:*","Resource":"*"}]}`
	basicARN  = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
)

func newClient(t *testing.T) *iam.Client {
	return iam.NewFromConfig(cloudtest.AWSConfig(t, cloudtest.Start(t)))
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func createRole(t *testing.T, c *iam.Client, name string) *types.Role {
	t.Helper()
	out := must[*iam.CreateRoleOutput](t)(c.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: &name, AssumeRolePolicyDocument: aws.String(lambdaTrust),
	}))
	return out.Role
}

func TestRoleLifecycle(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	created := must[*iam.CreateRoleOutput](t)(c.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: aws.String("web"), Path: aws.String("/app/"), AssumeRolePolicyDocument: aws.String(lambdaTrust),
		Description: aws.String("runs web"), MaxSessionDuration: aws.Int32(7200),
		Tags: []types.Tag{{Key: aws.String("stack"), Value: aws.String("web")}, {Key: aws.String("env"), Value: aws.String("")}},
	})).Role
	if got := *created.Arn; got != "arn:aws:iam::000000000000:role/app/web" {
		t.Errorf("arn %s", got)
	}
	got := must[*iam.GetRoleOutput](t)(c.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("web")})).Role
	if document, err := url.QueryUnescape(*got.AssumeRolePolicyDocument); err != nil || document != lambdaTrust {
		t.Errorf("trust policy %q, %v", document, err)
	}
	if *got.MaxSessionDuration != 7200 || *got.Description != "runs web" || !strings.HasPrefix(*got.RoleId, "AROA") {
		t.Errorf("role %+v", got)
	}
	if len(got.Tags) != 2 || *got.Tags[0].Key != "env" || *got.Tags[0].Value != "" {
		t.Errorf("tags %+v", got.Tags)
	}
	must[*iam.UpdateRoleOutput](t)(c.UpdateRole(ctx, &iam.UpdateRoleInput{
		RoleName: aws.String("web"), Description: aws.String("new"), MaxSessionDuration: aws.Int32(3600)}))
	must[*iam.UpdateAssumeRolePolicyOutput](t)(c.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{
		RoleName: aws.String("web"), PolicyDocument: aws.String(accountTrust)}))
	must[*iam.DeleteRoleOutput](t)(c.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: aws.String("web")}))
	_, err := c.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("web")})
	wiretest.WantStatus(t, err, "NoSuchEntity", 404, "")
}

func TestRoleErrors(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	createRole(t, c, "taken")
	missingPrincipal := strings.Replace(lambdaTrust, `"Service":"lambda.amazonaws.com"`,
		`"AWS":"arn:aws:iam::000000000000:role/nobody"`, 1)
	for _, tc := range []struct {
		name, role, trust, code string
		status                  int
		change                  func(*iam.CreateRoleInput)
	}{
		{"taken, in another case", "TAKEN", lambdaTrust, "EntityAlreadyExists", 409, nil},
		{"no JSON", "r", "{", "MalformedPolicyDocument", 400, nil},
		{"identity policy as trust policy", "r", allowLogs, "MalformedPolicyDocument", 400, nil},
		{"principal that is not", "r", missingPrincipal, "MalformedPolicyDocument", 400, nil},
		{"name too long", strings.Repeat("a", 65), lambdaTrust, "ValidationError", 400, nil},
		{"name with a space", "a b", lambdaTrust, "ValidationError", 400, nil},
		{"path without slashes", "r", lambdaTrust, "ValidationError", 400,
			func(in *iam.CreateRoleInput) { in.Path = aws.String("app") }},
		{"session too long", "r", lambdaTrust, "ValidationError", 400,
			func(in *iam.CreateRoleInput) { in.MaxSessionDuration = aws.Int32(50000) }},
		{"trust policy too long", "r", strings.Replace(lambdaTrust, "Allow", "Allow\",\"Sid\":\""+strings.Repeat("a", 2048), 1),
			"LimitExceeded", 409, nil},
		{"boundary that is not", "r", lambdaTrust, "NoSuchEntity", 404, func(in *iam.CreateRoleInput) {
			in.PermissionsBoundary = aws.String("arn:aws:iam::000000000000:policy/none")
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := &iam.CreateRoleInput{RoleName: &tc.role, AssumeRolePolicyDocument: &tc.trust}
			if tc.change != nil {
				tc.change(in)
			}
			_, err := c.CreateRole(ctx, in)
			wiretest.WantStatus(t, err, tc.code, tc.status, "")
		})
	}
}

func TestRoleTags(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	createRole(t, c, "r")
	must[*iam.TagRoleOutput](t)(c.TagRole(ctx, &iam.TagRoleInput{RoleName: aws.String("r"), Tags: []types.Tag{
		{Key: aws.String("a"), Value: aws.String("1")}, {Key: aws.String("b"), Value: aws.String("2")},
	}}))
	must[*iam.TagRoleOutput](t)(c.TagRole(ctx, &iam.TagRoleInput{RoleName: aws.String("r"), Tags: []types.Tag{
		{Key: aws.String("b"), Value: aws.String("3")},
	}}))
	must[*iam.UntagRoleOutput](t)(c.UntagRole(ctx, &iam.UntagRoleInput{RoleName: aws.String("r"), TagKeys: []string{"a"}}))
	tags := must[*iam.ListRoleTagsOutput](t)(c.ListRoleTags(ctx, &iam.ListRoleTagsInput{RoleName: aws.String("r")})).Tags
	if len(tags) != 1 || *tags[0].Key != "b" || *tags[0].Value != "3" {
		t.Errorf("tags %+v", tags)
	}
}

func TestTagKeysAreTheSameInAnyCase(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	createRole(t, c, "r")
	for _, key := range []string{"team", "Team"} {
		must[*iam.TagRoleOutput](t)(c.TagRole(ctx, &iam.TagRoleInput{
			RoleName: aws.String("r"), Tags: []types.Tag{{Key: &key, Value: aws.String("of " + key)}}}))
	}
	tags := must[*iam.ListRoleTagsOutput](t)(c.ListRoleTags(ctx, &iam.ListRoleTagsInput{RoleName: aws.String("r")})).Tags
	if len(tags) != 1 || *tags[0].Key != "Team" || *tags[0].Value != "of Team" {
		t.Errorf("tags %+v", tags)
	}
}

func TestListRolesPages(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	for _, name := range []string{"c", "a", "b"} {
		createRole(t, c, name)
	}
	var names []string
	pages := iam.NewListRolesPaginator(c, &iam.ListRolesInput{MaxItems: aws.Int32(2)})
	for pages.HasMorePages() {
		page := must[*iam.ListRolesOutput](t)(pages.NextPage(ctx))
		for _, r := range page.Roles {
			names = append(names, *r.RoleName)
		}
	}
	if d := cmp.Diff([]string{"a", "b", "c"}, names); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestInlinePolicies(t *testing.T) {
	c, ctx := newClient(t), t.Context()
	createRole(t, c, "r")
	put := func(name, document string) error {
		_, err := c.PutRolePolicy(ctx, &iam.PutRolePolicyInput{
			RoleName: aws.String("r"), PolicyName: &name, PolicyDocument: &document})
		return err
	}
	if err := put("logs", allowLogs); err != nil {
		t.Fatal(err)
	}
	wiretest.WantStatus(t, put("bad", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:*"}]}`),
		"MalformedPolicyDocument", 400, "")
	long := strings.Replace(allowLogs, `"*"`, `"arn:aws:logs:us-east-1:000000000000:`+strings.Repeat("a", 10240)+`"`, 1)
	wiretest.WantStatus(t, put("long", long), "LimitExceeded", 409, "")
	got := must[*iam.GetRolePolicyOutput](t)(c.GetRolePolicy(ctx, &iam.GetRolePolicyInput{
		RoleName: aws.String("r"), PolicyName: aws.String("logs")}))
	if document, _ := url.QueryUnescape(*got.PolicyDocument); document != allowLogs {
		t.Errorf("document %q", document)
	}
	_, err := c.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: aws.String("r")})
	wiretest.WantStatus(t, err, "DeleteConflict", 409, "")
	remove := &iam.DeleteRolePolicyInput{RoleName: aws.String("r"), PolicyName: aws.String("logs")}
	must[*iam.DeleteRolePolicyOutput](t)(c.DeleteRolePolicy(ctx, remove))
	_, err = c.DeleteRolePolicy(ctx, remove)
	wiretest.WantStatus(t, err, "NoSuchEntity", 404, "")
	names := must[*iam.ListRolePoliciesOutput](t)(c.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: aws.String("r")}))
	if len(names.PolicyNames) != 0 {
		t.Errorf("policies %q", names.PolicyNames)
	}
}

func TestTagsTakeIAMsCharacters(t *testing.T) {
	c := newClient(t)
	createRole(t, c, "tagged")
	tag := func(value string) error {
		_, err := c.TagRole(t.Context(), &iam.TagRoleInput{RoleName: aws.String("tagged"), Tags: []types.Tag{{Key: aws.String("owner"), Value: &value}}})
		return err
	}
	if err := tag("R+D / platform_1"); err != nil {
		t.Error(err)
	}
	if err := tag("R&D, platform"); err == nil || !strings.Contains(err.Error(), "ValidationError") {
		t.Errorf("a tag that AWS refuses: %v", err)
	}
}

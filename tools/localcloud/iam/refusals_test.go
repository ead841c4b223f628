package iam_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/seastack/seastack/tools/localcloud/iam/policy"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// TestEveryManagedPolicyCanBeAttached attaches each of AWS's policies to a role,
// reads its document back and parses it.
func TestEveryManagedPolicyCanBeAttached(t *testing.T) {
	client := newClient(t)
	role := aws.String("r")
	createRole(t, client, *role)
	found := map[string]bool{}
	pages := iam.NewListPoliciesPaginator(client, &iam.ListPoliciesInput{Scope: types.PolicyScopeTypeAws, MaxItems: aws.Int32(7)})
	for pages.HasMorePages() {
		out, err := pages.NextPage(t.Context())
		check(t, err)
		for _, p := range out.Policies {
			found[*p.Arn] = true
			_, err := client.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: role, PolicyArn: p.Arn})
			check(t, err)
			_, err = client.DetachRolePolicy(t.Context(), &iam.DetachRolePolicyInput{RoleName: role, PolicyArn: p.Arn})
			check(t, err)
			v, err := client.GetPolicyVersion(t.Context(), &iam.GetPolicyVersionInput{PolicyArn: p.Arn, VersionId: p.DefaultVersionId})
			check(t, err)
			document, err := url.QueryUnescape(*v.PolicyVersion.Document)
			check(t, err)
			if _, err := policy.Identity(document); err != nil {
				t.Errorf("%s: %v", *p.Arn, err)
			}
		}
	}
	for _, name := range []string{
		"AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess", "AmazonSQSFullAccess", "AmazonSQSReadOnlyAccess",
		"AWSLambda_FullAccess", "AWSLambda_ReadOnlyAccess", "service-role/AWSLambdaBasicExecutionRole",
		"service-role/AWSLambdaSQSQueueExecutionRole", "service-role/AWSLambdaVPCAccessExecutionRole",
		"SecretsManagerReadWrite", "AmazonSSMReadOnlyAccess", "AmazonSSMFullAccess", "CloudWatchLogsFullAccess",
		"CloudWatchLogsReadOnlyAccess", "AmazonEventBridgeSchedulerFullAccess", "AmazonAPIGatewayAdministrator",
	} {
		if !found["arn:aws:iam::aws:policy/"+name] {
			t.Errorf("there is no %s", name)
		}
	}
	_, err := client.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{
		RoleName: role, PolicyArn: aws.String("arn:aws:iam::aws:policy/AmazonRDSFullAccess")})
	wiretest.WantStatus(t, err, "NoSuchEntity", 404, "AmazonRDSFullAccess")
	wiretest.WantError(t, err, "NoSuchEntity", "tools/localcloud/iam/managed")
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestRequestsThatIAMRefuses sends a request of each kind with a value out of
// bounds.
func TestRequestsThatIAMRefuses(t *testing.T) {
	ctx := t.Context()
	client := newClient(t)
	createRole(t, client, "r")
	tag := func(keys ...string) (all []types.Tag) {
		for _, key := range keys {
			all = append(all, types.Tag{Key: &key, Value: aws.String("v")})
		}
		return all
	}
	tagRole := func(tags []types.Tag) error {
		_, err := client.TagRole(ctx, &iam.TagRoleInput{RoleName: aws.String("r"), Tags: tags})
		return err
	}
	list := func(in iam.ListRolesInput) error { _, err := client.ListRoles(ctx, &in); return err }
	for name, tc := range map[string]struct {
		err        error
		code, text string
	}{
		"aws: tag":           {tagRole(tag("aws:x")), "ValidationError", "reserved"},
		"AWS: tag":           {tagRole(tag("AWS:x")), "ValidationError", "reserved"},
		"tag's characters":   {tagRole(tag("a&b")), "ValidationError", "regular expression"},
		"tag twice":          {tagRole(tag("x", "X")), "InvalidInput", "Duplicate"},
		"MaxItems of 0":      {list(iam.ListRolesInput{MaxItems: aws.Int32(0)}), "ValidationError", "between 1 and 1000"},
		"MaxItems of 1001":   {list(iam.ListRolesInput{MaxItems: aws.Int32(1001)}), "ValidationError", "between 1 and 1000"},
		"unknown Marker":     {list(iam.ListRolesInput{Marker: aws.String("x")}), "ValidationError", "Marker"},
		"PathPrefix":         {list(iam.ListRolesInput{PathPrefix: aws.String("x")}), "ValidationError", "pathPrefix"},
		"untag":              {untag(t, client, "aws:x"), "ValidationError", "reserved"},
		"policy's scope":     {listPolicies(t, client, iam.ListPoliciesInput{Scope: "Mine"}), "ValidationError", "enum value set"},
		"policy's usage":     {listPolicies(t, client, iam.ListPoliciesInput{PolicyUsageFilter: "Any"}), "ValidationError", "enum value set"},
		"repeated member":    {inline(t, client, `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Effect":"Allow"}]}`), "MalformedPolicyDocument", "occurs twice"},
		"repeated condition": {inline(t, client, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"a:b":"true","a:b":"false"}}}]}`), "MalformedPolicyDocument", "occurs twice"},
	} {
		t.Run(name, func(t *testing.T) {
			wiretest.WantError(t, tc.err, tc.code, "")
			if tc.err != nil && !strings.Contains(tc.err.Error(), tc.text) {
				t.Errorf("%v, want %s", tc.err, tc.text)
			}
		})
	}
	check(t, list(iam.ListRolesInput{MaxItems: aws.Int32(1000), PathPrefix: aws.String("/")}))
}

func untag(t *testing.T, client *iam.Client, key string) error {
	_, err := client.UntagRole(t.Context(), &iam.UntagRoleInput{RoleName: aws.String("r"), TagKeys: []string{key}})
	return err
}

func listPolicies(t *testing.T, client *iam.Client, in iam.ListPoliciesInput) error {
	_, err := client.ListPolicies(t.Context(), &in)
	return err
}

func inline(t *testing.T, client *iam.Client, document string) error {
	_, err := client.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
		RoleName: aws.String("r"), PolicyName: aws.String("p"), PolicyDocument: &document})
	return err
}

// TestListsByUsage lists policies and roles by how a policy is used.
func TestListsByUsage(t *testing.T) {
	ctx := t.Context()
	client := newClient(t)
	createRole(t, client, "attached")
	createRole(t, client, "bounded")
	arn := aws.String("arn:aws:iam::aws:policy/PowerUserAccess")
	_, err := client.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: aws.String("attached"), PolicyArn: arn})
	check(t, err)
	_, err = client.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: aws.String("bounded"),
		PermissionsBoundary: aws.String("arn:aws:iam::aws:policy/ReadOnlyAccess")})
	check(t, err)
	for usage, want := range map[types.PolicyUsageType]string{
		types.PolicyUsageTypePermissionsPolicy: "PowerUserAccess", types.PolicyUsageTypePermissionsBoundary: "ReadOnlyAccess",
	} {
		out, err := client.ListPolicies(ctx, &iam.ListPoliciesInput{PolicyUsageFilter: usage})
		check(t, err)
		if len(out.Policies) != 1 || *out.Policies[0].PolicyName != want {
			t.Errorf("%s: %d policies, want %s", usage, len(out.Policies), want)
		}
	}
	roles, err := client.ListEntitiesForPolicy(ctx, &iam.ListEntitiesForPolicyInput{PolicyArn: aws.String("arn:aws:iam::aws:policy/ReadOnlyAccess")})
	check(t, err)
	if len(roles.PolicyRoles) != 1 || *roles.PolicyRoles[0].RoleName != "bounded" {
		t.Errorf("roles %+v", roles.PolicyRoles)
	}
}

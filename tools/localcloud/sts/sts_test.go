package sts_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

const accountTrust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
	`"Principal":{"AWS":"000000000000"},"Action":"sts:AssumeRole"}]}`

// account is a cloud's account with one role, "web", and clients of it.
type account struct {
	t    *testing.T
	root aws.Config
	iam  *iam.Client
}

func newAccount(t *testing.T, trust string) account {
	t.Helper()
	root := cloudtest.AWSConfig(t, cloudtest.Start(t))
	a := account{t, root, iam.NewFromConfig(root)}
	_, err := a.iam.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: aws.String("web"), AssumeRolePolicyDocument: &trust})
	a.check(err)
	return a
}

func (a account) check(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

// allow adds an inline policy of one statement to the role.
func (a account) allow(name, statement string) {
	a.t.Helper()
	_, err := a.iam.PutRolePolicy(a.t.Context(), &iam.PutRolePolicyInput{
		RoleName: aws.String("web"), PolicyName: &name,
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[` + statement + `]}`)})
	a.check(err)
}

func (a account) assume(config aws.Config) (*types.Credentials, error) {
	out, err := sts.NewFromConfig(config).AssumeRole(a.t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::000000000000:role/web"), RoleSessionName: aws.String("alice")})
	if err != nil {
		return nil, err
	}
	return out.Credentials, nil
}

// session returns the configuration of a session of the role.
func (a account) session() aws.Config {
	a.t.Helper()
	c, err := a.assume(a.root)
	a.check(err)
	return as(a.root, c)
}

func as(config aws.Config, c *types.Credentials) aws.Config {
	config.Credentials = credentials.NewStaticCredentialsProvider(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
	return config
}

func identity(t *testing.T, config aws.Config) (*sts.GetCallerIdentityOutput, error) {
	return sts.NewFromConfig(config).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
}

func TestCallerIdentity(t *testing.T) {
	a := newAccount(t, accountTrust)
	root, err := identity(t, a.root)
	a.check(err)
	if *root.Arn != "arn:aws:iam::000000000000:root" || *root.Account != "000000000000" {
		t.Errorf("root is %s of %s", *root.Arn, *root.Account)
	}
	session, err := identity(t, a.session())
	a.check(err)
	if *session.Arn != "arn:aws:sts::000000000000:assumed-role/web/alice" || !strings.HasSuffix(*session.UserId, ":alice") {
		t.Errorf("session is %s (%s)", *session.Arn, *session.UserId)
	}
}

func TestAssumeRoleAsksTheTrustPolicy(t *testing.T) {
	a := newAccount(t, strings.Replace(accountTrust, `"AWS":"000000000000"`, `"Service":"lambda.amazonaws.com"`, 1))
	_, err := a.assume(a.root)
	wiretest.WantStatus(t, err, "AccessDenied", 403, "is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::000000000000:role/web")
}

func TestAssumeRoleChecksItsInput(t *testing.T) {
	a := newAccount(t, accountTrust)
	c := sts.NewFromConfig(a.root)
	for _, tc := range []struct {
		name, session string
		seconds       int32
	}{{"session's name", "a b", 900}, {"too short", "alice", 899}, {"longer than the role allows", "alice", 3601}} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := c.AssumeRole(t.Context(), &sts.AssumeRoleInput{
				RoleArn: aws.String("arn:aws:iam::000000000000:role/web"), RoleSessionName: &tc.session, DurationSeconds: &tc.seconds})
			wiretest.WantStatus(t, err, "ValidationError", 400, "")
		})
	}
}

func TestSessionMayDoWhatItsPoliciesAllow(t *testing.T) {
	a := newAccount(t, accountTrust)
	session := ssm.NewFromConfig(a.session())
	put := func(name string) error {
		_, err := session.PutParameter(t.Context(), &ssm.PutParameterInput{
			Name: &name, Value: aws.String("v"), Type: ssmtypes.ParameterTypeString, Overwrite: aws.Bool(true)})
		return err
	}
	wiretest.WantStatus(t, put("/web/a"), "AccessDeniedException", 400, "User: arn:aws:sts::000000000000:assumed-role/web/alice "+
		"is not authorized to perform: ssm:PutParameter on resource: arn:aws:ssm:us-east-1:000000000000:parameter/web/a "+
		"because no identity-based policy allows the ssm:PutParameter action")
	a.allow("write", `{"Effect":"Allow","Action":"ssm:PutParameter","Resource":"arn:aws:ssm:*:*:parameter/web/*"}`)
	a.check(put("/web/a"))
	wiretest.WantStatus(t, put("/other/a"), "AccessDeniedException", 400, "because no identity-based policy allows")
	a.allow("not-a", `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/web"}}}`)
	wiretest.WantStatus(t, put("/web/a"), "AccessDeniedException", 400, "with an explicit deny in an identity-based policy")
}

func TestSQSRefusesWithItsOldCode(t *testing.T) {
	a := newAccount(t, accountTrust)
	_, err := sqs.NewFromConfig(a.session()).ListQueues(t.Context(), &sqs.ListQueuesInput{})
	wiretest.WantStatus(t, err, "AccessDenied", 403, "because no identity-based policy allows the sqs:ListQueues action")
}

func TestEveryResourceOfACallIsAskedAbout(t *testing.T) {
	a := newAccount(t, accountTrust)
	a.allow("read", `{"Effect":"Allow","Action":"ssm:GetParameters","Resource":"arn:aws:ssm:*:*:parameter/web/*"}`)
	session := ssm.NewFromConfig(a.session())
	_, err := session.GetParameters(t.Context(), &ssm.GetParametersInput{Names: []string{"/web/a", "/web/b"}})
	a.check(err)
	_, err = session.GetParameters(t.Context(), &ssm.GetParametersInput{Names: []string{"/web/a", "/other/b"}})
	wiretest.WantStatus(t, err, "AccessDeniedException", 400, "parameter/other/b")
}

func TestBoundaryLimitsASession(t *testing.T) {
	a := newAccount(t, accountTrust)
	a.allow("all", `{"Effect":"Allow","Action":"*","Resource":"*"}`)
	boundary, err := a.iam.CreatePolicy(t.Context(), &iam.CreatePolicyInput{
		PolicyName: aws.String("b"), PolicyDocument: aws.String(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"secretsmanager:*","Resource":"*"}]}`)})
	a.check(err)
	_, err = a.iam.PutRolePermissionsBoundary(t.Context(), &iam.PutRolePermissionsBoundaryInput{
		RoleName: aws.String("web"), PermissionsBoundary: boundary.Policy.Arn})
	a.check(err)
	session := a.session()
	_, err = secretsmanager.NewFromConfig(session).ListSecrets(t.Context(), &secretsmanager.ListSecretsInput{})
	a.check(err)
	_, err = ssm.NewFromConfig(session).DescribeParameters(t.Context(), &ssm.DescribeParametersInput{})
	wiretest.WantStatus(t, err, "AccessDeniedException", 400, "because no permissions boundary allows the ssm:DescribeParameters action")
	_, err = a.iam.DeletePolicy(t.Context(), &iam.DeletePolicyInput{PolicyArn: boundary.Policy.Arn})
	wiretest.WantStatus(t, err, "DeleteConflict", 409, "")
	_, err = a.iam.DeleteRolePermissionsBoundary(t.Context(), &iam.DeleteRolePermissionsBoundaryInput{RoleName: aws.String("web")})
	a.check(err)
	_, err = ssm.NewFromConfig(session).DescribeParameters(t.Context(), &ssm.DescribeParametersInput{})
	a.check(err)
}

func TestAttachedPolicyAllows(t *testing.T) {
	a := newAccount(t, accountTrust)
	session := iam.NewFromConfig(a.session())
	get := func() error {
		_, err := session.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("web")})
		return err
	}
	wiretest.WantStatus(t, get(), "AccessDenied", 403, "iam:GetRole on resource: arn:aws:iam::000000000000:role/web")
	_, err := a.iam.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{
		RoleName: aws.String("web"), PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")})
	a.check(err)
	a.check(get())
}

func TestUnknownTemporaryKeysAreRefused(t *testing.T) {
	a := newAccount(t, accountTrust)
	unknown := as(a.root, &types.Credentials{
		AccessKeyId: aws.String("ASIAAAAAAAAAAAAAAAAA"), SecretAccessKey: aws.String("s"), SessionToken: aws.String("t")})
	_, err := identity(t, unknown)
	wiretest.WantStatus(t, err, "InvalidClientTokenId", 403, "The security token included in the request is invalid")
	_, err = ssm.NewFromConfig(unknown).DescribeParameters(t.Context(), &ssm.DescribeParametersInput{})
	wiretest.WantStatus(t, err, "UnrecognizedClientException", 400, "The security token included in the request is invalid")
	c, err := a.assume(a.root)
	a.check(err)
	c.SessionToken = aws.String("another")
	_, err = identity(t, as(a.root, c))
	wiretest.WantStatus(t, err, "InvalidClientTokenId", 403, "")
}

func TestSessionToken(t *testing.T) {
	a := newAccount(t, accountTrust)
	out, err := sts.NewFromConfig(a.root).GetSessionToken(t.Context(), &sts.GetSessionTokenInput{})
	a.check(err)
	if left := time.Until(*out.Credentials.Expiration); left < 11*time.Hour || left > 12*time.Hour {
		t.Errorf("the credentials are valid for %s, want 12 hours", left)
	}
	who, err := identity(t, as(a.root, out.Credentials))
	a.check(err)
	if *who.Arn != "arn:aws:iam::000000000000:root" {
		t.Errorf("caller %s", *who.Arn)
	}
	_, err = sts.NewFromConfig(a.session()).GetSessionToken(t.Context(), &sts.GetSessionTokenInput{})
	wiretest.WantStatus(t, err, "AccessDenied", 403, "")
}

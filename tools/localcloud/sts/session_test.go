package sts_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

const webRole = "arn:aws:iam::000000000000:role/web"

// trusting returns a trust policy of the account with actions and conditions.
func trusting(actions, conditions string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"000000000000"},` +
		`"Action":` + actions + `,"Condition":{` + conditions + `}}]}`
}

const everyStep = `["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]`

// with requests a session as changed by change.
func (a account) with(config aws.Config, change func(*sts.AssumeRoleInput)) (*sts.AssumeRoleOutput, error) {
	in := &sts.AssumeRoleInput{RoleArn: aws.String(webRole), RoleSessionName: aws.String("alice")}
	change(in)
	return sts.NewFromConfig(config).AssumeRole(a.t.Context(), in)
}

// limited returns the configuration of a session that is limited by change.
func (a account) limited(config aws.Config, change func(*sts.AssumeRoleInput)) aws.Config {
	a.t.Helper()
	out, err := a.with(config, change)
	a.check(err)
	return as(a.root, out.Credentials)
}

func describe(t *testing.T, config aws.Config) error {
	_, err := ssm.NewFromConfig(config).DescribeParameters(t.Context(), &ssm.DescribeParametersInput{})
	return err
}

func put(t *testing.T, config aws.Config, name string, tags ...ssmtypes.Tag) error {
	_, err := ssm.NewFromConfig(config).PutParameter(t.Context(), &ssm.PutParameterInput{
		Name: &name, Value: aws.String("v"), Type: ssmtypes.ParameterTypeString, Tags: tags})
	return err
}

const (
	allowAll     = `{"Effect":"Allow","Action":"*","Resource":"*"}`
	denyAll      = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`
	allowReading = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ssm:Describe*","Resource":"*"}]}`
)

func TestSessionPoliciesLimitASession(t *testing.T) {
	a := newAccount(t, accountTrust)
	a.allow("all", allowAll)
	reading, err := a.iam.CreatePolicy(t.Context(), &iam.CreatePolicyInput{
		PolicyName: aws.String("reading"), PolicyDocument: aws.String(allowReading)})
	a.check(err)
	arns := func(all ...string) (list []types.PolicyDescriptorType) {
		for _, arn := range all {
			list = append(list, types.PolicyDescriptorType{Arn: aws.String(arn)})
		}
		return list
	}
	for name, tc := range map[string]struct {
		change           func(*sts.AssumeRoleInput)
		reads, writes    bool
		whyItMayNotWrite string
	}{
		"none":   {func(*sts.AssumeRoleInput) {}, true, true, ""},
		"inline": {func(in *sts.AssumeRoleInput) { in.Policy = aws.String(allowReading) }, true, false, "because no session policy allows the ssm:PutParameter action"},
		"deny":   {func(in *sts.AssumeRoleInput) { in.Policy = aws.String(denyAll) }, false, false, "with an explicit deny in a session policy"},
		"managed": {func(in *sts.AssumeRoleInput) { in.PolicyArns = arns(*reading.Policy.Arn) }, true, false,
			"because no session policy allows"},
		"both": {func(in *sts.AssumeRoleInput) {
			in.PolicyArns = arns(*reading.Policy.Arn, "arn:aws:iam::aws:policy/AmazonSSMFullAccess")
			in.Policy = aws.String(strings.Replace(allowReading, "Describe*", "PutParameter", 1))
		}, true, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			session := a.limited(a.root, tc.change)
			if err := describe(t, session); (err == nil) != tc.reads {
				t.Errorf("reading: %v", err)
			}
			err := put(t, session, "/"+name)
			if (err == nil) != tc.writes || err != nil && !strings.Contains(err.Error(), tc.whyItMayNotWrite) {
				t.Errorf("writing: %v", err)
			}
		})
	}
	t.Run("a session policy grants nothing", func(t *testing.T) {
		_, err := a.iam.DeleteRolePolicy(t.Context(), &iam.DeleteRolePolicyInput{RoleName: aws.String("web"), PolicyName: aws.String("all")})
		a.check(err)
		session := a.limited(a.root, func(in *sts.AssumeRoleInput) { in.Policy = aws.String(allowReading) })
		wiretest.WantError(t, describe(t, session), "AccessDeniedException", "no identity-based policy allows")
	})
}

func TestExternalIDIsTheTrustPolicys(t *testing.T) {
	a := newAccount(t, trusting(`"sts:AssumeRole"`, `"StringEquals":{"sts:ExternalId":"secret-1"}`))
	for id, ok := range map[string]bool{"secret-1": true, "secret-2": false} {
		if _, err := a.with(a.root, func(in *sts.AssumeRoleInput) { in.ExternalId = &id }); (err == nil) != ok {
			t.Errorf("external ID %s: %v", id, err)
		}
	}
	_, err := a.assume(a.root)
	wiretest.WantStatus(t, err, "AccessDenied", 403, "sts:AssumeRole")
}

// TestTrustPolicySeesTheRequest uses conditions on the session's name, length and
// caller.
func TestTrustPolicySeesTheRequest(t *testing.T) {
	for condition, ok := range map[string]bool{
		`"StringEquals":{"sts:RoleSessionName":"alice"}`:                       true,
		`"StringEquals":{"sts:RoleSessionName":"bob"}`:                         false,
		`"NumericLessThanEquals":{"sts:DurationSeconds":900}`:                  true,
		`"NumericLessThan":{"sts:DurationSeconds":900}`:                        false,
		`"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::000000000000:root"}`:    true,
		`"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::000000000000:root"}`: false,
		`"StringEquals":{"aws:PrincipalType":"Account"}`:                       true,
		`"Null":{"sts:ExternalId":"true","sts:SourceIdentity":"true"}`:         true,
		`"StringEquals":{"aws:ResourceTag/team":"notes"}`:                      true,
		`"StringEquals":{"iam:ResourceTag/Team":"other"}`:                      false,
	} {
		t.Run(condition, func(t *testing.T) {
			a := newAccount(t, trusting(everyStep, condition))
			_, err := a.iam.TagRole(t.Context(), &iam.TagRoleInput{RoleName: aws.String("web"), Tags: []iamtypes.Tag{
				{Key: aws.String("team"), Value: aws.String("notes")}}})
			a.check(err)
			if _, err := a.with(a.root, func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(900) }); (err == nil) != ok {
				t.Errorf("assuming: %v", err)
			}
		})
	}
}

func TestSessionTagsNeedTagSession(t *testing.T) {
	team := func(in *sts.AssumeRoleInput) {
		in.Tags = []types.Tag{{Key: aws.String("Team"), Value: aws.String("notes")}}
		in.TransitiveTagKeys = []string{"Team"}
	}
	a := newAccount(t, accountTrust)
	_, err := a.with(a.root, team)
	wiretest.WantStatus(t, err, "AccessDenied", 403, "sts:TagSession")
	a = newAccount(t, trusting(everyStep, `"StringEqualsIfExists":{"aws:RequestTag/team":"notes"},"ForAllValues:StringEquals":{"aws:TagKeys":"Team"}`))
	a.allow("tagged", `{"Effect":"Allow","Action":["ssm:*","sts:*"],"Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/Team":"notes"}}}`)
	if err := describe(t, a.session()); err == nil {
		t.Error("a session without the tag may read")
	}
	session := a.limited(a.root, team)
	a.check(describe(t, session))
	// a session of the session inherits the tag, and cannot change it
	a.check(describe(t, a.limited(session, func(*sts.AssumeRoleInput) {})))
	_, err = a.with(session, team)
	wiretest.WantStatus(t, err, "ValidationError", 400, "transitive")
	_, err = a.with(session, func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(3601) })
	wiretest.WantStatus(t, err, "ValidationError", 400, "role chaining")
}

func TestSourceIdentityStays(t *testing.T) {
	who := func(name string) func(*sts.AssumeRoleInput) {
		return func(in *sts.AssumeRoleInput) { in.SourceIdentity = &name }
	}
	a := newAccount(t, accountTrust)
	_, err := a.with(a.root, who("ada"))
	wiretest.WantStatus(t, err, "AccessDenied", 403, "sts:SetSourceIdentity")
	a = newAccount(t, trusting(everyStep, `"StringEquals":{"sts:SourceIdentity":"ada"}`))
	a.allow("ada", `{"Effect":"Allow","Action":["ssm:*","sts:*"],"Resource":"*","Condition":{"StringEquals":{"aws:SourceIdentity":"ada"}}}`)
	_, err = a.with(a.root, who("bob"))
	wiretest.WantStatus(t, err, "AccessDenied", 403, "")
	out, err := a.with(a.root, who("ada"))
	a.check(err)
	if aws.ToString(out.SourceIdentity) != "ada" {
		t.Errorf("source identity %q", aws.ToString(out.SourceIdentity))
	}
	session := as(a.root, out.Credentials)
	a.check(describe(t, a.limited(session, func(*sts.AssumeRoleInput) {})))
	_, err = a.with(session, who("bob"))
	wiretest.WantStatus(t, err, "AccessDenied", 403, "sts:SetSourceIdentity")
}

// TestWhatIsNotAppliedIsRefused sends the members that are malformed, or that the
// local cloud cannot apply.
func TestWhatIsNotAppliedIsRefused(t *testing.T) {
	a := newAccount(t, trusting(everyStep, ""))
	long := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a:` + strings.Repeat("b", 2048) + `","Resource":"*"}]}`
	tag := func(key string) []types.Tag { return []types.Tag{{Key: &key, Value: aws.String("v")}} }
	for want, change := range map[string]func(*sts.AssumeRoleInput){
		"ValidationError: AssumeRole: the local cloud does not have the member SerialNumber": func(in *sts.AssumeRoleInput) {
			in.SerialNumber = aws.String("arn:aws:iam::000000000000:mfa/ada")
		},
		"ValidationError: AssumeRole: the local cloud does not have the member TokenCode": func(in *sts.AssumeRoleInput) {
			in.TokenCode = aws.String("123456")
		},
		"ValidationError: AssumeRole: the local cloud does not have the member ProvidedContexts": func(in *sts.AssumeRoleInput) {
			in.ProvidedContexts = []types.ProvidedContext{{ContextAssertion: aws.String("a")}}
		},
		"MalformedPolicyDocument: the member": func(in *sts.AssumeRoleInput) {
			in.Policy = aws.String(strings.Replace(allowReading, `"Effect"`, `"Effect":"Deny","Effect"`, 1))
		},
		"PackedPolicyTooLarge": func(in *sts.AssumeRoleInput) { in.Policy = &long },
		"NoSuchEntity": func(in *sts.AssumeRoleInput) {
			in.PolicyArns = []types.PolicyDescriptorType{{Arn: aws.String("arn:aws:iam::aws:policy/None")}}
		},
		"ValidationError: Value at 'policyArns'": func(in *sts.AssumeRoleInput) {
			in.PolicyArns = make([]types.PolicyDescriptorType, 11)
			for i := range in.PolicyArns {
				in.PolicyArns[i].Arn = aws.String("arn:aws:iam::aws:policy/AdministratorAccess")
			}
		},
		"ValidationError: at 'externalId'":     func(in *sts.AssumeRoleInput) { in.ExternalId = aws.String("a b") },
		"ValidationError: at 'sourceIdentity'": func(in *sts.AssumeRoleInput) { in.SourceIdentity = aws.String("x") },
		"ValidationError: reserved for AWS":    func(in *sts.AssumeRoleInput) { in.Tags = tag("aws:x") },
		"ValidationError: Duplicate tag keys":  func(in *sts.AssumeRoleInput) { in.Tags = append(tag("x"), tag("X")...) },
		"ValidationError: must be among":       func(in *sts.AssumeRoleInput) { in.TransitiveTagKeys = []string{"x"} },
	} {
		t.Run(want, func(t *testing.T) {
			_, err := a.with(a.root, change)
			code, text, _ := strings.Cut(want, ": ")
			var e smithy.APIError
			if !errors.As(err, &e) || e.ErrorCode() != code || !strings.Contains(e.ErrorMessage(), text) {
				t.Errorf("error %v, want %s", err, want)
			}
		})
	}
	_, err := sts.NewFromConfig(a.root).GetSessionToken(t.Context(), &sts.GetSessionTokenInput{SerialNumber: aws.String("arn:aws:iam::000000000000:mfa/a"), TokenCode: aws.String("123456")})
	wiretest.WantStatus(t, err, "ValidationError", 400, "does not have the member SerialNumber")
	_, err = sts.NewFromConfig(a.root).GetFederationToken(t.Context(), &sts.GetFederationTokenInput{Name: aws.String("ada"), Policy: aws.String(denyAll)})
	wiretest.WantStatus(t, err, "InvalidAction", 400, "does not have the operation GetFederationToken")
}

// TestConditionsOnTags uses conditions on the tags of requests and of resources.
func TestConditionsOnTags(t *testing.T) {
	a := newAccount(t, accountTrust)
	tag := func(value string) ssmtypes.Tag { return ssmtypes.Tag{Key: aws.String("team"), Value: &value} }
	a.check(put(t, a.root, "/notes", tag("notes")))
	a.check(put(t, a.root, "/other", tag("other")))
	get := func(name string) error {
		_, err := ssm.NewFromConfig(a.session()).GetParameter(t.Context(), &ssm.GetParameterInput{Name: &name})
		return err
	}
	a.allow("read", `{"Effect":"Allow","Action":"ssm:GetParameter","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/Team":"notes"}}}`)
	a.check(get("/notes"))
	wiretest.WantError(t, get("/other"), "AccessDeniedException", "no identity-based policy allows")
	wiretest.WantError(t, get("/none"), "AccessDeniedException", "no identity-based policy allows")
	a.allow("write", `{"Effect":"Allow","Action":"ssm:PutParameter","Resource":"*","Condition":{`+
		`"StringEquals":{"aws:RequestTag/team":"notes"},"ForAllValues:StringEquals":{"aws:TagKeys":["team"]}}}`)
	a.check(put(t, a.session(), "/a", tag("notes")))
	wiretest.WantError(t, put(t, a.session(), "/b", tag("other")), "AccessDeniedException", "")
	wiretest.WantError(t, put(t, a.session(), "/c"), "AccessDeniedException", "")
	wiretest.WantError(t, put(t, a.session(), "/d", tag("notes"), ssmtypes.Tag{Key: aws.String("x"), Value: aws.String("y")}), "AccessDeniedException", "")
	// IAM's own
	a.allow("roles", `{"Effect":"Allow","Action":"iam:GetRole","Resource":"*","Condition":{"StringEquals":{"iam:ResourceTag/team":"notes"}}}`)
	role := func() error {
		_, err := iam.NewFromConfig(a.session()).GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("web")})
		return err
	}
	wiretest.WantError(t, role(), "AccessDenied", "iam:GetRole")
	_, err := a.iam.TagRole(t.Context(), &iam.TagRoleInput{RoleName: aws.String("web"), Tags: []iamtypes.Tag{{Key: aws.String("team"), Value: aws.String("notes")}}})
	a.check(err)
	a.check(role())
}

// TestManagedSessionPolicyStaysWhatItWas uses the document of a session policy
// after the policy is deleted.
func TestManagedSessionPolicyStaysWhatItWas(t *testing.T) {
	a := newAccount(t, accountTrust)
	a.allow("all", allowAll)
	made, err := a.iam.CreatePolicy(t.Context(), &iam.CreatePolicyInput{PolicyName: aws.String("p"), PolicyDocument: aws.String(allowReading)})
	a.check(err)
	session := a.limited(a.root, func(in *sts.AssumeRoleInput) {
		in.PolicyArns = []types.PolicyDescriptorType{{Arn: made.Policy.Arn}}
	})
	_, err = a.iam.DeletePolicy(t.Context(), &iam.DeletePolicyInput{PolicyArn: made.Policy.Arn})
	a.check(err)
	a.check(describe(t, session))
	wiretest.WantError(t, put(t, session, "/x"), "AccessDeniedException", "no session policy allows")
}

package run

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
)

// developer is who runs the command, with their own credentials.
type developer struct {
	cfg aws.Config
	arn string
}

// identify finds out who runs the command, and that it is in the environment's account.
func identify(ctx context.Context, cfg aws.Config, env config.Environment) (developer, error) {
	who, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, nil)
	if err != nil {
		return developer{}, noCredentials(err)
	}
	if account := aws.ToString(who.Account); env.Account != "" && account != env.Account {
		return developer{}, diag.Diagnostic{Code: diag.OtherAccount, File: config.FileName,
			Message: "your credentials are of the account " + account + ", and the environment " + env.Name + " is in " + env.Account,
			Next:    "choose the environment's credentials, as with AWS_PROFILE"}
	}
	return developer{cfg, aws.ToString(who.Arn)}, nil
}

func noCredentials(err error) error {
	d := diag.Diagnostic{Code: diag.NoCredentials, Message: "AWS does not take your credentials", Details: []string{lastCause(err)},
		Next: "sign in, as with aws sso login, or choose others with AWS_PROFILE"}
	if e, ok := errors.AsType[smithy.APIError](err); ok && strings.Contains(e.ErrorCode(), "Expired") {
		d.Message = "your credentials have expired"
	} else if !ok {
		d.Message = "there are no credentials of AWS that work"
	}
	return d
}

// lastCause returns the words of AWS itself, where there are any: the SDK's name the
// request, too.
func lastCause(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode() + ": " + e.ErrorMessage()
	}
	return err.Error()
}

// renewBefore is how long before its end a session is renewed: longer than any function
// may run.
const renewBefore = 16 * time.Minute

// assume returns the configuration of clients with a role's rights. Its sessions are
// renewed while they are used; each has an hour, the most that a session may get.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
func (d developer) assume(role string) aws.Config {
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(d.cfg), role, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = sessionName(d.arn)
		o.Duration = time.Hour
	})
	cfg := d.cfg.Copy()
	cfg.Credentials = aws.NewCredentialsCache(provider, func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = renewBefore })
	return cfg
}

// notInName matches what a session's name cannot have.
var notInName = regexp.MustCompile(`[^\w+=,.@-]`)

// sessionName names sessions after the developer, so that CloudTrail tells what they do
// from what the deployed functions do.
func sessionName(arn string) string {
	name := "seastack-run-" + notInName.ReplaceAllString(arn[strings.LastIndexAny(arn, "/:")+1:], "-")
	return name[:min(len(name), 64)]
}

func roleRefused(id, env, role string, d developer, err error) error {
	return diag.Diagnostic{Code: diag.RoleRefused, Message: "the role of " + id + " in " + env + " cannot be assumed",
		Details: []string{lastCause(err), "you: " + d.arn, "role: " + role},
		Next:    "name your role in the block developers of the environment in " + config.FileName + ", and have it applied; your own policies must allow sts:AssumeRole, too"}
}

// Package sts is AWS STS: the caller's identity, and sessions of roles. IAM keeps
// roles and sessions; this package knows only STS's operations.
package sts

import (
	"context"
	"net/http"
	"time"

	"github.com/seastack/seastack/tools/localcloud/iam"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Sessions is what STS needs of IAM.
type Sessions interface {
	Assume(caller wire.Principal, in iam.AssumeRequest) (iam.AssumedRole, error)
	Renew(caller wire.Principal, length time.Duration) (iam.Credentials, error)
}

// Service is STS.
type Service struct {
	env      *wire.Env
	sessions Sessions
}

// New returns STS on IAM's sessions.
func New(env *wire.Env, sessions Sessions) (*Service, error) {
	return &Service{env: env, sessions: sessions}, nil
}

// Definition describes STS to the router.
func (s *Service) Definition() wire.Service {
	return wire.Service{
		Name: "sts", Protocol: wire.Query, Global: true, Namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
		Operations: []wire.Operation{
			{Name: "GetCallerIdentity", Free: true, Handle: wire.TypedForm(s.getCallerIdentity)},
			{Name: "AssumeRole", Free: true, Handle: wire.TypedForm(s.assumeRole)}, // IAM authorizes it, with all condition keys
			{Name: "GetSessionToken", Free: true, Handle: wire.TypedForm(s.getSessionToken)},
		},
	}
}

type identity struct {
	UserID  string `xml:"UserId"`
	Account string
	ARN     string `xml:"Arn"`
}

func (s *Service) getCallerIdentity(_ context.Context, c *wire.Call, _ *struct{}) (*identity, error) {
	return &identity{UserID: c.Principal.UserID, Account: s.env.Account, ARN: c.Principal.ARN}, nil
}

type credentials struct {
	AccessKeyID     string `xml:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string
	Expiration      time.Time
}

func shape(c iam.Credentials) credentials {
	return credentials{c.AccessKeyID, c.SecretAccessKey, c.SessionToken, c.Expiration}
}

// checkSeconds checks a session's length, which is optional.
func checkSeconds(seconds *int, most int) error {
	if seconds == nil || (*seconds >= 900 && *seconds <= most) {
		return nil
	}
	return invalid("1 validation error detected: Value '%d' at 'durationSeconds' failed to satisfy constraint: "+
		"Member must have value between 900 and %d", *seconds, most)
}

// sessionTokenInput has no SerialNumber and TokenCode: there is no MFA.
type sessionTokenInput struct{ DurationSeconds *int }

type sessionTokenOutput struct{ Credentials credentials }

// getSessionToken returns a session of 12 hours by default, as AWS does for
// users.
func (s *Service) getSessionToken(
	_ context.Context, c *wire.Call, in *sessionTokenInput,
) (*sessionTokenOutput, error) {
	if err := checkSeconds(in.DurationSeconds, 129600); err != nil {
		return nil, err
	}
	if c.Principal.RoleARN != "" {
		return nil, wire.Errorf(http.StatusForbidden, "AccessDenied", "Cannot call GetSessionToken with session credentials")
	}
	length := 12 * time.Hour
	if in.DurationSeconds != nil {
		length = time.Duration(*in.DurationSeconds) * time.Second
	}
	got, err := s.sessions.Renew(c.Principal, length)
	return &sessionTokenOutput{shape(got)}, err
}

// Package sts is AWS STS: who calls, and sessions of roles. IAM keeps roles and
// sessions; this package knows only STS's operations.
package sts

import (
	"context"
	"net/http"
	"regexp"
	"time"

	"github.com/seastack/seastack/tools/localcloud/iam"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Sessions is what STS needs of IAM.
type Sessions interface {
	Assume(caller wire.Principal, roleARN, sessionName string, seconds int) (iam.AssumedRole, error)
	Renew(caller wire.Principal, length time.Duration) (iam.Credentials, error)
}

// Service is STS.
type Service struct {
	env      *wire.Env
	sessions Sessions
}

// New makes STS over IAM's sessions.
func New(env *wire.Env, sessions Sessions) (*Service, error) {
	return &Service{env: env, sessions: sessions}, nil
}

// Definition describes STS to the router.
func (s *Service) Definition() wire.Service {
	return wire.Service{
		Name: "sts", Protocol: wire.Query, Namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
		Operations: []wire.Operation{
			{Name: "GetCallerIdentity", Free: true, Handle: wire.TypedForm(s.getCallerIdentity)},
			{Name: "AssumeRole", Resource: roleResource, Handle: wire.TypedForm(s.assumeRole)},
			{Name: "GetSessionToken", Free: true, Handle: wire.TypedForm(s.getSessionToken)},
		},
	}
}

func roleResource(c *wire.Call) string { return c.Query.Get("RoleArn") }

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

type assumeRoleInput struct {
	RoleArn, RoleSessionName string
	DurationSeconds          int
}

type assumeRoleOutput struct {
	Credentials     credentials
	AssumedRoleUser assumedRoleUser
}

type assumedRoleUser struct {
	AssumedRoleID string `xml:"AssumedRoleId"`
	ARN           string `xml:"Arn"`
}

var sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)

func (s *Service) assumeRole(_ context.Context, c *wire.Call, in *assumeRoleInput) (*assumeRoleOutput, error) {
	if !sessionName.MatchString(in.RoleSessionName) {
		return nil, wire.Errorf(http.StatusBadRequest, "ValidationError",
			"1 validation error detected: Value '%s' at 'roleSessionName' failed to satisfy constraint: "+
				"Member must satisfy regular expression pattern: [\\w+=,.@-]*", in.RoleSessionName)
	}
	if err := checkSeconds(in.DurationSeconds, 43200); err != nil {
		return nil, err
	}
	r, err := s.sessions.Assume(c.Principal, in.RoleArn, in.RoleSessionName, in.DurationSeconds)
	if err != nil {
		return nil, err
	}
	return &assumeRoleOutput{shape(r.Credentials), assumedRoleUser{r.ID, r.ARN}}, nil
}

// checkSeconds checks a session's length; 0 stands for the default.
func checkSeconds(seconds, most int) error {
	if seconds == 0 || (seconds >= 900 && seconds <= most) {
		return nil
	}
	return wire.Errorf(http.StatusBadRequest, "ValidationError",
		"1 validation error detected: Value '%d' at 'durationSeconds' failed to satisfy constraint: "+
			"Member must have value between 900 and %d", seconds, most)
}

type sessionTokenInput struct{ DurationSeconds int }

type sessionTokenOutput struct{ Credentials credentials }

// getSessionToken gives 12 hours where nothing is said, as AWS does to users.
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
	if in.DurationSeconds > 0 {
		length = time.Duration(in.DurationSeconds) * time.Second
	}
	got, err := s.sessions.Renew(c.Principal, length)
	return &sessionTokenOutput{shape(got)}, err
}

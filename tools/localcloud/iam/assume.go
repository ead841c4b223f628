package iam

import (
	"net/http"
	"time"

	"github.com/seastack/seastack/tools/localcloud/iam/policy"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// serviceSession is how long a service's session of a role is valid. It is as
// long as a role's can be, since an instance of a function gets one only.
const serviceSession = 12 * time.Hour

// AssumedRole is a session of a role, as STS's answers show it.
type AssumedRole struct {
	Credentials Credentials
	ARN         string // "arn:aws:sts::<account>:assumed-role/<role>/<session>"
	ID          string // "AROA...:<session>"
}

// Session gives credentials of a role for a service: trusted is its principal
// ("lambda.amazonaws.com"), which the role's trust policy must allow. They are
// valid for 12 hours and while this process lives.
func (s *Service) Session(roleARN, sessionName, trusted string) (Credentials, error) {
	r, err := s.trusting(roleARN, policy.Caller{Service: trusted}, trusted, "")
	if err != nil {
		return Credentials{}, err
	}
	return s.sessions.issue(s.assumed(r, sessionName), s.env.Now(), serviceSession, false)
}

// CheckTrust says whether a service may assume a role: nil when it may, an
// AccessDenied *wire.Error when it may not or when there is no such role. source
// is the resource on whose behalf it does (aws:SourceArn), where the service
// says so. Callers put the error in words of their own ("The role defined for
// the function cannot be assumed by Lambda.").
func (s *Service) CheckTrust(roleARN, trusted, source string) error {
	_, err := s.trusting(roleARN, policy.Caller{Service: trusted}, trusted, source)
	return err
}

// Assume gives a session of a role to a caller whom the role's trust policy
// allows; the credentials outlive this process. length is in seconds, one hour
// where it is 0.
func (s *Service) Assume(caller wire.Principal, roleARN, sessionName string, length int) (AssumedRole, error) {
	r, err := s.trusting(roleARN, s.callerOf(caller), caller.ARN, "")
	if err != nil {
		return AssumedRole{}, err
	}
	if length == 0 {
		length = 3600
	}
	if length > r.MaxSession {
		return AssumedRole{}, wire.Errorf(http.StatusBadRequest, "ValidationError",
			"The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	p := s.assumed(r, sessionName)
	c, err := s.sessions.issue(p, s.env.Now(), time.Duration(length)*time.Second, true)
	return AssumedRole{Credentials: c, ARN: p.ARN, ID: p.UserID}, err
}

// callerOf gives the names by which a trust policy may mean a principal: a
// session's own and its role's.
func (s *Service) callerOf(p wire.Principal) policy.Caller {
	c := policy.Caller{Account: s.env.Account, ARNs: []string{p.ARN}}
	if p.RoleARN != "" {
		c.ARNs = append(c.ARNs, p.RoleARN)
	}
	return c
}

func (s *Service) assumed(r role, sessionName string) wire.Principal {
	return wire.Principal{
		ARN:     "arn:aws:sts::" + s.env.Account + ":assumed-role/" + r.Name + "/" + sessionName,
		RoleARN: r.ARN,
		UserID:  r.ID + ":" + sessionName,
	}
}

// trusting gives the role if its trust policy lets the caller assume it; who
// is what the error calls the caller. AWS does not tell a caller whether a role
// exists either.
func (s *Service) trusting(roleARN string, caller policy.Caller, who, source string) (role, error) {
	r, ok, err := s.roleByARN(roleARN)
	if err != nil {
		return role{}, err
	}
	if ok {
		doc, err := policy.Trust(r.Trust)
		if err != nil {
			return role{}, err
		}
		request := policy.Request{Action: "sts:AssumeRole", Context: s.trustContext(caller, source), Caller: caller}
		if policy.EvaluateTrust(doc, request) == policy.Allowed {
			return r, nil
		}
	}
	return role{}, wire.Errorf(http.StatusForbidden, "AccessDenied",
		"User: %s is not authorized to perform: sts:AssumeRole on resource: %s", who, roleARN)
}

// trustContext has the condition keys that a trust policy can ask for here;
// those of the source, only of a service.
func (s *Service) trustContext(caller policy.Caller, source string) map[string][]string {
	all := s.context(s.root())
	delete(all, "aws:principalarn")
	delete(all, "aws:principaltype")
	delete(all, "aws:userid")
	if caller.Service != "" {
		all["aws:sourceaccount"] = []string{s.env.Account}
	}
	if source != "" {
		all["aws:sourcearn"] = []string{source}
	}
	return all
}

// Renew gives temporary credentials of whoever calls, as STS's GetSessionToken
// does; they outlive this process.
func (s *Service) Renew(caller wire.Principal, length time.Duration) (Credentials, error) {
	return s.sessions.issue(caller, s.env.Now(), length, true)
}

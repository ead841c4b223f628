package iam

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/iam/policy"
	"github.com/seastack/seastack/tools/localcloud/tagset"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// serviceSession is how long a service's session of a role is valid. It is the
// longest that AWS allows for a role, since an instance of a function gets only
// one.
const serviceSession = 12 * time.Hour

// chainedSession is the longest session that a session of a role may request, in
// seconds.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const chainedSession = 3600

// AssumeRequest is a request of STS's AssumeRole. STS has checked everything that
// does not depend on roles and policies.
type AssumeRequest struct {
	RoleARN, SessionName       string
	Seconds                    int      // 0 means one hour
	Policy                     string   // a session policy, inline
	PolicyARNs                 []string // managed policies that are session policies
	ExternalID, SourceIdentity string
	Tags                       []tagset.Tag // session tags
	TransitiveTagKeys          []string
}

// AssumedRole is a session of a role, as STS's answers show it.
type AssumedRole struct {
	Credentials    Credentials
	ARN            string // "arn:aws:sts::<account>:assumed-role/<role>/<session>"
	ID             string // "AROA...:<session>"
	SourceIdentity string
}

// Session returns credentials of a role for a service: trusted is its principal
// ("lambda.amazonaws.com"), which the role's trust policy must allow. They are
// valid for 12 hours, but not after this process ends.
func (s *Service) Session(roleARN, sessionName, trusted string) (Credentials, error) {
	r, err := s.trustingService(roleARN, trusted, "")
	if err != nil {
		return Credentials{}, err
	}
	p := s.assumed(r, sessionName)
	return s.sessions.issue(session{Principal: p}, s.env.Now(), serviceSession, false)
}

// CheckTrust checks that a service may assume a role: it returns an AccessDenied
// *wire.Error if not, or if there is no such role. source is the resource on
// whose behalf the service acts (aws:SourceArn), if it names one. Callers word
// the error themselves ("The role defined for the function cannot be assumed by
// Lambda.").
func (s *Service) CheckTrust(roleARN, trusted, source string) error {
	_, err := s.trustingService(roleARN, trusted, source)
	return err
}

// Assume returns a session of a role to a caller if its own policies and the
// role's trust policy allow everything that it requests. The credentials remain
// valid after this process ends. The session may do what both the role's policies
// and the session policies allow.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
func (s *Service) Assume(caller wire.Principal, in AssumeRequest) (AssumedRole, error) {
	one, err := s.inherited(caller, in)
	if err != nil {
		return AssumedRole{}, err
	}
	r, err := s.admitted(caller, in, one)
	if err != nil {
		return AssumedRole{}, err
	}
	length, err := in.length(caller, r)
	if err != nil {
		return AssumedRole{}, err
	}
	if one.Policies, err = s.sessionPolicies(in); err != nil {
		return AssumedRole{}, err
	}
	one.Restricted = in.Policy != "" || len(in.PolicyARNs) > 0
	one.Principal = s.assumed(r, in.SessionName)
	c, err := s.sessions.issue(one, s.env.Now(), length, true)
	return AssumedRole{c, one.Principal.ARN, one.Principal.UserID, one.SourceIdentity}, err
}

// inherited returns the session with the tags and the source identity that the
// request has, and those that it inherits from the caller's session.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
func (s *Service) inherited(caller wire.Principal, in AssumeRequest) (session, error) {
	from, _ := s.sessions.find(caller.Session)
	one := session{Tags: map[string]string{}, SourceIdentity: in.SourceIdentity}
	for _, key := range from.Transitive {
		one.Tags[key] = from.Tags[key]
	}
	for _, t := range in.Tags {
		if slices.ContainsFunc(from.Transitive, func(key string) bool { return strings.EqualFold(key, t.Key) }) {
			return one, invalid("The tag %s of the calling session is transitive and cannot be overridden", t.Key)
		}
		one.Tags[t.Key] = t.Value
	}
	for _, key := range in.TransitiveTagKeys {
		if _, ok := one.Tags[key]; !ok {
			return one, invalid("The transitive tag key %s must be among the session tags", key)
		}
	}
	one.Transitive = append(slices.Clone(from.Transitive), in.TransitiveTagKeys...)
	if from.SourceIdentity != "" {
		if in.SourceIdentity != "" && in.SourceIdentity != from.SourceIdentity {
			return one, notAuthorized(caller.ARN, "sts:SetSourceIdentity", in.RoleARN)
		}
		one.SourceIdentity = from.SourceIdentity
	}
	return one, nil
}

// admitted returns the role if the caller's policies and the role's trust policy
// allow the caller to assume it, with the tags and source identity of the new
// session.
func (s *Service) admitted(caller wire.Principal, in AssumeRequest, one session) (role, error) {
	actions := []string{"sts:AssumeRole"}
	if len(one.Tags) > 0 {
		actions = append(actions, "sts:TagSession")
	}
	if one.SourceIdentity != "" {
		actions = append(actions, "sts:SetSourceIdentity")
	}
	keys := in.context(one)
	for _, action := range actions {
		if err := s.authorize(caller, policy.Request{Action: action, Resource: in.RoleARN, Context: keys}, nil); err != nil {
			return role{}, err
		}
	}
	keys, err := s.callerContext(caller, keys)
	if err != nil {
		return role{}, err
	}
	return s.trusting(in.RoleARN, s.callerOf(caller), caller.ARN, actions, keys)
}

// callerContext is context for a caller who may be root.
func (s *Service) callerContext(caller wire.Principal, keys map[string][]string) (map[string][]string, error) {
	if caller.RoleARN == "" {
		keys = s.context(caller, nil, &noSession, keys)
		keys["aws:principalarn"], keys["aws:principaltype"] = []string{caller.ARN}, []string{"Account"}
		return keys, nil
	}
	g, err := s.grant(caller.RoleARN)
	if err != nil {
		return nil, err
	}
	one, _ := s.sessions.find(caller.Session)
	return s.context(caller, g.tags, one, keys), nil
}

// context returns the condition keys of a request to assume a role.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
func (in AssumeRequest) context(one session) map[string][]string {
	keys := map[string][]string{"sts:rolesessionname": {in.SessionName}}
	if in.ExternalID != "" {
		keys["sts:externalid"] = []string{in.ExternalID}
	}
	if one.SourceIdentity != "" {
		keys["sts:sourceidentity"] = []string{one.SourceIdentity}
	}
	if in.Seconds != 0 {
		keys["sts:durationseconds"] = []string{strconv.Itoa(in.Seconds)}
	}
	if len(in.TransitiveTagKeys) > 0 {
		keys["sts:transitivetagkeys"] = in.TransitiveTagKeys
	}
	putTags(keys, "aws:requesttag/", one.Tags)
	for key := range one.Tags {
		keys["aws:tagkeys"] = append(keys["aws:tagkeys"], key)
	}
	return keys
}

func (in AssumeRequest) length(caller wire.Principal, r role) (time.Duration, error) {
	seconds := in.Seconds
	if seconds == 0 {
		seconds = 3600
	}
	if caller.RoleARN != "" && seconds > chainedSession {
		return 0, invalid("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
	}
	if seconds > r.MaxSession {
		return 0, invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	return time.Duration(seconds) * time.Second, nil
}

// callerOf returns the names by which a trust policy may name a principal: a
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

// trustingService returns the role if its trust policy lets a service assume it.
func (s *Service) trustingService(roleARN, trusted, source string) (role, error) {
	keys := s.serviceContext(trusted, source)
	return s.trusting(roleARN, policy.Caller{Service: trusted}, trusted, []string{"sts:AssumeRole"}, keys)
}

// trusting returns the role if its trust policy allows the caller all actions;
// who names the caller in the error. Like AWS, the error does not tell whether
// the role exists.
func (s *Service) trusting(
	roleARN string, caller policy.Caller, who string, actions []string, keys map[string][]string,
) (role, error) {
	r, ok, err := s.roleByARN(roleARN)
	if err != nil {
		return role{}, err
	}
	if !ok {
		return role{}, notAuthorized(who, actions[0], roleARN)
	}
	doc, err := policy.Trust(r.Trust)
	if err != nil {
		return role{}, err
	}
	putTags(keys, "aws:resourcetag/", tagMap(r.Tags))
	putTags(keys, "iam:resourcetag/", tagMap(r.Tags))
	for _, action := range actions {
		request := policy.Request{Action: action, Context: keys, Caller: caller}
		if policy.EvaluateTrust(doc, request) != policy.Allowed {
			return role{}, notAuthorized(who, action, roleARN)
		}
	}
	return r, nil
}

func notAuthorized(who, action, roleARN string) error {
	return wire.Errorf(http.StatusForbidden, "AccessDenied",
		"User: %s is not authorized to perform: %s on resource: %s", who, action, roleARN)
}

// Renew returns temporary credentials of the caller, as STS's GetSessionToken
// does. They remain valid after this process ends.
func (s *Service) Renew(caller wire.Principal, length time.Duration) (Credentials, error) {
	return s.sessions.issue(session{Principal: caller}, s.env.Now(), length, true)
}

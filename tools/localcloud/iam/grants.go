package iam

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/iam/policy"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// grant holds the parsed policies of a role.
type grant struct {
	identity []*policy.Document
	boundary []*policy.Document // nil if the role has none
	tags     map[string]string  // of the role
	exists   bool               // the role was not deleted
}

// grants caches grants by the ARN of the role: every call that a function makes
// needs one. Any change of a role or a policy removes them all.
type grants = store.Cache[string, grant]

// Authorize implements wire.Authority.
func (s *Service) Authorize(p wire.Principal, action, resource string) error {
	return s.authorize(p, policy.Request{Action: action, Resource: resource}, nil)
}

// AuthorizeTags implements wire.TagAuthority.
func (s *Service) AuthorizeTags(p wire.Principal, action, resource string, tags func() wire.RequestTags) error {
	return s.authorize(p, policy.Request{Action: action, Resource: resource}, tags)
}

// AuthorizeKeys implements wire.KeyAuthority.
func (s *Service) AuthorizeKeys(p wire.Principal, action, resource string, keys map[string][]string) error {
	return s.authorize(p, policy.Request{Action: action, Resource: resource, Context: keys}, nil)
}

// AuthorizePass implements wire.PassAuthority.
func (s *Service) AuthorizePass(p wire.Principal, roleARN, service string) error {
	keys := map[string][]string{"iam:passedtoservice": {service + ".amazonaws.com"}}
	return s.authorize(p, policy.Request{Action: "iam:PassRole", Resource: roleARN, Context: keys}, nil)
}

// authorize decides a request of p. The request's own condition keys are in its
// context; authorize adds those that every request has.
func (s *Service) authorize(p wire.Principal, r policy.Request, tags func() wire.RequestTags) error {
	of, err := s.resourcePolicy(r.Resource)
	if err != nil {
		return err
	}
	r.Caller = s.callerOf(p)
	if p.RoleARN == "" {
		return s.authorizeRoot(p, of, r, tags)
	}
	g, err := s.grant(p.RoleARN)
	if err != nil {
		return err
	}
	one, known := s.sessions.find(p.Session)
	limits := g.limits()
	if one.Restricted {
		limits = append(limits, limit{"session policy", one.policies})
	}
	if p.Session != "" && !known { // it may do nothing
		limits, of = []limit{{"session policy", nil}}, nil
	}
	r.Context = s.context(p, g.tags, one, r.Context)
	if err := s.putAskedTags(limits, of, r, tags); err != nil {
		return err
	}
	return denied(p.ARN, r, refusal(limits, of.decide(r, g.exists), r))
}

// denied returns the error of a refused request, nil if why is empty. S3 quotes
// the resource.
func denied(who string, r policy.Request, why string) error {
	if why == "" {
		return nil
	}
	resource := r.Resource
	if strings.HasPrefix(strings.ToLower(r.Action), "s3:") {
		resource = `"` + resource + `"`
	}
	return wire.Errorf(http.StatusForbidden, "AccessDenied",
		"User: %s is not authorized to perform: %s on resource: %s %s", who, r.Action, resource, why)
}

// limit is one of the sets of policies that must all allow a request, with AWS's
// name for such a policy.
type limit struct {
	name string
	docs []*policy.Document
}

// limits returns the sets of policies that limit all sessions of a role, its
// identity policies first.
func (g *grant) limits() []limit {
	all := make([]limit, 1, 3)
	all[0] = limit{"identity-based policy", g.identity}
	if g.boundary != nil {
		all = append(all, limit{"permissions boundary", g.boundary})
	}
	return all
}

// refusal returns why a request is refused, in AWS's words; "" if it is not. A
// Deny in any of the policies comes first. An Allow of the resource's policy has
// the place of one of the identity policies, or, if it is direct, of all.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func refusal(limits []limit, of resourceDecision, r policy.Request) string {
	unmatched := ""
	for i, l := range limits {
		switch policy.Evaluate(l.docs, r) {
		case policy.Denied:
			return fmt.Sprintf("with an explicit deny in %s %s", article(l.name), l.name)
		case policy.Unmatched:
			if unmatched == "" && (i > 0 || of.Decision != policy.Allowed) {
				unmatched = fmt.Sprintf("because no %s allows the %s action", l.name, r.Action)
			}
		}
	}
	switch {
	case of.Decision == policy.Denied:
		return denyOfResource
	case of.direct:
		return ""
	}
	return unmatched
}

func article(name string) string {
	if strings.HasPrefix(name, "i") {
		return "an"
	}
	return "a"
}

// grant returns the grant of a role. The grant of a deleted role allows nothing.
func (s *Service) grant(arn string) (*grant, error) {
	known, epoch := s.grants.Get(arn)
	if known != nil {
		return known, nil
	}
	found, err := s.load(arn)
	if err == nil {
		s.grants.Put(arn, epoch, found)
	}
	return found, err
}

func (s *Service) load(arn string) (*grant, error) {
	g := new(grant)
	return g, s.env.Store.View(func(tx *store.Tx) error {
		r, ok, err := s.roles.GetTx(tx, roleKey(arn[strings.LastIndexByte(arn, '/')+1:]))
		if err != nil || !ok || r.ARN != arn {
			return err
		}
		g.tags, g.exists = tagMap(r.Tags), true
		var texts []string
		for _, document := range r.Inline {
			texts = append(texts, document)
		}
		attached, err := s.documents(tx, r.Attached)
		if err != nil {
			return err
		}
		if g.identity, err = parseAll(append(texts, attached...)); err != nil || r.Boundary == "" {
			return err
		}
		boundary, err := s.documents(tx, []string{r.Boundary})
		if err != nil {
			return err
		}
		g.boundary, err = parseAll(boundary)
		return err
	})
}

// documents returns the default versions of managed policies.
func (s *Service) documents(tx *store.Tx, arns []string) (all []string, err error) {
	for _, arn := range arns {
		m, err := s.findPolicy(tx, arn)
		if err != nil {
			return nil, err
		}
		all = append(all, m.document())
	}
	return all, nil
}

func parseAll(documents []string) (all []*policy.Document, err error) {
	for _, document := range documents {
		doc, err := policy.Identity(document)
		if err != nil {
			return nil, err
		}
		all = append(all, doc)
	}
	return all, nil
}

package iam

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/iam/policy"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// grant is what a role's policies say, parsed.
type grant struct {
	identity []*policy.Document
	boundary []*policy.Document // nil where the role has none
}

// grants keeps parsed grants by role's ARN: every call that a function makes
// is decided by one. Any change of a role or a policy forgets them all.
type grants = store.Cache[string, grant]

// Authorize implements wire.Authority.
func (s *Service) Authorize(p wire.Principal, action, resource string) error {
	return s.authorize(p, policy.Request{Action: action, Resource: resource, Context: s.context(p)})
}

// AuthorizePass implements wire.PassAuthority.
func (s *Service) AuthorizePass(p wire.Principal, roleARN, service string) error {
	r := policy.Request{Action: "iam:PassRole", Resource: roleARN, Context: s.context(p)}
	r.Context["iam:passedtoservice"] = []string{service + ".amazonaws.com"}
	return s.authorize(p, r)
}

func (s *Service) authorize(p wire.Principal, r policy.Request) error {
	if p.RoleARN == "" {
		return nil
	}
	g, err := s.grant(p.RoleARN)
	if err != nil {
		return err
	}
	why := g.refusal(r)
	if why == "" {
		return nil
	}
	return wire.Errorf(http.StatusForbidden, "AccessDenied",
		"User: %s is not authorized to perform: %s on resource: %s %s", p.ARN, r.Action, r.Resource, why)
}

// refusal gives why a request is refused, in AWS's words; "" where it is not.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func (g *grant) refusal(r policy.Request) string {
	identity, boundary := policy.Evaluate(g.identity, r), policy.Allowed
	if g.boundary != nil {
		boundary = policy.Evaluate(g.boundary, r)
	}
	switch {
	case identity == policy.Denied:
		return "with an explicit deny in an identity-based policy"
	case boundary == policy.Denied:
		return "with an explicit deny in a permissions boundary"
	case identity == policy.Unmatched:
		return fmt.Sprintf("because no identity-based policy allows the %s action", r.Action)
	case boundary == policy.Unmatched:
		return fmt.Sprintf("because no permissions boundary allows the %s action", r.Action)
	}
	return ""
}

// context gives the values of the global condition keys that the local cloud
// knows. SecureTransport is true: the loopback interface stands for TLS.
func (s *Service) context(p wire.Principal) map[string][]string {
	now := s.env.Now().UTC()
	return map[string][]string{
		"aws:principalarn":     {p.RoleARN},
		"aws:principalaccount": {s.env.Account},
		"aws:principaltype":    {"AssumedRole"},
		"aws:userid":           {p.UserID},
		"aws:requestedregion":  {s.env.Region},
		"aws:resourceaccount":  {s.env.Account},
		"aws:currenttime":      {now.Format(time.RFC3339)},
		"aws:epochtime":        {strconv.FormatInt(now.Unix(), 10)},
		"aws:securetransport":  {"true"},
		"aws:sourceip":         {"127.0.0.1"},
	}
}

// grant gives a role's; that of a role that was deleted allows nothing.
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

// documents gives the default versions of managed policies.
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

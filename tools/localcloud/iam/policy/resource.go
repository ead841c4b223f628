package policy

import (
	"errors"
	"strings"
)

// Resource parses the policy of a resource, such as a bucket or a queue.
func Resource(raw string) (*Document, error) { return parse(raw, (*Statement).checkResource) }

func (s *Statement) checkResource() error {
	switch {
	case s.Principal == nil && s.NotPrincipal == nil:
		return errors.New("Missing required field Principal")
	case s.Principal != nil && s.NotPrincipal != nil:
		return errors.New("Syntax errors in policy. (Principal and NotPrincipal in one statement)")
	case len(s.Resource)+len(s.NotResource) == 0:
		return errors.New("Missing required field Resource")
	case len(s.Resource) > 0 && len(s.NotResource) > 0:
		return errors.New("Syntax errors in policy. (Resource and NotResource in one statement)")
	}
	for _, p := range []*Principals{s.Principal, s.NotPrincipal} {
		if err := p.check(); err != nil {
			return err
		}
		if p != nil && p.canonical {
			return errors.New("Invalid principal in policy: CanonicalUser is not supported by the local cloud")
		}
	}
	return nil
}

// Vendors returns the services of the actions that the document names, without
// repetition; "*" for all actions. Many services refuse others than their own.
func (d *Document) Vendors() []string {
	var all []string
	seen := map[string]bool{}
	for _, s := range d.Statements {
		for _, action := range append(append([]string{}, s.Action...), s.NotAction...) {
			if vendor, _, _ := strings.Cut(action, ":"); !seen[vendor] {
				seen[vendor] = true
				all = append(all, vendor)
			}
		}
	}
	return all
}

// EvaluateResource decides by the policy of r.Resource whether r.Caller may do
// r.Action. Of an Allowed request, direct reports whether the policy grants it to
// the caller itself (a session, a service, or everybody), rather than to the role
// of the session: only the latter is limited by the role's boundary and by
// session policies. A statement that names the caller's account denies, but does
// not allow: it leaves that to identity policies.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
func EvaluateResource(doc *Document, r Request) (d Decision, direct bool) {
	action := strings.ToLower(r.Action)
	for i := range doc.Statements {
		s := &doc.Statements[i]
		named := s.naming(r.Caller)
		if named == notNamed || !s.coversAction(action) || !s.coversResource(r) || !s.hold(r.Context) {
			continue
		}
		switch {
		case s.Effect == Deny:
			return Denied, false
		case named == itself:
			d, direct = Allowed, true
		case named == asRole:
			d = Allowed
		}
	}
	return d, direct
}

// naming is how a statement names a caller.
type naming int

const (
	notNamed  naming = iota
	asAccount        // by its account
	asRole           // by the role of its session
	itself           // by its own name, or with everybody
)

// naming returns how the statement names a caller. NotPrincipal names everybody
// whom it does not list.
func (s *Statement) naming(c Caller) naming {
	switch {
	case s.NotPrincipal == nil:
		return s.Principal.naming(c)
	case s.NotPrincipal.exempt(c):
		return notNamed
	}
	return itself
}

func (p *Principals) naming(c Caller) naming {
	names := func(list []string, name string) bool {
		return name != "" && anyOf(list, func(s string) bool { return s == name })
	}
	switch {
	case p.All || names(p.Service, c.Service) || names(p.AWS, c.own()):
		return itself
	case c.Service != "":
		return notNamed
	case anyOf(c.ARNs, func(arn string) bool { return names(p.AWS, arn) }):
		return asRole
	case names(p.AWS, c.Account) || names(p.AWS, c.root()):
		return asAccount
	}
	return notNamed
}

// exempt reports whether a NotPrincipal lists a caller. AWS asks for the account
// of a role or a session as well: a policy that lists only one of them may deny
// both.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
func (p *Principals) exempt(c Caller) bool {
	named := p.naming(c)
	switch {
	case p.All || c.Service != "":
		return named == itself
	case c.own() == c.root():
		return named != notNamed
	}
	return named > asAccount && p.naming(Caller{Account: c.Account}) == asAccount
}

// own returns the ARN of the caller itself: the first of its ARNs.
func (c Caller) own() string {
	if len(c.ARNs) == 0 {
		return ""
	}
	return c.ARNs[0]
}

func (c Caller) root() string { return "arn:aws:iam::" + c.Account + ":root" }

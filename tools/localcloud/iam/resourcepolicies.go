package iam

import (
	"sync"

	"github.com/seastack/seastack/tools/localcloud/iam/policy"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

const denyOfResource = "with an explicit deny in a resource-based policy"

// ReadPolicies sets the function that returns the policy of another service's
// resource by its ARN, "" if it has none. It must be called before the first
// request.
func (s *Service) ReadPolicies(read func(arn string) (string, error)) { s.readPolicy = read }

// resourcePolicy is the parsed policy of a resource; nil if it has none.
type resourcePolicy struct{ doc *policy.Document }

// resourceDecision is the decision of a resource's policy. It is Unmatched if
// there is none.
type resourceDecision struct {
	policy.Decision
	direct bool // it allows the caller itself, rather than its role
}

// decide decides a request of r.Caller. Without a role that exists, it only
// denies: AWS's policies name a role by its ID, which another role of its name
// does not have.
func (p *resourcePolicy) decide(r policy.Request, exists bool) resourceDecision {
	if p == nil {
		return resourceDecision{}
	}
	d, direct := policy.EvaluateResource(p.doc, r)
	if d == policy.Allowed && !exists {
		return resourceDecision{}
	}
	return resourceDecision{d, direct}
}

// resourcePolicy returns the policy of the resource with that ARN. One that cannot
// be parsed, of a state that an older version wrote, refuses all requests but
// root's.
func (s *Service) resourcePolicy(arn string) (*resourcePolicy, error) {
	if s.readPolicy == nil {
		return nil, nil
	}
	text, err := s.readPolicy(arn)
	if err != nil {
		return nil, err
	}
	return s.parsed.get(text)
}

// authorizeRoot decides a request of the account's root user, who may do what no
// resource's policy denies.
func (s *Service) authorizeRoot(
	p wire.Principal, of *resourcePolicy, r policy.Request, tags func() wire.RequestTags,
) error {
	if of == nil {
		return nil
	}
	keys, err := s.callerContext(p, r.Context)
	if err != nil {
		return err
	}
	r.Context = keys
	if err := s.putAskedTags(nil, of, r, tags); err != nil {
		return err
	}
	if of.decide(r, true).Decision == policy.Denied {
		return denied(p.ARN, r, denyOfResource)
	}
	return nil
}

// AuthorizeService implements wire.ServiceAuthority.
func (s *Service) AuthorizeService(service, source, action, resource string) error {
	of, err := s.resourcePolicy(resource)
	if err != nil {
		return err
	}
	r := policy.Request{
		Action: action, Resource: resource, Context: s.serviceContext(service, source), Caller: policy.Caller{Service: service},
	}
	if err := s.putAskedTags(nil, of, r, nil); err != nil {
		return err
	}
	return of.permit(service, r)
}

// PermitOwner returns nil if a resource's policy lets a service do an action for
// the owner of source, another resource: the request has the key aws:SourceOwner.
// So the policy that SNS puts on a topic lets alarms publish.
// https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
func (s *Service) PermitOwner(document, service, source, action, resource string) error {
	r := policy.Request{
		Action: action, Resource: resource, Context: s.serviceContext(service, source), Caller: policy.Caller{Service: service},
	}
	r.Context["aws:sourceowner"] = []string{s.env.Account}
	of, err := s.parsed.get(document)
	if err != nil {
		return err
	}
	return of.permit(service, r)
}

// AuthorizeBy is AuthorizeKeys for a resource whose policy is document, "" if it has
// none.
func (s *Service) AuthorizeBy(p wire.Principal, document, action, resource string, keys map[string][]string) error {
	of, err := s.parsed.get(document)
	if err != nil {
		return err
	}
	return s.authorizeBy(p, of, policy.Request{Action: action, Resource: resource, Context: keys}, nil)
}

// PermitAnyone returns nil if a resource's policy lets everybody do an action, also
// who has no credentials. keys are the request's own condition keys, in lower case.
func (s *Service) PermitAnyone(document, action, resource string, keys map[string][]string) error {
	of, err := s.parsed.get(document)
	if err != nil {
		return err
	}
	r := policy.Request{Action: action, Resource: resource, Context: s.environment(keys)}
	delete(r.Context, "aws:principalaccount")
	return of.permit("anonymous", r)
}

// permit returns nil if the policy allows the request of who has no
// identity policies.
func (p *resourcePolicy) permit(who string, r policy.Request) error {
	switch p.decide(r, true).Decision {
	case policy.Allowed:
		return nil
	case policy.Denied:
		return denied(who, r, denyOfResource)
	}
	return denied(who, r, "because no resource-based policy allows the "+r.Action+" action")
}

// serviceContext returns the condition keys of a request that a service makes on
// behalf of source, "" if it names none.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (s *Service) serviceContext(service, source string) map[string][]string {
	keys := map[string][]string{"aws:sourceaccount": {s.env.Account}}
	if source != "" {
		keys["aws:sourcearn"] = []string{source}
	}
	keys = s.environment(keys)
	keys["aws:principalisawsservice"], keys["aws:principalservicename"] = yes, []string{service}
	return keys
}

// maxParsed is how many parsed policies are kept.
const maxParsed = 256

// parsedPolicies keeps parsed policies by their text: every request of a resource
// with a policy needs one.
type parsedPolicies struct {
	mu   sync.Mutex
	byID map[string]*resourcePolicy
}

// get returns the parsed policy, nil for "".
func (p *parsedPolicies) get(text string) (*resourcePolicy, error) {
	if text == "" {
		return nil, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if known := p.byID[text]; known != nil {
		return known, nil
	}
	doc, err := policy.Resource(text)
	if err != nil {
		return nil, malformed(err)
	}
	if p.byID == nil || len(p.byID) >= maxParsed {
		p.byID = map[string]*resourcePolicy{}
	}
	p.byID[text] = &resourcePolicy{doc}
	return p.byID[text], nil
}

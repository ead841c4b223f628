package iam

import (
	"net/http"

	"github.com/seastack/seastack/tools/localcloud/iam/policy"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// AuthorizeKeys is Authorize for a request that has condition keys of its own, in
// lower case.
func (s *Service) AuthorizeKeys(p wire.Principal, action, resource string, keys map[string][]string) error {
	return s.authorize(p, policy.Request{Action: action, Resource: resource, Context: keys}, nil)
}

// PermitService returns nil if a resource's policy, which may be empty, lets a
// service do an action on behalf of source, another resource. Otherwise the error
// is an AccessDenied *wire.Error.
func (s *Service) PermitService(document, service, source, action, resource string) error {
	r := policy.Request{Action: action, Resource: resource, Context: s.serviceContext(service, source)}
	return permit(document, r, policy.Caller{Service: service})
}

// PermitOwner is PermitService for a service that acts for the owner of source:
// statements about all AWS principals are about it as well, with the key
// aws:SourceOwner. So the policy that SNS puts on a topic lets alarms publish.
// https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
func (s *Service) PermitOwner(document, service, source, action, resource string) error {
	r := policy.Request{Action: action, Resource: resource, Context: s.serviceContext(service, source)}
	r.Context["aws:sourceowner"] = []string{s.env.Account}
	return permit(document, r, policy.Caller{Service: service}, policy.Caller{Account: s.env.Account})
}

// permit returns nil if a policy allows a request to one of the callers, and
// denies it to none.
func permit(document string, r policy.Request, callers ...policy.Caller) error {
	outcome := policy.Unmatched
	if document != "" {
		doc, err := policy.Resource(document)
		if err != nil {
			return err
		}
		for _, r.Caller = range callers {
			outcome = max(outcome, policy.EvaluateResource(doc, r)) // a Deny wins
		}
	}
	if outcome == policy.Allowed {
		return nil
	}
	return wire.Errorf(http.StatusForbidden, "AccessDenied",
		"User: %s is not authorized to perform: %s on resource: %s because no resource-based policy allows the %s action",
		callers[0].Service, r.Action, r.Resource, r.Action)
}

// serviceContext returns the condition keys of a request of a service on behalf of
// source, which may be "".
func (s *Service) serviceContext(service, source string) map[string][]string {
	keys := map[string][]string{"aws:sourceaccount": {s.env.Account}}
	if source != "" {
		keys["aws:sourcearn"] = []string{source}
	}
	keys = s.environment(keys)
	keys["aws:principalisawsservice"], keys["aws:principalservicename"] = yes, []string{service}
	return keys
}

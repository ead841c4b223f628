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
	denied := wire.Errorf(http.StatusForbidden, "AccessDenied",
		"User: %s is not authorized to perform: %s on resource: %s because no resource-based policy allows the %s action", service, action, resource, action)
	if document == "" {
		return denied
	}
	doc, err := policy.Resource(document)
	if err != nil {
		return err
	}
	r := policy.Request{Action: action, Resource: resource, Context: s.serviceContext(service, source), Caller: policy.Caller{Service: service}}
	if policy.EvaluateResource(doc, r) != policy.Allowed {
		return denied
	}
	return nil
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

package iam

import (
	"net/http"
	"unicode/utf8"

	"github.com/seastack/seastack/tools/localcloud/iam/policy"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Limits of session policies: the number of managed policies, and the characters
// of all together.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const (
	maxSessionPolicyARNs = 10
	maxSessionPolicy     = 2048
)

// sessionPolicies returns the documents of the session policies that a request
// names, as they are now. Later changes of the managed policies do not change
// them.
func (s *Service) sessionPolicies(in AssumeRequest) (all []string, err error) {
	if len(in.PolicyARNs) > maxSessionPolicyARNs {
		return nil, invalid("1 validation error detected: Value at 'policyArns' failed to satisfy constraint: "+
			"Member must have length less than or equal to %d", maxSessionPolicyARNs)
	}
	err = s.env.Store.View(func(tx *store.Tx) error {
		all, err = s.documents(tx, in.PolicyARNs)
		return err
	})
	if err != nil {
		return nil, err
	}
	if in.Policy == "" {
		return all, nil
	}
	if _, err := policy.Identity(in.Policy); err != nil {
		return nil, malformed(err)
	}
	if n := utf8.RuneCountInString(in.Policy); n > maxSessionPolicy {
		return nil, wire.Errorf(http.StatusBadRequest, "PackedPolicyTooLarge",
			"The session policy has %d characters, and may have %d", n, maxSessionPolicy)
	}
	return append(all, in.Policy), nil
}

package secretsmanager

import (
	"context"

	"github.com/seastack/seastack/tools/localcloud/iam/policy"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// maxPolicy is the largest resource policy, in characters.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html
const maxPolicy = 20480

// policyOf returns the resource policy of the secret with that ARN, "" if it has
// none.
func (s *Service) policyOf(arn string) (string, error) {
	found, ok, err := s.secrets.Get(s.name(arn))
	if err != nil || !ok || found.ARN != arn {
		return "", err
	}
	return found.Policy, nil
}

type policyInput struct {
	SecretId       string
	ResourcePolicy string
}

type policyOutput struct {
	ARN, Name      string
	ResourcePolicy string `json:",omitempty"`
}

func (s *Service) getResourcePolicy(_ context.Context, _ *wire.Call, in *idInput) (*policyOutput, error) {
	var out policyOutput
	return &out, s.view(in.SecretId, true, func(have secret) error {
		out = policyOutput{have.ARN, have.Name, have.Policy}
		return nil
	})
}

func (s *Service) putResourcePolicy(_ context.Context, _ *wire.Call, in *policyInput) (*reference, error) {
	if err := checkPolicy(in.ResourcePolicy); err != nil {
		return nil, err
	}
	return s.setPolicy(in.SecretId, in.ResourcePolicy)
}

func (s *Service) deleteResourcePolicy(_ context.Context, _ *wire.Call, in *idInput) (*reference, error) {
	return s.setPolicy(in.SecretId, "")
}

func (s *Service) setPolicy(id, text string) (*reference, error) {
	var out reference
	return &out, s.change(id, false, func(have *secret) error {
		have.Policy = text
		out = reference{ARN: have.ARN, Name: have.Name}
		return nil
	})
}

func checkPolicy(text string) error {
	if n := len([]rune(text)); n == 0 || n > maxPolicy {
		return invalid("The resource policy has %d characters, and may have 1 to %d", n, maxPolicy)
	}
	doc, err := policy.Resource(text)
	if err != nil {
		return malformedPolicy("This resource policy contains a syntax error: %v", err)
	}
	for _, vendor := range doc.Vendors() {
		if vendor != "secretsmanager" && vendor != "*" {
			return malformedPolicy("This resource policy contains an action of another service: %s", vendor)
		}
	}
	return nil
}

func malformedPolicy(format string, args ...any) error {
	return wire.Errorf(400, "MalformedPolicyDocumentException", format, args...)
}

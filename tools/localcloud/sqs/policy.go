package sqs

import (
	"context"
	"errors"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/iam/policy"
)

// policyOf returns the policy of the queue with that ARN, "" if it has none.
func (s *Service) policyOf(arn string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, ours := strings.CutPrefix(arn, s.arn(""))
	q := s.live[name]
	if !ours || q == nil {
		return "", nil
	}
	return q.Attributes[queuePolicy], nil
}

// checkPolicy checks a new policy of a queue.
func checkPolicy(text string) error {
	doc, err := policy.Resource(text)
	if err != nil {
		return errPolicy("%v", err)
	}
	for _, vendor := range doc.Vendors() {
		if vendor != "sqs" && vendor != "*" {
			return errPolicy("The policy has actions of %s, which is not the service of a queue", vendor)
		}
	}
	return nil
}

// SendAs puts a message on a queue in the name of a service
// ("s3.amazonaws.com"), on behalf of the resource with the ARN source, if the
// queue's policy allows that.
func (s *Service) SendAs(
	ctx context.Context, service, source, queueARN, body string, attributes map[string]AttributeValue,
) error {
	if err := s.PermitSend(service, source, queueARN); err != nil {
		return err
	}
	_, err := s.Send(ctx, queueARN, body, attributes)
	return err
}

// PermitSend returns nil if the queue exists, and its policy lets a service send
// to it on behalf of the resource with the ARN source.
func (s *Service) PermitSend(service, source, queueARN string) error {
	s.mu.Lock()
	_, err := s.byARN(queueARN)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	if s.authority == nil {
		return errors.New("sqs: there is no authority that could permit a service to send")
	}
	return s.authority.AuthorizeService(service, source, "sqs:SendMessage", queueARN)
}

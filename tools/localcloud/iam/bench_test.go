package iam_test

import (
	"testing"

	"github.com/seastack/seastack/tools/localcloud/iam"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// BenchmarkAuthorize decides a call as every call of a function is decided.
func BenchmarkAuthorize(b *testing.B) {
	s, env, _ := newService(b)
	for _, op := range s.Definition().Operations {
		if op.Name == "PutRolePolicy" {
			call := &wire.Call{Env: env, Query: map[string][]string{"RoleName": {"web"}, "PolicyName": {"send"}, "PolicyDocument": {
				`{"Version":"2012-10-17","Statement":[{"Sid":"Send","Effect":"Allow","Action":["sqs:SendMessage","sqs:GetQueueUrl"],` +
					`"Resource":["arn:aws:sqs:us-east-1:000000000000:notes"]}]}`}}}
			if _, err := op.Handle(b.Context(), call); err != nil {
				b.Fatal(err)
			}
		}
	}
	c, err := s.Session(webARN, "function", "lambda.amazonaws.com")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		decide(b, s, c)
	}
}

func decide(b *testing.B, s *iam.Service, c iam.Credentials) {
	p, err := s.Principal(c.AccessKeyID, c.SessionToken)
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Authorize(p, "sqs:SendMessage", "arn:aws:sqs:us-east-1:000000000000:notes"); err != nil {
		b.Fatal(err)
	}
}

package iam_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/seastack/seastack/tools/localcloud/iam"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

const (
	thing   = "arn:aws:s3:::things/k"
	asked   = "s3:GetObject"
	session = "arn:aws:sts::000000000000:assumed-role/web/one"
)

// effects are the policies of an identity, a boundary or a session, by a letter:
// they allow what is asked, allow something else (n), or deny.
var effects = map[rune]string{
	'a': `{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`,
	'n': `{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}`,
	'd': `{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"s3:GetObject","Resource":"*"}`,
}

// resourceStatement returns a statement of the policy of the bucket.
func resourceStatement(effect, principal string) string {
	return `{"Effect":"` + effect + `","Principal":` + principal + `,"Action":"s3:GetObject","Resource":"` + thing + `"}`
}

func document(statements string) string {
	return `{"Version":"2012-10-17","Statement":[` + statements + `]}`
}

// TestSingleAccountLogic has a row for each identity policy and each policy of the
// resource. A row has a decision for each boundary (none, one that allows, one
// that does not, one that denies), and in each group for each session policy, in
// the same order. A is an Allow, D an explicit Deny; I, B and S are implicit, of
// the identity policy, the boundary and the session policy.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
func TestSingleAccountLogic(t *testing.T) {
	const denied = "DDDD DDDD DDDD DDDD"
	allowRole := resourceStatement("Allow", `{"AWS":"`+webARN+`"}`)
	allowSession := resourceStatement("Allow", `{"AWS":"`+session+`"}`)
	allowAll := resourceStatement("Allow", `"*"`)
	allowAccount := resourceStatement("Allow", `{"AWS":"000000000000"}`)
	allowOther := resourceStatement("Allow", `{"AWS":"arn:aws:iam::000000000000:role/other"}`)
	for _, row := range []struct {
		identity       rune
		name, resource string
		want           string
	}{
		{'a', "none", "", "AASD AASD BBBD DDDD"},
		{'a', "allows another role", allowOther, "AASD AASD BBBD DDDD"},
		{'a', "allows the account", allowAccount, "AASD AASD BBBD DDDD"},
		{'a', "allows the role", allowRole, "AASD AASD BBBD DDDD"},
		{'a', "allows the session", allowSession, "AAAD AAAD AAAD DDDD"},
		{'a', "allows everybody", allowAll, "AAAD AAAD AAAD DDDD"},
		{'a', "denies the role", resourceStatement("Deny", `{"AWS":"`+webARN+`"}`), denied},
		{'a', "denies the account", resourceStatement("Deny", `{"AWS":"000000000000"}`), denied},
		{'a', "denies and allows", allowSession + "," + resourceStatement("Deny", `"*"`), denied},
		{'n', "none", "", "IIID IIID IIID DDDD"},
		{'n', "allows another role", allowOther, "IIID IIID IIID DDDD"},
		{'n', "allows the account", allowAccount, "IIID IIID IIID DDDD"},
		{'n', "allows the role", allowRole, "AASD AASD BBBD DDDD"},
		{'n', "allows the session", allowSession, "AAAD AAAD AAAD DDDD"},
		{'n', "allows everybody", allowAll, "AAAD AAAD AAAD DDDD"},
		{'n', "denies the session", resourceStatement("Deny", `{"AWS":"`+session+`"}`), denied},
		{'d', "none", "", denied},
		{'d', "allows the role", allowRole, denied},
		{'d', "allows the session", allowSession, denied},
		{'d', "denies everybody", resourceStatement("Deny", `"*"`), denied},
	} {
		t.Run(fmt.Sprintf("%c %s", row.identity, row.name), func(t *testing.T) {
			s := newLogic(t, row.identity, row.resource)
			var groups []string
			for _, boundary := range "-and" {
				s.setBoundary(boundary)
				group := ""
				for _, limit := range "-and" {
					group += s.decide(limit)
				}
				groups = append(groups, group)
			}
			if got := strings.Join(groups, " "); got != row.want {
				t.Errorf("got %s, want %s", got, row.want)
			}
		})
	}
}

// logic is IAM with the role "web", and a bucket with a policy.
type logic struct {
	*iam.Service
	t   *testing.T
	env *wire.Env
}

func newLogic(t *testing.T, identity rune, resource string) *logic {
	service, env, _ := newService(t)
	s := &logic{service, t, env}
	s.ReadPolicies(func(arn string) (string, error) {
		if resource == "" || arn != thing {
			return "", nil
		}
		return document(resource), nil
	})
	s.call("UpdateAssumeRolePolicy", map[string]string{"RoleName": "web", "PolicyDocument": accountTrust})
	s.call("PutRolePolicy", map[string]string{"RoleName": "web", "PolicyName": "p", "PolicyDocument": document(effects[identity])})
	for _, letter := range "and" {
		s.call("CreatePolicy", map[string]string{"PolicyName": string(letter), "PolicyDocument": document(effects[letter])})
	}
	return s
}

func (s *logic) call(operation string, in map[string]string) {
	s.t.Helper()
	query := map[string][]string{}
	for name, value := range in {
		query[name] = []string{value}
	}
	for _, op := range s.Definition().Operations {
		if op.Name == operation {
			if _, err := op.Handle(s.t.Context(), &wire.Call{Env: s.env, Query: query}); err != nil {
				s.t.Fatal(err)
			}
		}
	}
}

func (s *logic) setBoundary(letter rune) {
	if letter == '-' {
		s.call("DeleteRolePermissionsBoundary", map[string]string{"RoleName": "web"})
		return
	}
	s.call("PutRolePermissionsBoundary", map[string]string{"RoleName": "web",
		"PermissionsBoundary": "arn:aws:iam::000000000000:policy/" + string(letter)})
}

// decide returns the letter of the decision of a session with a session policy.
func (s *logic) decide(limit rune) string {
	s.t.Helper()
	in := iam.AssumeRequest{RoleARN: webARN, SessionName: "one"}
	if limit != '-' {
		in.Policy = document(effects[limit])
	}
	root, err := s.Principal("test", "")
	if err != nil {
		s.t.Fatal(err)
	}
	as, err := s.Assume(root, in)
	if err != nil {
		s.t.Fatal(err)
	}
	p, err := s.Principal(as.Credentials.AccessKeyID, as.Credentials.SessionToken)
	if err != nil {
		s.t.Fatal(err)
	}
	return letterOf(s.t, s.Authorize(p, asked, thing))
}

func letterOf(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return "A"
	}
	var e *wire.Error
	if !errors.As(err, &e) || e.Code != "AccessDenied" {
		t.Fatal(err)
	}
	for text, letter := range map[string]string{
		"with an explicit deny in a": "D", "no identity-based policy": "I", "no permissions boundary": "B", "no session policy": "S",
	} {
		if strings.Contains(e.Message, text) {
			return letter
		}
	}
	return "?"
}

// TestRootAndServices: root may do what a resource's policy does not deny, and a
// service what it allows.
func TestRootAndServices(t *testing.T) {
	const bucket = "arn:aws:s3:::mine"
	service := resourceStatement("Allow", `{"Service":"s3.amazonaws.com"}`)
	ofBucket := strings.TrimSuffix(service, "}") + `,"Condition":{"ArnLike":{"aws:SourceArn":"` + bucket + `"},"StringEquals":{"aws:SourceAccount":"000000000000"}}}`
	for _, row := range []struct {
		name, resource         string
		root, service, another bool // another is the service on behalf of another bucket
	}{
		{"no policy", "", true, false, false},
		{"service", service, true, true, true},
		{"service and source", ofBucket, true, true, false},
		{"another service", resourceStatement("Allow", `{"Service":"events.amazonaws.com"}`), true, false, false},
		{"account", resourceStatement("Allow", `{"AWS":"000000000000"}`), true, false, false},
		{"everybody", resourceStatement("Allow", `"*"`), true, true, true},
		{"denied to everybody", service + "," + resourceStatement("Deny", `"*"`), false, false, false},
		{"denied to root", service + "," + resourceStatement("Deny", `{"AWS":"arn:aws:iam::000000000000:root"}`), false, true, true},
		{"denied to a role", resourceStatement("Deny", `{"AWS":"`+webARN+`"}`), true, false, false},
		{"denied to others than root", notPrincipal(`{"AWS":"000000000000"}`), true, false, false},
		{"denied to others than a role", notPrincipal(`{"AWS":["` + webARN + `"]}`), false, false, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newLogic(t, 'a', row.resource)
			root, err := s.Principal("test", "")
			if err != nil {
				t.Fatal(err)
			}
			got := []bool{
				s.Authorize(root, asked, thing) == nil,
				s.AuthorizeService("s3.amazonaws.com", bucket, asked, thing) == nil,
				s.AuthorizeService("s3.amazonaws.com", "arn:aws:s3:::other", asked, thing) == nil,
			}
			if want := []bool{row.root, row.service, row.another}; fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("root, service, another source: %v, want %v", got, want)
			}
		})
	}
}

// notPrincipal returns a statement that denies what is asked to others than those.
func notPrincipal(but string) string {
	return strings.Replace(resourceStatement("Deny", but), `"Principal"`, `"NotPrincipal"`, 1)
}

// TestNotPrincipal: a role is left out of a Deny if it is listed with its account.
func TestNotPrincipal(t *testing.T) {
	for but, want := range map[string]string{
		`{"AWS":["` + webARN + `","000000000000"]}`:      "A",
		`{"AWS":["` + session + `","000000000000"]}`:     "A",
		`{"AWS":"` + webARN + `"}`:                       "D",
		`{"AWS":"arn:aws:iam::000000000000:root"}`:       "D",
		`{"Service":"s3.amazonaws.com"}`:                 "D",
		`{"AWS":"arn:aws:iam::000000000000:role/other"}`: "D",
	} {
		if got := newLogic(t, 'a', notPrincipal(but)).decide('-'); got != want {
			t.Errorf("but %s: %s, want %s", but, got, want)
		}
	}
}

package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

var errNoVendor = errors.New("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")

// Identity parses the policy of an identity (inline, managed or boundary). Its
// errors have AWS's messages of MalformedPolicyDocument, if they are known.
func Identity(raw string) (*Document, error) { return parse(raw, plainSID, (*Statement).checkIdentity) }

// Trust parses a role's trust policy.
func Trust(raw string) (*Document, error) { return parse(raw, plainSID, (*Statement).checkTrust) }

// Resource parses the policy of a resource. Its statements may have IDs that IAM
// does not take: SNS itself writes __default_statement_ID.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
func Resource(raw string) (*Document, error) { return parse(raw, anySID, (*Statement).checkResource) }

func parse(raw string, sid *regexp.Regexp, check func(*Statement) error) (*Document, error) {
	if err := checkSyntax(raw); err != nil {
		return nil, syntaxError(err)
	}
	doc := new(Document)
	if err := json.Unmarshal([]byte(raw), doc); err != nil {
		return nil, syntaxError(err)
	}
	if doc.Version != "" && doc.Version != "2012-10-17" && doc.Version != "2008-10-17" {
		return nil, errors.New("The policy must contain a valid version string")
	}
	if len(doc.Statements) == 0 {
		return nil, errors.New("Syntax errors in policy.")
	}
	for i := range doc.Statements {
		if err := doc.Statements[i].check(doc.expands(), check); err != nil {
			return nil, err
		}
	}
	doc.findAsked()
	return doc, doc.checkSIDs(sid)
}

// findAsked finds the keys of tags in conditions and in variables.
func (d *Document) findAsked() {
	note := func(text string) {
		text = strings.ToLower(text)
		d.AsksRequestTags = d.AsksRequestTags || strings.Contains(text, "aws:requesttag/") || strings.Contains(text, "aws:tagkeys")
		d.AsksResourceTags = d.AsksResourceTags || strings.Contains(text, ":resourcetag/")
	}
	for _, s := range d.Statements {
		for _, c := range s.clauses {
			note(c.key)
			note(strings.Join(c.want, " "))
		}
		note(strings.Join(s.Resource, " "))
		note(strings.Join(s.NotResource, " "))
	}
}

// syntaxError returns our messages as they are, and wraps the decoder's in AWS's
// message.
func syntaxError(err error) error {
	if strings.HasPrefix(err.Error(), "Invalid principal") {
		return err
	}
	return fmt.Errorf("Syntax errors in policy. (%w)", err)
}

// expands reports whether the document's version has policy variables: in
// 2008-10-17, which is the default, ${aws:username} is plain text.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
func (d *Document) expands() bool { return d.Version == "2012-10-17" }

var (
	plainSID = regexp.MustCompile(`^[0-9A-Za-z]*$`)
	anySID   = regexp.MustCompile(``)
)

func (d *Document) checkSIDs(format *regexp.Regexp) error {
	seen := map[string]bool{}
	for _, s := range d.Statements {
		if !format.MatchString(s.SID) {
			return errors.New("Statement IDs (SID) must be alpha-numeric. " +
				"Check that your input satisfies the regular expression [0-9A-Za-z]*")
		}
		if s.SID != "" && seen[s.SID] {
			return errors.New("Statement IDs (SID) in a single policy must be unique.")
		}
		seen[s.SID] = true
	}
	return nil
}

func (s *Statement) check(expands bool, kind func(*Statement) error) (err error) {
	if s.Effect != Allow && s.Effect != Deny {
		return fmt.Errorf("Syntax errors in policy. (invalid effect %q)", s.Effect)
	}
	if len(s.Action)+len(s.NotAction) == 0 {
		return errors.New("Policy statement must contain actions.")
	}
	if len(s.Action) > 0 && len(s.NotAction) > 0 {
		return errors.New("Syntax errors in policy. (Action and NotAction in one statement)")
	}
	for _, a := range append(append([]string{}, s.Action...), s.NotAction...) {
		if vendor, name, ok := strings.Cut(a, ":"); a != "*" && (!ok || vendor == "" || name == "") {
			return errNoVendor
		}
	}
	if s.clauses, err = s.Condition.parse(expands); err != nil {
		return err
	}
	s.expands = expands
	if err := kind(s); err != nil {
		return err
	}
	lower(s.Action)
	lower(s.NotAction)
	return nil
}

// lower puts actions in lower case once: they match in any, and a managed
// policy has thousands.
func lower(actions []string) {
	for i := range actions {
		actions[i] = strings.ToLower(actions[i])
	}
}

func (s *Statement) checkIdentity() error {
	if s.Principal != nil || s.NotPrincipal != nil {
		return errors.New("Policy document should not specify a principal.")
	}
	if len(s.Resource)+len(s.NotResource) == 0 {
		return errors.New("Policy statement must contain resources.")
	}
	if len(s.Resource) > 0 && len(s.NotResource) > 0 {
		return errors.New("Syntax errors in policy. (Resource and NotResource in one statement)")
	}
	for _, r := range append(append([]string{}, s.Resource...), s.NotResource...) {
		if r != "*" && !strings.HasPrefix(r, "arn:") {
			return fmt.Errorf("Resource %s must be in ARN format or \"*\".", r)
		}
		if r != "*" && !strings.Contains(r, "*") && strings.Count(r, ":") < 5 {
			return fmt.Errorf("Resource %s must be in ARN format or \"*\".", r)
		}
	}
	return nil
}

func (s *Statement) checkTrust() error {
	if len(s.Resource)+len(s.NotResource) > 0 {
		return errors.New("Has prohibited field Resource")
	}
	if err := s.checkPrincipals(); err != nil {
		return err
	}
	for _, a := range s.Action {
		if a != "*" && !strings.HasPrefix(strings.ToLower(a), "sts:") {
			return errors.New("AssumeRole policy may only specify STS AssumeRole actions.")
		}
	}
	return nil
}

// checkResource checks a statement of a resource's policy. It may leave out the
// resource, which is the policy's own then.
func (s *Statement) checkResource() error {
	if len(s.Resource) > 0 && len(s.NotResource) > 0 {
		return errors.New("Syntax errors in policy. (Resource and NotResource in one statement)")
	}
	return s.checkPrincipals()
}

func (s *Statement) checkPrincipals() error {
	if s.Principal == nil && s.NotPrincipal == nil {
		return errors.New("Missing required field Principal")
	}
	if s.Principal != nil && s.NotPrincipal != nil {
		return errors.New("Syntax errors in policy. (Principal and NotPrincipal in one statement)")
	}
	for _, p := range []*Principals{s.Principal, s.NotPrincipal} {
		if err := p.check(); err != nil {
			return err
		}
	}
	return nil
}

var awsPrincipal = regexp.MustCompile(`^(\*|\d{12}|arn:[\w-]+:(iam|sts)::\d{12}:[^*?]+)$`)

// check refuses principals that name nobody, such as an ARN with a wildcard. AWS
// allows a wildcard only as "*".
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func (p *Principals) check() error {
	if p == nil {
		return nil
	}
	for _, name := range p.AWS {
		if !awsPrincipal.MatchString(name) {
			return fmt.Errorf("Invalid principal in policy: \"AWS\":%q", name)
		}
	}
	for _, name := range p.Service {
		if !strings.Contains(name, ".") || strings.Contains(name, "*") {
			return fmt.Errorf("Invalid principal in policy: \"SERVICE\":%q", name)
		}
	}
	return nil
}

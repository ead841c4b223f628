package policy

import "strings"

// Request is a request to authorize.
type Request struct {
	Action   string // "sqs:SendMessage"
	Resource string // an ARN; "*" for an action that has no resource
	// Context holds the values of condition keys, whose names are in lower case.
	Context map[string][]string
	// Caller is the caller; only trust policies and those of resources depend on
	// it.
	Caller Caller
}

// Caller is the caller of a request.
type Caller struct {
	Service string   // "lambda.amazonaws.com"
	ARNs    []string // the ARNs by which a statement may name the caller, its own first
	Account string   // the caller's account, by which a statement may name all callers of the account
}

// Decision is the outcome of a set of policies.
type Decision int

// A request that no statement matches is Unmatched: denied, unless another set of
// policies allows it.
const (
	Unmatched Decision = iota
	Allowed
	Denied
)

// Evaluate decides a request by identity policies: a Deny wins over any Allow.
func Evaluate(docs []*Document, r Request) Decision {
	return decide(docs, r, func(s *Statement) bool { return s.coversResource(r) })
}

// EvaluateTrust decides by a role's trust policy whether r.Caller may do r.Action.
func EvaluateTrust(doc *Document, r Request) Decision {
	return decide([]*Document{doc}, r, func(s *Statement) bool { return s.coversCaller(r.Caller) })
}

func decide(docs []*Document, r Request, covers func(*Statement) bool) Decision {
	outcome, action := Unmatched, strings.ToLower(r.Action)
	for _, doc := range docs {
		for i := range doc.Statements {
			s := &doc.Statements[i]
			if !s.coversAction(action) || !covers(s) || !s.hold(r.Context) {
				continue
			}
			if s.Effect == Deny {
				return Denied
			}
			outcome = Allowed
		}
	}
	return outcome
}

// coversAction reports whether the statement is about an action, which is in
// lower case as the statement's own are.
func (s *Statement) coversAction(action string) bool {
	match := func(pattern string) bool { return Glob(pattern, action) }
	if len(s.NotAction) > 0 {
		return !anyOf(s.NotAction, match)
	}
	return anyOf(s.Action, match)
}

func (s *Statement) coversResource(r Request) bool {
	match := func(pattern string) bool { return Glob(s.expand(pattern, r.Context), r.Resource) }
	if len(s.NotResource) > 0 {
		return !anyOf(s.NotResource, match)
	}
	return anyOf(s.Resource, match)
}

// expand replaces variables by their values, in versions that have variables.
func (s *Statement) expand(pattern string, context map[string][]string) string {
	if !s.expands {
		return pattern
	}
	return expand(pattern, context)
}

func (s *Statement) coversCaller(c Caller) bool {
	if s.NotPrincipal != nil {
		return !s.NotPrincipal.include(c)
	}
	return s.Principal.include(c)
}

func (p *Principals) include(c Caller) bool {
	if c.Service != "" {
		return (p.All && len(p.AWS) == 0) || anyOf(p.Service, func(s string) bool { return s == c.Service })
	}
	return p.All || anyOf(p.AWS, c.named)
}

// named reports whether an AWS principal of a statement names the caller.
func (c Caller) named(principal string) bool {
	if principal == c.Account || principal == c.root() {
		return true
	}
	return anyOf(c.ARNs, func(arn string) bool { return arn == principal })
}

func anyOf(all []string, is func(string) bool) bool {
	for _, s := range all {
		if is(s) {
			return true
		}
	}
	return false
}

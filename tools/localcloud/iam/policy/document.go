// Package policy reads IAM policy documents and decides requests by them, as
// documented in the IAM User Guide. It knows the grammar, and nothing of roles,
// of the documents' storage, or of the local cloud.
//
// No maintained Go module does this: the existing ones only parse.
package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Document is a policy.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
type Document struct {
	Version    string
	ID         string               `json:"Id"`
	Statements oneOrMore[Statement] `json:"Statement"`

	// AsksRequestTags and AsksResourceTags report whether a decision may depend
	// on the tags that a request sets, and on those of the resource. The caller
	// finds them.
	AsksRequestTags, AsksResourceTags bool `json:"-"`
}

// Statement is a statement of a policy. Of each pair (Action, NotAction) at most
// one is set.
type Statement struct {
	SID          string `json:"Sid"`
	Effect       Effect
	Principal    *Principals
	NotPrincipal *Principals
	Action       oneOrMore[string]
	NotAction    oneOrMore[string]
	Resource     oneOrMore[string]
	NotResource  oneOrMore[string]
	Condition    Conditions

	clauses []clause // Condition, parsed by check
	expands bool     // the document's version has policy variables
}

// UnmarshalJSON reads a document whose members have exactly the grammar's names.
func (d *Document) UnmarshalJSON(raw []byte) error {
	if err := checkNames(raw, "Version", "Id", "Statement"); err != nil {
		return err
	}
	type plain Document
	return json.Unmarshal(raw, (*plain)(d))
}

// UnmarshalJSON reads a statement whose members have exactly the grammar's
// names: a misspelt "Resuorce" must not widen a policy.
func (s *Statement) UnmarshalJSON(raw []byte) error {
	err := checkNames(raw, "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction",
		"Resource", "NotResource", "Condition")
	if err != nil {
		return err
	}
	type plain Statement
	return json.Unmarshal(raw, (*plain)(s))
}

// Effect is Allow or Deny.
type Effect string

// The two effects.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Principals are the principals of a statement of a trust policy or of a
// resource's policy. All is "*".
type Principals struct {
	All       bool
	AWS       []string
	Service   []string
	Federated []string

	canonical bool // it names canonical users
}

// UnmarshalJSON reads "*" or {"AWS": ..., "Service": ..., "Federated": ...}.
func (p *Principals) UnmarshalJSON(raw []byte) error {
	var all string
	if json.Unmarshal(raw, &all) == nil {
		if all != "*" {
			return fmt.Errorf("Invalid principal in policy: %q", all)
		}
		p.All = true
		return nil
	}
	if err := checkNames(raw, "AWS", "Service", "Federated", "CanonicalUser"); err != nil {
		return err
	}
	var kinds struct{ AWS, Service, Federated, CanonicalUser oneOrMore[string] }
	if err := json.Unmarshal(raw, &kinds); err != nil {
		return err
	}
	p.AWS, p.Service, p.Federated = kinds.AWS, kinds.Service, kinds.Federated
	p.canonical = len(kinds.CanonicalUser) > 0
	p.All = slices.Contains(kinds.AWS, "*")
	return nil
}

// oneOrMore is a list that may be written as a single element.
type oneOrMore[T any] []T

func (l *oneOrMore[T]) UnmarshalJSON(raw []byte) error {
	if trimmed := bytes.TrimSpace(raw); len(trimmed) > 0 && trimmed[0] == '[' {
		var many []T
		err := json.Unmarshal(raw, &many)
		*l = many
		return err
	}
	var one T
	if err := json.Unmarshal(raw, &one); err != nil {
		return err
	}
	*l = oneOrMore[T]{one}
	return nil
}

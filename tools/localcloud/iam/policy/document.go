// Package policy reads IAM policy documents and decides requests by them, as
// the IAM User Guide says AWS does. It knows the grammar and nothing of roles,
// of where documents are kept, or of the local cloud.
//
// No maintained Go module does this: those that exist only parse.
package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Document is a policy.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
type Document struct {
	Version    string
	ID         string               `json:"Id"`
	Statements oneOrMore[Statement] `json:"Statement"`
}

// Statement is one of a policy's statements. Of each pair (Action, NotAction)
// at most one is set.
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
}

// Effect is Allow or Deny.
type Effect string

// The two effects.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Principals are who a statement of a trust policy speaks of. All is "*".
type Principals struct {
	All       bool
	AWS       []string
	Service   []string
	Federated []string
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
	var kinds struct{ AWS, Service, Federated, CanonicalUser oneOrMore[string] }
	if err := strict(raw, &kinds); err != nil {
		return err
	}
	p.AWS, p.Service, p.Federated = kinds.AWS, kinds.Service, kinds.Federated
	p.All = slices.Contains(kinds.AWS, "*")
	return nil
}

// oneOrMore is a list that may be written as its only element.
type oneOrMore[T any] []T

func (l *oneOrMore[T]) UnmarshalJSON(raw []byte) error {
	if trimmed := bytes.TrimSpace(raw); len(trimmed) > 0 && trimmed[0] == '[' {
		var many []T
		err := strict(raw, &many)
		*l = many
		return err
	}
	var one T
	if err := strict(raw, &one); err != nil {
		return err
	}
	*l = oneOrMore[T]{one}
	return nil
}

// strict decodes JSON that has no members that out does not know: a misspelt
// "Resuorce" must not widen a policy.
func strict(raw []byte, out any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(out); err != nil {
		return err
	}
	if d.More() {
		return errors.New("there is text after the document")
	}
	return nil
}

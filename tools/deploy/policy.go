package deploy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// PolicyChange is what a plan does to who may do what: the statements that a
// policy gains and loses.
type PolicyChange struct {
	Address string      `json:"address"`
	Added   []Statement `json:"added"`
	Removed []Statement `json:"removed"`
	// Unknown reports that the policy is known only after the apply, and Sensitive
	// that Terraform does not show it: then nothing is known of its statements.
	Unknown   bool `json:"unknown,omitempty"`
	Sensitive bool `json:"sensitive,omitempty"`
}

// Statement is one statement of a policy.
type Statement struct {
	Effect       string   `json:"effect"`
	Principals   []string `json:"principals,omitempty"` // "Service: lambda.amazonaws.com"
	Actions      []string `json:"actions,omitempty"`
	NotActions   []string `json:"not_actions,omitempty"`
	Resources    []string `json:"resources,omitempty"`
	NotResources []string `json:"not_resources,omitempty"`
	Condition    string   `json:"condition,omitempty"` // JSON
}

// String returns the statement as people read it: one line.
func (s Statement) String() string {
	var b strings.Builder
	b.WriteString(s.Effect)
	part := func(word string, list []string) {
		if len(list) > 0 {
			b.WriteString(word + strings.Join(list, ", "))
		}
	}
	part(" ", s.Principals)
	part(" ", s.Actions)
	part(" all but ", s.NotActions)
	part(" on ", s.Resources)
	part(" on all but ", s.NotResources)
	if s.Condition != "" {
		b.WriteString(" if " + s.Condition)
	}
	return b.String()
}

// policies returns what a plan does to policies, by address.
func policies(plan *tfjson.Plan) []PolicyChange {
	all := []PolicyChange{}
	for _, rc := range plan.ResourceChanges {
		if rc.Mode != tfjson.ManagedResourceMode || rc.Change == nil || rc.Change.Actions.NoOp() || rc.Change.Actions.Read() {
			continue
		}
		c := PolicyChange{Address: rc.Address, Added: []Statement{}, Removed: []Statement{}}
		before, after := attributes(rc.Change.Before), attributes(rc.Change.After)
		switch rc.Type {
		case "aws_lambda_permission":
			c.compare(permission(before), permission(after))
		case "aws_iam_role_policy_attachment", "aws_iam_user_policy_attachment":
			c.compare(attachment(before), attachment(after))
		default:
			c.documents(rc.Change, before, after)
		}
		if c.Unknown || c.Sensitive || len(c.Added)+len(c.Removed) > 0 {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b PolicyChange) int { return cmp.Compare(a.Address, b.Address) })
	return all
}

// documents compares the attributes of a resource that are policies.
func (c *PolicyChange) documents(change *tfjson.Change, before, after map[string]any) {
	unknown := attributes(change.AfterUnknown)
	for _, name := range []string{"assume_role_policy", "policy"} {
		if attributes(change.BeforeSensitive)[name] == true || attributes(change.AfterSensitive)[name] == true {
			c.Sensitive = true
			continue
		}
		c.compare(statements(before[name]), statements(after[name]))
		c.Unknown = c.Unknown || unknown[name] == true
	}
}

// compare adds the statements that are on one side only.
func (c *PolicyChange) compare(before, after []Statement) {
	only := func(list, other []Statement) (found []Statement) {
		for _, s := range list {
			same := func(o Statement) bool { return o.String() == s.String() }
			if !slices.ContainsFunc(other, same) {
				found = append(found, s)
			}
		}
		return found
	}
	c.Added, c.Removed = append(c.Added, only(after, before)...), append(c.Removed, only(before, after)...)
}

// permission returns what a Lambda permission allows.
func permission(values map[string]any) []Statement {
	if values == nil {
		return nil
	}
	text := func(name string) string { s, _ := values[name].(string); return s }
	s := Statement{Effect: "Allow", Principals: []string{text("principal")}, Actions: []string{text("action")}, Resources: []string{text("function_name")}}
	if source := text("source_arn"); source != "" {
		s.Condition = fmt.Sprintf(`{"ArnLike":{"AWS:SourceArn":%q}}`, source)
	}
	return []Statement{s}
}

// attachment returns what an attached policy allows, as far as a plan says.
func attachment(values map[string]any) []Statement {
	if values == nil {
		return nil
	}
	arn, _ := values["policy_arn"].(string)
	return []Statement{{Effect: "Allow", Actions: []string{"what " + cmp.Or(arn, "a policy that is known after the apply") + " allows"}}}
}

// statements parses a policy; what is no policy has none.
func statements(document any) (all []Statement) {
	text, _ := document.(string)
	var policy struct{ Statement oneOrMore[map[string]any] }
	if json.Unmarshal([]byte(text), &policy) != nil {
		return nil
	}
	for _, s := range policy.Statement {
		parsed := Statement{
			Actions: texts(s["Action"]), NotActions: texts(s["NotAction"]),
			Resources: texts(s["Resource"]), NotResources: texts(s["NotResource"]), Principals: principals(s["Principal"], ""),
		}
		parsed.Principals = append(parsed.Principals, principals(s["NotPrincipal"], "all but ")...)
		parsed.Effect, _ = s["Effect"].(string)
		if condition, ok := s["Condition"]; ok {
			raw, _ := json.Marshal(condition) // it was parsed from JSON
			parsed.Condition = string(raw)
		}
		all = append(all, parsed)
	}
	return all
}

func principals(v any, prefix string) (all []string) {
	kinds, ok := v.(map[string]any)
	if !ok {
		for _, s := range texts(v) {
			all = append(all, prefix+s)
		}
		return all
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		for _, s := range texts(kinds[kind]) {
			all = append(all, prefix+kind+": "+s)
		}
	}
	return all
}

// texts returns a text or a list of texts, sorted.
func texts(v any) (all []string) {
	switch x := v.(type) {
	case string:
		all = []string{x}
	case []any:
		for _, e := range x {
			if s, ok := e.(string); ok {
				all = append(all, s)
			}
		}
	}
	slices.Sort(all)
	return all
}

// oneOrMore is a list, of which JSON may have the only element by itself.
type oneOrMore[T any] []T

// UnmarshalJSON reads a list or an element.
func (l *oneOrMore[T]) UnmarshalJSON(raw []byte) error {
	if strings.HasPrefix(strings.TrimSpace(string(raw)), "[") {
		return json.Unmarshal(raw, (*[]T)(l))
	}
	var one T
	err := json.Unmarshal(raw, &one)
	*l = []T{one}
	return err
}

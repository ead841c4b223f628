package sns

import (
	"encoding/json"
	"strings"

	"github.com/seastack/seastack/gen/pattern"
)

// Attributes of subscriptions that decide which messages they receive.
const (
	filterPolicy      = "FilterPolicy"
	filterPolicyScope = "FilterPolicyScope"
	scopeAttributes   = "MessageAttributes" // the default
	scopeBody         = "MessageBody"
)

// checkFilter checks the filter policy, whose grammar is that of event patterns. In
// the scope of attributes it has no nested objects.
// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
func (u *subscription) checkFilter() error {
	text, scope := u.Attributes[filterPolicy], u.Attributes[filterPolicyScope]
	if scope != "" && scope != scopeAttributes && scope != scopeBody {
		return errParameter("FilterPolicyScope: Invalid value [%s]. Please use either MessageBody or MessageAttributes", scope)
	}
	if text == "" {
		return nil
	}
	if _, err := pattern.Parse(text); err != nil {
		return errParameter("FilterPolicy: %s", strings.TrimPrefix(err.Error(), pattern.ErrInvalid.Error()+": "))
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &fields); err != nil {
		return errParameter("FilterPolicy: %v", err)
	}
	for name, raw := range fields {
		if scope != scopeBody && strings.HasPrefix(strings.TrimSpace(string(raw)), "{") {
			return errParameter("FilterPolicy: Filter policy scope MessageAttributes does not support nested filter policy: %s", name)
		}
	}
	return nil
}

// wants reports whether the subscription receives a message.
func (u subscription) wants(m message) bool {
	text := u.Attributes[filterPolicy]
	if text == "" {
		return true
	}
	p, err := pattern.Parse(text)
	if err != nil {
		return false // it was checked when it was set
	}
	if u.Attributes[filterPolicyScope] == scopeBody {
		var body map[string]any
		return json.Unmarshal([]byte(m.text(u.Protocol)), &body) == nil && p.Matches(body)
	}
	return p.Matches(m.fields())
}

// fields returns the attributes of a message as a filter policy sees them: numbers
// and lists of the type String.Array are what they are, and binary ones are not
// there.
// https://docs.aws.amazon.com/sns/latest/dg/attribute-key-matching.html
func (m message) fields() map[string]any {
	all := map[string]any{}
	for name, a := range m.Attributes {
		var value any
		switch a.DataType {
		case "String":
			value = *a.StringValue
		case "Number", "String.Array":
			if json.Unmarshal([]byte(*a.StringValue), &value) != nil {
				continue // it was checked when it was published
			}
		default:
			continue
		}
		all[name] = value
	}
	return all
}

package deploy

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// ResourceChange is what a plan does to one resource.
type ResourceChange struct {
	Address    string            `json:"address"`
	Type       string            `json:"type"`
	Name       string            `json:"name,omitempty"` // on AWS, where it is known
	Action     string            `json:"action"`         // "create", "update", "delete" or "replace"
	Holds      string            `json:"holds,omitempty"`
	Attributes []AttributeChange `json:"attributes"` // of an update or a replacement
}

// AttributeChange is what a plan does to one attribute of a resource. Values
// that are sensitive, long or no plain value are left out.
type AttributeChange struct {
	Attribute string `json:"attribute"` // "timeout", "environment[0].variables.MODE"
	Before    any    `json:"before,omitempty"`
	After     any    `json:"after,omitempty"`
	Sensitive bool   `json:"sensitive,omitempty"`
	Unknown   bool   `json:"unknown,omitempty"` // the value is known after the apply
	Forces    bool   `json:"forces_replacement,omitempty"`
}

// longest is the length of the longest string, in bytes, that is shown of an
// attribute: a name or an ARN, but no policy.
const longest = 100

// Lost reports whether the change destroys what holds data or an address.
func (c ResourceChange) Lost() bool {
	return c.Holds != "" && (c.Action == "delete" || c.Action == "replace")
}

// String returns the change as people read it: one line.
func (c ResourceChange) String() string {
	line := c.Action + " " + c.Address
	if c.Lost() {
		line += ", which holds " + c.Holds
	}
	var parts []string
	for _, a := range c.Attributes {
		if !a.Unknown || a.Forces { // what follows from the others is in the JSON
			parts = append(parts, a.String())
		}
	}
	if len(parts) == 0 {
		return line
	}
	return line + ": " + strings.Join(parts, ", ")
}

// String returns the change of the attribute as people read it.
func (a AttributeChange) String() string {
	text := a.Attribute
	switch {
	case a.Sensitive:
		text += " (sensitive)"
	case a.Unknown:
		text += " (known after the apply)"
	case a.Before != nil && a.After != nil:
		text += fmt.Sprintf(" %s -> %s", literal(a.Before), literal(a.After))
	}
	if a.Forces {
		text += " (forces replacement)"
	}
	return text
}

func literal(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(raw)
}

// resourceChange describes one resource of a plan; action is not empty.
func resourceChange(rc *tfjson.ResourceChange, action string) ResourceChange {
	c := ResourceChange{
		Address: rc.Address, Type: rc.Type, Action: action, Holds: holds[rc.Type],
		Name: awsName(attributes(rc.Change.Before), attributes(rc.Change.After)), Attributes: []AttributeChange{},
	}
	if action != "update" && action != "replace" {
		return c
	}
	d := differ{forces: forcedBy(rc.Change.ReplacePaths)}
	d.value("", sides{
		rc.Change.Before, rc.Change.After, rc.Change.AfterUnknown, rc.Change.BeforeSensitive, rc.Change.AfterSensitive,
	})
	c.Attributes = append(c.Attributes, d.found...)
	return c
}

// awsName returns the name of a resource on AWS, or what it is known by.
func awsName(before, after map[string]any) string {
	for _, values := range []map[string]any{after, before} {
		for _, attribute := range []string{"function_name", "route_key", "name", "bucket"} {
			if s, ok := values[attribute].(string); ok && s != "" {
				return s
			}
		}
	}
	return ""
}

// forcedBy returns the attributes that force a replacement, as differ names them.
func forcedBy(paths []any) map[string]bool {
	forces := map[string]bool{}
	for _, p := range paths {
		steps, _ := p.([]any)
		path := ""
		for _, step := range steps {
			if name, ok := step.(string); ok {
				path = member(path, name)
			} else {
				path = fmt.Sprintf("%s[%v]", path, step)
			}
		}
		forces[path] = true
	}
	return forces
}

func member(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// sides are what a plan's JSON says of one value, in five trees of one shape.
type sides struct{ before, after, unknown, sensitiveBefore, sensitiveAfter any }

// at returns the sides of a member of objects.
func (s sides) at(name string) sides {
	get := func(v any) any { return attributes(v)[name] }
	return sides{get(s.before), get(s.after), get(s.unknown), get(s.sensitiveBefore), get(s.sensitiveAfter)}
}

// index returns the sides of an element of lists.
func (s sides) index(i int) sides {
	get := func(v any) any {
		if list, ok := v.([]any); ok && i < len(list) {
			return list[i]
		}
		return nil
	}
	return sides{get(s.before), get(s.after), get(s.unknown), get(s.sensitiveBefore), get(s.sensitiveAfter)}
}

// differ collects the attributes that differ.
type differ struct {
	forces map[string]bool
	found  []AttributeChange
}

func (d *differ) value(path string, s sides) {
	before, beforeList := s.before.([]any)
	after, afterList := s.after.([]any)
	switch {
	case s.sensitiveBefore == true || s.sensitiveAfter == true:
		if s.unknown == true || !reflect.DeepEqual(s.before, s.after) {
			d.add(path, AttributeChange{Sensitive: true})
		}
	case s.unknown == true:
		d.add(path, AttributeChange{Unknown: true, Before: short(s.before)})
	case isObject(s.before) && isObject(s.after):
		d.object(path, s)
	case beforeList && afterList && len(before) == len(after):
		for i := range before {
			d.value(fmt.Sprintf("%s[%d]", path, i), s.index(i))
		}
	case !reflect.DeepEqual(s.before, s.after):
		d.add(path, AttributeChange{Before: short(s.before), After: short(s.after)})
	}
}

func (d *differ) object(path string, s sides) {
	all := map[string]bool{}
	for _, side := range []any{s.before, s.after, s.unknown} {
		for name := range attributes(side) {
			all[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		d.value(member(path, name), s.at(name))
	}
}

func (d *differ) add(path string, a AttributeChange) {
	a.Attribute, a.Forces = path, d.forces[path]
	d.found = append(d.found, a)
}

func isObject(v any) bool {
	_, ok := v.(map[string]any)
	return ok
}

// short returns a plain value that is short enough to be shown, else nil.
func short(v any) any {
	switch x := v.(type) {
	case string:
		if len(x) <= longest {
			return x
		}
	case bool, float64, json.Number:
		return x
	}
	return nil
}

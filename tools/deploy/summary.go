package deploy

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// Summary tells what a plan does to a root's resources.
type Summary struct {
	Stack     string           `json:"stack"` // the root's name: a stack's, or "platform"
	Add       int              `json:"add"`
	Change    int              `json:"change"`
	Destroy   int              `json:"destroy"`
	Replace   int              `json:"replace"`
	Outputs   bool             `json:"outputs"` // nothing but outputs changes
	Functions []FunctionChange `json:"functions"`
	Triggers  []TriggerChange  `json:"triggers"`
	Resources []ResourceChange `json:"resources"` // all that change, by address
	Policies  []PolicyChange   `json:"policies"`  // who may do what, by address
	// Drift is what is no longer as the last apply left it, and not by Terraform: a
	// plan puts it back, or takes it over.
	Drift          []ResourceChange `json:"drift"`
	ChangedOutputs []string         `json:"changed_outputs"` // their names
	// FollowsPlatform reports that the plan stands on outputs of the platform
	// that are themselves only planned: it is to be made again after the
	// platform's apply, and is never applied.
	FollowsPlatform bool `json:"follows_platform"`
	// Proven reports that Terraform was not asked: all that its plan depends on is
	// what it was after the last apply.
	Proven bool `json:"proven"`
}

// FunctionChange is what a plan does to one Lambda function.
type FunctionChange struct {
	Function string `json:"function"`                // name on AWS
	Action   string `json:"action"`                  // "create", "update", "delete" or "replace"
	Code     bool   `json:"code"`                    // the zip's digest changes
	Before   string `json:"digest_before,omitempty"` // lower-case hex SHA-256 of the zip
	After    string `json:"digest_after,omitempty"`
}

// TriggerChange is what a plan does to what starts a function. A function whose
// trigger changes is not changed itself.
type TriggerChange struct {
	Trigger string `json:"trigger"` // "route", "queue" or "schedule"
	Name    string `json:"name"`    // the route's key, the queue's ARN or the schedule's name; empty where it is unknown
	Action  string `json:"action"`  // "create", "update", "delete" or "replace"
}

// triggers are the types of resources that start functions.
var triggers = map[string]struct{ kind, name string }{
	"aws_apigatewayv2_route":          {"route", "route_key"},
	"aws_lambda_event_source_mapping": {"queue", "event_source_arn"},
	"aws_scheduler_schedule":          {"schedule", "name"},
}

// NewSummary returns the summary of a root that does not change.
func NewSummary(root string) Summary {
	return Summary{
		Stack: root, Functions: []FunctionChange{}, Triggers: []TriggerChange{}, Resources: []ResourceChange{},
		Policies: []PolicyChange{}, Drift: []ResourceChange{}, ChangedOutputs: []string{},
	}
}

func (s Summary) total() int { return s.Add + s.Change + s.Destroy + 2*s.Replace }

// String returns what a plan will do, as people read it.
func (s Summary) String() string {
	return s.words([4]string{"to add", "to change", "to replace", "to destroy"}, "outputs to change")
}

// Done returns what an apply has done, as people read it.
func (s Summary) Done() string {
	return s.words([4]string{"added", "changed", "replaced", "destroyed"}, "outputs changed")
}

func (s Summary) words(words [4]string, outputs string) string {
	var parts []string
	for i, n := range []int{s.Add, s.Change, s.Replace, s.Destroy} {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, words[i]))
		}
	}
	text := strings.Join(parts, ", ")
	switch {
	case len(parts) == 0 && s.Outputs:
		text = outputs
	case len(parts) == 0:
		text = "no changes"
	}
	if s.Proven {
		text += ", proven"
	}
	if s.FollowsPlatform {
		text += "; follows the platform"
	}
	return text
}

// summarise tells what a plan that has changes does.
func summarise(root string, plan *tfjson.Plan) Summary {
	s := NewSummary(root)
	for _, rc := range plan.ResourceChanges {
		if rc.Mode != tfjson.ManagedResourceMode || rc.Change == nil {
			continue
		}
		action := s.count(rc.Change.Actions)
		if action == "" {
			continue
		}
		s.Resources = append(s.Resources, resourceChange(rc, action))
		if rc.Type == "aws_lambda_function" {
			s.Functions = append(s.Functions, functionChange(rc.Change, action))
		}
		if t, ok := triggers[rc.Type]; ok {
			name, _ := cmp.Or(attributes(rc.Change.After)[t.name], attributes(rc.Change.Before)[t.name]).(string)
			s.Triggers = append(s.Triggers, TriggerChange{Trigger: t.kind, Name: name, Action: action})
		}
	}
	s.Outputs = s.total() == 0
	s.Policies, s.Drift = policies(plan), drift(plan)
	for _, o := range changedOutputs(plan) {
		s.ChangedOutputs = append(s.ChangedOutputs, o.Name)
	}
	slices.SortFunc(s.Resources, func(a, b ResourceChange) int { return cmp.Compare(a.Address, b.Address) })
	slices.SortFunc(s.Triggers, func(a, b TriggerChange) int {
		return cmp.Or(cmp.Compare(a.Trigger, b.Trigger), cmp.Compare(a.Name, b.Name))
	})
	slices.SortFunc(s.Functions, func(a, b FunctionChange) int { return cmp.Compare(a.Function, b.Function) })
	return s
}

// count adds one resource's actions and returns their name; "" for none.
func (s *Summary) count(a tfjson.Actions) string {
	switch {
	case a.Replace():
		s.Replace++
		return "replace"
	case a.Create():
		s.Add++
		return "create"
	case a.Update():
		s.Change++
		return "update"
	case a.Delete():
		s.Destroy++
		return "delete"
	}
	return ""
}

func functionChange(c *tfjson.Change, action string) FunctionChange {
	before, after := attributes(c.Before), attributes(c.After)
	name, _ := cmp.Or(after["function_name"], before["function_name"]).(string)
	return FunctionChange{
		Function: name, Action: action, Code: before["source_code_hash"] != after["source_code_hash"],
		Before: codeDigest(before), After: codeDigest(after),
	}
}

// codeDigest returns the digest of a function's zip in hexadecimal; "" where there
// is none.
func codeDigest(function map[string]any) string {
	text, _ := function["source_code_hash"].(string)
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) != sha256.Size {
		return ""
	}
	return hex.EncodeToString(raw)
}

// drift returns what was changed since the last apply, by address.
func drift(plan *tfjson.Plan) []ResourceChange {
	all := []ResourceChange{}
	var s Summary
	for _, rc := range plan.ResourceDrift {
		if rc.Mode != tfjson.ManagedResourceMode || rc.Change == nil {
			continue
		}
		action := s.count(rc.Change.Actions)
		if action == "" || action == "update" && sameButForNothing(rc.Change.Before, rc.Change.After) {
			continue
		}
		all = append(all, resourceChange(rc, action))
	}
	slices.SortFunc(all, func(a, b ResourceChange) int { return cmp.Compare(a.Address, b.Address) })
	return all
}

// sameButForNothing reports whether two values differ only in how they say that there
// is nothing: after an apply that left a list out, the provider reads an empty one.
func sameButForNothing(a, b any) bool {
	return reflect.DeepEqual(withoutNothing(a), withoutNothing(b))
}

// withoutNothing returns a value without members that are null or empty; nil where
// nothing is left.
func withoutNothing(v any) any {
	switch v := v.(type) {
	case string:
		if v == "" {
			return nil
		}
	case []any:
		if len(v) == 0 {
			return nil
		}
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = withoutNothing(e)
		}
		return list
	case map[string]any:
		kept := map[string]any{}
		for name, e := range v {
			if e = withoutNothing(e); e != nil {
				kept[name] = e
			}
		}
		if len(kept) == 0 {
			return nil
		}
		return kept
	}
	return v
}

func attributes(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// settling says why AWS's provider waits for a resource that is there already.
var settling = map[string]string{
	"aws_sqs_queue":       "SQS takes up to a minute to show a queue's attributes everywhere",
	"aws_lambda_function": "Lambda prepares the function",
	"aws_iam_role":        "IAM takes some seconds to show a role everywhere",
}

// waitText tells what a resource that takes long waits for.
func waitText(h hook) string {
	doing := map[string]string{"create": "creating", "update": "updating", "delete": "deleting"}[h.Action]
	text := fmt.Sprintf("%s: still %s, %ds", h.Resource.Addr, cmp.Or(doing, h.Action), h.Elapsed)
	if why := settling[h.Resource.Type]; why != "" && h.Action != "delete" {
		text += " (" + why + ")"
	}
	return text
}

func progressText(done, total int, addr string) string {
	if total == 0 {
		return addr
	}
	return fmt.Sprintf("%d/%d %s", min(done, total), total, addr)
}

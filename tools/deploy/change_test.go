package deploy

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"
)

func TestResourceChange(t *testing.T) {
	long := strings.Repeat("x", longest+1)
	for _, c := range []struct{ name, change, want string }{
		{"values", `{"actions": ["update"], "before": {"a": 1, "b": "x", "c": true, "same": "s"}, "after": {"a": 2, "b": "y", "c": false, "same": "s"}}`,
			`update T.n: a 1 -> 2, b "x" -> "y", c true -> false`},
		{"sensitive", `{"actions": ["update"], "before": {"p": "old-secret"}, "after": {"p": "new-secret"}, "before_sensitive": {"p": true}, "after_sensitive": {"p": true}}`,
			`update T.n: p (sensitive)`},
		{"sensitive only before", `{"actions": ["update"], "before": {"p": "old-secret"}, "after": {"p": "new"}, "before_sensitive": {"p": true}, "after_sensitive": {}}`,
			`update T.n: p (sensitive)`},
		{"sensitive within", `{"actions": ["update"], "before": {"env": [{"K": "old-secret", "M": "1"}]}, "after": {"env": [{"K": "new-secret", "M": "2"}]},
			"after_sensitive": {"env": [{"K": true}]}}`, `update T.n: env[0].K (sensitive), env[0].M "1" -> "2"`},
		{"long", `{"actions": ["update"], "before": {"policy": "` + long + `"}, "after": {"policy": "` + long + `y"}}`, `update T.n: policy`},
		{"lists of other lengths", `{"actions": ["update"], "before": {"l": ["a"]}, "after": {"l": ["a", "b"]}}`, `update T.n: l`},
		{"unknown", `{"actions": ["update"], "before": {"a": "1", "v": "1"}, "after": {"a": "2"}, "after_unknown": {"v": true}}`, `update T.n: a "1" -> "2"`},
		{"forced", `{"actions": ["delete", "create"], "before": {"name": "a", "id": "i", "t": [{"arn": "x"}]}, "after": {"name": "b", "t": [{}]},
			"after_unknown": {"id": true, "t": [{"arn": true}]}, "replace_paths": [["name"], ["t", 0, "arn"]]}`,
			`replace T.n: name "a" -> "b" (forces replacement), t[0].arn (known after the apply) (forces replacement)`},
		{"create", `{"actions": ["create"], "before": null, "after": {"name": "a"}}`, `create T.n`},
		{"delete", `{"actions": ["delete"], "before": {"name": "a"}, "after": null}`, `delete T.n`},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan := planOf(t, "T", c.change)
			got := summarise("web", plan)
			if len(got.Resources) != 1 {
				t.Fatalf("got %+v", got)
			}
			if diff := cmp.Diff(c.want, got.Resources[0].String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if raw, err := json.Marshal(got); err != nil || strings.Contains(string(raw), "-secret") || strings.Contains(string(raw), long) {
				t.Errorf("%v: the JSON has a secret, or a long value:\n%s", err, raw)
			}
		})
	}
}

// TestLostResources: a queue that goes or is replaced is lost; one that changes is not.
func TestLostResources(t *testing.T) {
	for change, want := range map[string]string{
		`{"actions": ["delete"], "before": {"name": "q", "url": "u"}, "after": null}`:                                "delete aws_sqs_queue.n, which holds a queue's messages",
		`{"actions": ["create", "delete"], "before": {"name": "q", "url": "u"}, "after": {"name": "q", "url": "u"}}`: "replace aws_sqs_queue.n, which holds a queue's messages",
		`{"actions": ["update"], "before": {"name": "q", "delay": 1}, "after": {"name": "q", "delay": 2}}`:           "",
		`{"actions": ["create"], "before": null, "after": {"name": "q"}}`:                                            "",
	} {
		plan := planOf(t, "aws_sqs_queue", change)
		s := summarise("platform", plan)
		got := lost(s, befores(plan))
		if (len(got) == 1) != (want != "") {
			t.Fatalf("%s: lost %+v", change, got)
		}
		if want != "" && (s.Resources[0].String() != want || got[0].Values["url"] != "u" || got[0].Name != "q" || got[0].Holds == "") {
			t.Errorf("%s: %s; %+v", change, s.Resources[0], got[0])
		}
	}
}

// TestTriggerIsNoFunction: another schedule is a change of the schedule.
func TestTriggerIsNoFunction(t *testing.T) {
	s := summarise("web", planOf(t, "aws_scheduler_schedule",
		`{"actions": ["update"], "before": {"name": "shop-tick", "schedule_expression": "rate(1 hour)"}, "after": {"name": "shop-tick", "schedule_expression": "rate(2 hours)"}}`))
	if len(s.Functions) > 0 {
		t.Errorf("functions: %v", s.Functions)
	}
	if diff := cmp.Diff([]TriggerChange{{"schedule", "shop-tick", "update"}}, s.Triggers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s.FollowsPlatform = true; s.String() != "1 to change; follows the platform" {
		t.Errorf("got %s", s)
	}
}

func planOf(t *testing.T, kind, change string) *tfjson.Plan {
	t.Helper()
	plan := &tfjson.Plan{}
	raw := `{"format_version": "1.2", "resource_changes": [{"address": "` + kind + `.n", "mode": "managed", "type": "` + kind + `", "name": "n", "change": ` + change + `}]}`
	if err := json.Unmarshal([]byte(raw), plan); err != nil {
		t.Fatal(err)
	}
	return plan
}

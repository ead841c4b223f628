package deploy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"
)

// planned makes the plan of a root.
func planned(root string, changes ...*tfjson.ResourceChange) Planned {
	return Planned{Root: Root{Name: root}, Details: &tfjson.Plan{ResourceChanges: changes}}
}

func changeOf(kind, label string, before, after map[string]any, actions ...tfjson.Action) *tfjson.ResourceChange {
	c := &tfjson.ResourceChange{
		Address: "module.stack." + kind + "." + label, Type: kind, Mode: tfjson.ManagedResourceMode,
		Change: &tfjson.Change{Actions: actions},
	}
	if before != nil { // an any that holds a nil map is not nil
		c.Change.Before = before
	}
	if after != nil {
		c.Change.After = after
	}
	return c
}

const (
	aRoute    = "aws_apigatewayv2_route"
	aMapping  = "aws_lambda_event_source_mapping"
	aSchedule = "aws_scheduler_schedule"
)

func routeOf(id, key string) map[string]any {
	v := map[string]any{"api_id": "api", "route_key": key}
	if id != "" {
		v["id"] = id
	}
	return v
}

func TestMoves(t *testing.T) {
	create, destroy := tfjson.ActionCreate, tfjson.ActionDelete
	queue := map[string]any{"event_source_arn": "arn:aws:sqs:::jobs", "uuid": "u"}
	moved := []Move{{
		From: Place{"old", "module.stack.aws_apigatewayv2_route.get_a"}, To: Place{"new", "module.stack.aws_apigatewayv2_route.get_a"}, ID: "api/r1",
	}}
	for name, c := range map[string]struct {
		plans []Planned
		want  []Move
	}{
		"nothing": {plans: []Planned{planned("a"), {Root: Root{Name: "b"}}}},
		"route to another stack": {want: moved, plans: []Planned{
			planned("new", changeOf(aRoute, "get_a", nil, routeOf("", "GET /a"), create)),
			planned("old", changeOf(aRoute, "get_a", routeOf("r1", "GET /a"), nil, destroy)),
		}},
		"variable of another name": {
			want: []Move{{From: Place{"a", "module.stack.aws_apigatewayv2_route.old"}, To: Place{"a", "module.stack.aws_apigatewayv2_route.new"}, ID: "api/r1"}},
			plans: []Planned{planned("a",
				changeOf(aRoute, "old", routeOf("r1", "GET /{id}"), nil, destroy),
				changeOf(aRoute, "new", nil, routeOf("", "GET /{key}"), create))},
		},
		"swap between stacks": {
			want: []Move{
				{From: Place{"a", "module.stack.aws_apigatewayv2_route.get_a"}, To: Place{"b", "module.stack.aws_apigatewayv2_route.get_a"}, ID: "api/r1"},
				{From: Place{"b", "module.stack.aws_apigatewayv2_route.get_b"}, To: Place{"a", "module.stack.aws_apigatewayv2_route.get_b"}, ID: "api/r2"},
			},
			plans: []Planned{
				planned("a", changeOf(aRoute, "get_a", routeOf("r1", "GET /a"), nil, destroy), changeOf(aRoute, "get_b", nil, routeOf("", "GET /b"), create)),
				planned("b", changeOf(aRoute, "get_b", routeOf("r2", "GET /b"), nil, destroy), changeOf(aRoute, "get_a", nil, routeOf("", "GET /a"), create)),
			},
		},
		"interrupted before": {
			want: []Move{{From: moved[0].From, To: moved[0].To, ID: "api/r1", Held: true}},
			plans: []Planned{
				planned("new", changeOf(aRoute, "get_a", routeOf("r1", "GET /a"), routeOf("r1", "GET /a"), tfjson.ActionUpdate)),
				planned("old", changeOf(aRoute, "get_a", routeOf("r1", "GET /a"), nil, destroy)),
			},
		},
		"another route": {plans: []Planned{
			planned("new", changeOf(aRoute, "post_a", nil, routeOf("", "POST /a"), create)),
			planned("old", changeOf(aRoute, "get_a", routeOf("r1", "GET /a"), nil, destroy)),
		}},
		"consumer": {
			want: []Move{{From: Place{"old", "module.stack.aws_lambda_event_source_mapping.jobs"}, To: Place{"new", "module.stack.aws_lambda_event_source_mapping.jobs"}, ID: "u"}},
			plans: []Planned{
				planned("old", changeOf(aMapping, "jobs", queue, nil, destroy)),
				planned("new", changeOf(aMapping, "jobs", nil, map[string]any{"event_source_arn": "arn:aws:sqs:::jobs"}, create)),
			},
		},
		"two consumers of one": {plans: []Planned{
			planned("old", changeOf(aMapping, "jobs", queue, nil, destroy)),
			planned("b", changeOf(aMapping, "jobs", nil, queue, create)),
			planned("c", changeOf(aMapping, "jobs", nil, queue, create)),
		}},
		"replaced in its place": {plans: []Planned{
			planned("a", changeOf(aRoute, "get_a", routeOf("r1", "GET /a"), routeOf("", "GET /a"), create, destroy)),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Moves(c.plans)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDestroys(t *testing.T) {
	const kind = "aws_apigatewayv2_authorizer"
	create, destroy := tfjson.ActionCreate, tfjson.ActionDelete
	for name, c := range map[string]struct {
		plan Planned
		want bool
	}{
		"nothing":        {Planned{}, false},
		"destroyed":      {planned("platform", changeOf(kind, "jwt", map[string]any{"id": "z"}, nil, destroy)), true},
		"replaced":       {planned("platform", changeOf(kind, "jwt", map[string]any{"id": "z"}, map[string]any{}, destroy, create)), false},
		"of other types": {planned("platform", changeOf(aRoute, "get_a", routeOf("r1", "GET /a"), nil, destroy)), false},
	} {
		if got := c.plan.Destroys(kind); got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
	}
}

func TestSuccessors(t *testing.T) {
	at := func(name, expression, zone string) map[string]any {
		return map[string]any{"name": name, "schedule_expression": expression, "schedule_expression_timezone": zone}
	}
	plans := []Planned{
		planned("old", changeOf(aSchedule, "rate__1_hour", at("old-rate--1-hour", "rate(1 hour)", "UTC"), nil, tfjson.ActionDelete)),
		planned("new",
			changeOf(aSchedule, "rate__1_hour", nil, at("new-rate--1-hour", "rate(1 hour)", ""), tfjson.ActionCreate),
			changeOf(aSchedule, "rate__2_hours", nil, at("new-rate--2-hours", "rate(2 hours)", "UTC"), tfjson.ActionCreate)),
	}
	want := []Place{{"new", "module.stack.aws_scheduler_schedule.rate__1_hour"}}
	if diff := cmp.Diff(want, Successors(plans)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRedirected(t *testing.T) {
	update := changeOf(aRoute, "get_a", routeOf("r1", "GET /a"), routeOf("r1", "GET /a"), tfjson.ActionUpdate)
	gone := changeOf("aws_lambda_function", "f", map[string]any{"function_name": "f"}, nil, tfjson.ActionDelete)
	want := []Place{{"new", "module.stack.aws_apigatewayv2_route.get_a"}}
	if diff := cmp.Diff(want, Redirected([]Planned{planned("new", update), planned("old", gone)})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := Redirected([]Planned{planned("new", update, gone)}); got != nil {
		t.Errorf("within a root, Terraform's own order is enough: %v", got)
	}
}

func TestTainted(t *testing.T) {
	name := map[string]any{"function_name": "f"}
	broken := changeOf("aws_lambda_function", "f", name, name, tfjson.ActionCreate, tfjson.ActionDelete)
	other := changeOf("aws_lambda_function", "g", name, name, tfjson.ActionCreate, tfjson.ActionDelete)
	broken.ActionReason = tfjson.ActionReasonReplaceBecauseTainted
	if diff := cmp.Diff([]string{"module.stack.aws_lambda_function.f"}, planned("a", broken, other).Tainted()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSummaryPlus(t *testing.T) {
	first := Summary{Stack: "web", Add: 2, Functions: []FunctionChange{{Function: "a", Action: "create", Code: true}},
		Resources: []ResourceChange{{Address: "r"}}, Triggers: []TriggerChange{{Action: "create"}}}
	next := Summary{Stack: "web", Destroy: 3, Functions: []FunctionChange{{Function: "b", Action: "delete", Code: true}},
		Resources: []ResourceChange{{Address: "s"}}, Triggers: []TriggerChange{{Action: "delete"}}}
	want := Summary{Stack: "web", Add: 2, Destroy: 3, Functions: []FunctionChange{{Function: "a", Action: "create", Code: true}, {Function: "b", Action: "delete", Code: true}},
		Resources: []ResourceChange{{Address: "r"}, {Address: "s"}}, Triggers: []TriggerChange{{Action: "create"}, {Action: "delete"}}}
	if diff := cmp.Diff(want, first.Plus(next)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	outputs := Summary{Stack: "web", Outputs: true}
	if got := (Summary{}).Plus(outputs); !got.Outputs || got.Stack != "web" {
		t.Errorf("%+v", got)
	}
	if got := first.Plus(outputs); got.Outputs {
		t.Errorf("outputs alone: %+v", got)
	}
}

// TestCreatesOfReplacements shows that a permission that goes to another function
// counts as created, and one that is replaced where it is does not.
func TestCreatesOfReplacements(t *testing.T) {
	at := func(function string) map[string]any {
		return map[string]any{"function_name": function, "statement_id": "Invoke-get_a"}
	}
	plan := &tfjson.Plan{ResourceChanges: []*tfjson.ResourceChange{
		changeOf("aws_lambda_permission", "get_a", at("x"), at("y"), tfjson.ActionCreate, tfjson.ActionDelete),
		changeOf("aws_lambda_permission", "get_b", at("x"), at("x"), tfjson.ActionCreate, tfjson.ActionDelete),
	}}
	want := []Resource{{Address: "module.stack.aws_lambda_permission.get_a", Type: "aws_lambda_permission", Values: at("y")}}
	if diff := cmp.Diff(want, creates(plan)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRenamesOfWhatHasANameOnAWS: a function that moved into a module of its own
// stays the same function.
func TestRenamesOfWhatHasANameOnAWS(t *testing.T) {
	for kind, v := range map[string]map[string]any{
		"aws_cloudwatch_log_group": {"name": "/aws/lambda/f"},
		"aws_iam_role":             {"name": "f"},
		"aws_iam_role_policy":      {"role": "f", "name": "grants"},
		"aws_lambda_alias":         {"function_name": "f", "name": "live"},
		"aws_lambda_function":      {"function_name": "f"},
	} {
		gone := changeOf(kind, "f", v, nil, tfjson.ActionDelete)
		made := changeOf(kind, "this", nil, v, tfjson.ActionCreate)
		made.Address = "module.stack.module.f." + kind + ".this"
		other := changeOf(kind, "g", nil, map[string]any{"name": "g", "role": "g", "function_name": "g"}, tfjson.ActionCreate)
		moves := Moves([]Planned{planned("a", gone, made, other), planned("b", made)})
		if len(moves) != 1 || !moves[0].Renamed || moves[0].From != (Place{"a", gone.Address}) || moves[0].To != (Place{"a", made.Address}) {
			t.Errorf("%s: %+v", kind, moves)
		}
	}
}

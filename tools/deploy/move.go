package deploy

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-exec/tfexec"
	tfjson "github.com/hashicorp/terraform-json"
)

// Place is a resource's address in a root.
type Place struct{ Root, Address string }

// Move is an object on AWS that one place of a configuration gives up and another
// takes: a route that another stack serves, a queue that another consumes. Its
// new place updates it; destroyed and created, it would be gone in between, or
// be refused because it is still there.
type Move struct {
	From, To Place
	ID       string // for terraform import
	Held     bool   // To has it in its state already: a move before was interrupted
	Renamed  bool   // only its address changes; it leads nowhere else than before
}

// identity says of a type of resource what two objects on AWS cannot have in
// common, and how terraform import names one.
type identity struct {
	key func(values) string
	id  func(values) string
}

type values = map[string]any

var identities = map[string]identity{
	"aws_apigatewayv2_route": {
		key: func(v values) string { return text(v, "api_id") + " " + routeShape(text(v, "route_key")) },
		id:  func(v values) string { return text(v, "api_id") + "/" + text(v, "id") },
	},
	"aws_lambda_event_source_mapping": {
		key: func(v values) string { return text(v, "event_source_arn") },
		id:  func(v values) string { return text(v, "uuid") },
	},
	"aws_scheduler_schedule": {
		key: func(v values) string { return scheduleGroup(v) + "/" + text(v, "name") },
		id:  func(v values) string { return scheduleGroup(v) + "/" + text(v, "name") },
	},
}

// named are the types of resources that belong to one root and keep their names
// on AWS when their addresses change. What two of them cannot have in common is
// the name; created under the new address, AWS would refuse it.
var named = map[string]func(values) string{
	"aws_cloudwatch_log_group": func(v values) string { return text(v, "name") },
	"aws_iam_role":             func(v values) string { return text(v, "name") },
	"aws_iam_role_policy":      func(v values) string { return text(v, "role") + ":" + text(v, "name") },
	"aws_lambda_alias":         func(v values) string { return text(v, "function_name") + ":" + text(v, "name") },
	"aws_lambda_function":      func(v values) string { return text(v, "function_name") },
}

// renames returns what a plan would destroy and create under another address
// with the same name on AWS.
func renames(p Planned) (moves []Move) {
	lost := map[string]Place{}
	key := func(c *tfjson.ResourceChange, v any) string {
		name, ok := named[c.Type]
		if !ok {
			return ""
		}
		return c.Type + " " + name(attributes(v))
	}
	each([]Planned{p}, tfjson.Actions.Delete, func(at Place, c *tfjson.ResourceChange) {
		lost[key(c, c.Change.Before)] = at
	})
	delete(lost, "")
	each([]Planned{p}, tfjson.Actions.Create, func(at Place, c *tfjson.ResourceChange) {
		k := key(c, c.Change.After)
		if from, ok := lost[k]; ok {
			moves = append(moves, Move{From: from, To: at, ID: k, Renamed: true})
		}
	})
	return moves
}

// text returns an attribute that is a string and known before the apply.
func text(v values, name string) string {
	s, _ := v[name].(string)
	return s
}

func scheduleGroup(v values) string { return cmp.Or(text(v, "group_name"), "default") }

var variable = regexp.MustCompile(`\{[^{}+]*`)

// routeShape returns a route's key without the names of its path variables,
// which API Gateway does not tell apart.
func routeShape(key string) string { return variable.ReplaceAllString(key, "{") }

// Moves returns what the plans of several roots would destroy in one place and
// create in another. Where it is not clear which goes where, nothing moves.
func Moves(plans []Planned) (moves []Move) {
	taken := sites(plans, tfjson.Actions.Create)
	held := sites(plans, func(a tfjson.Actions) bool { return a.NoOp() || a.Update() })
	for key, from := range sites(plans, tfjson.Actions.Delete) {
		for _, lost := range from {
			id := lost.identity.id(lost.before)
			if to := taken[key]; len(from) == 1 && len(to) == 1 {
				moves = append(moves, Move{From: lost.Place, To: to[0].Place, ID: id})
			}
			for _, h := range held[key] {
				if h.identity.id(h.before) == id {
					moves = append(moves, Move{From: lost.Place, To: h.Place, ID: id, Held: true})
				}
			}
		}
	}
	for _, p := range plans {
		moves = append(moves, renames(p)...)
	}
	slices.SortFunc(moves, func(a, b Move) int { return strings.Compare(a.ID, b.ID) })
	return moves
}

// Successors returns the schedules that the plans would create while they
// destroy another that fires at the same times. They are to be there before: in
// between, a time to fire could pass.
func Successors(plans []Planned) (places []Place) {
	times := func(v values) string {
		const otherwise = "UTC" // the provider's default, which a plan to create may not have yet
		return text(v, "schedule_expression") + " " + cmp.Or(text(v, "schedule_expression_timezone"), otherwise)
	}
	gone := map[string]bool{}
	each(plans, tfjson.Actions.Delete, func(_ Place, c *tfjson.ResourceChange) {
		if c.Type == "aws_scheduler_schedule" {
			gone[times(attributes(c.Change.Before))] = true
		}
	})
	each(plans, tfjson.Actions.Create, func(p Place, c *tfjson.ResourceChange) {
		if c.Type == "aws_scheduler_schedule" && gone[times(attributes(c.Change.After))] {
			places = append(places, p)
		}
	})
	return places
}

// Redirected returns the routes, mappings and schedules that the plans would
// update while the plan of another root destroys something: what they have
// pointed to so far, where a run was interrupted after a move.
func Redirected(plans []Planned) (places []Place) {
	var losing []string
	each(plans, tfjson.Actions.Delete, func(p Place, _ *tfjson.ResourceChange) { losing = append(losing, p.Root) })
	each(plans, tfjson.Actions.Update, func(p Place, c *tfjson.ResourceChange) {
		_, ok := identities[c.Type]
		if ok && slices.ContainsFunc(losing, func(root string) bool { return root != p.Root }) {
			places = append(places, p)
		}
	})
	return places
}

// site is a resource that a plan does something to.
type site struct {
	Place
	identity identity
	before   values
}

// sites returns what the plans do of one kind, by type and key.
func sites(plans []Planned, does func(tfjson.Actions) bool) map[string][]site {
	all := map[string][]site{}
	each(plans, does, func(p Place, c *tfjson.ResourceChange) {
		identity, ok := identities[c.Type]
		if !ok {
			return
		}
		before, now := attributes(c.Change.Before), attributes(c.Change.After)
		if now == nil {
			now = before
		}
		key := c.Type + " " + identity.key(now)
		all[key] = append(all[key], site{p, identity, before})
	})
	return all
}

func each(plans []Planned, does func(tfjson.Actions) bool, visit func(Place, *tfjson.ResourceChange)) {
	for _, p := range plans {
		if p.Details == nil {
			continue
		}
		for _, c := range p.Details.ResourceChanges {
			if c.Mode == tfjson.ManagedResourceMode && c.DeposedKey == "" && c.Change != nil && does(c.Change.Actions) {
				visit(Place{p.Root.Name, c.Address}, c)
			}
		}
	}
}

// Destroys reports whether the plan destroys a resource of the type, and creates none
// in its place.
func (p Planned) Destroys(kind string) (found bool) {
	each([]Planned{p}, tfjson.Actions.Delete,
		func(_ Place, c *tfjson.ResourceChange) { found = found || c.Type == kind })
	return found
}

// GivesUp reports whether the plan destroys what another root could take.
func (p Planned) GivesUp() bool {
	return len(sites([]Planned{p}, tfjson.Actions.Delete)) > 0
}

// Plus returns what two applies of a root did, one after the other.
func (s Summary) Plus(next Summary) Summary {
	sum := next
	sum.Add, sum.Change = s.Add+next.Add, s.Change+next.Change
	sum.Destroy, sum.Replace = s.Destroy+next.Destroy, s.Replace+next.Replace
	sum.Functions = slices.Concat(s.Functions, next.Functions)
	sum.Triggers = slices.Concat(s.Triggers, next.Triggers)
	sum.Resources = slices.Concat(s.Resources, next.Resources)
	sum.Policies = slices.Concat(s.Policies, next.Policies)
	sum.Drift = slices.Concat(s.Drift, next.Drift)
	sum.Outputs = sum.total() == 0 && (s.Outputs || next.Outputs)
	return sum
}

// Tainted returns the resources of a plan that Terraform could not finish
// creating and wants to replace. They have names on AWS, so that their
// replacements cannot be created before they are destroyed.
func (p Planned) Tainted() (addresses []string) {
	each([]Planned{p}, tfjson.Actions.Replace, func(at Place, c *tfjson.ResourceChange) {
		if c.ActionReason == tfjson.ActionReasonReplaceBecauseTainted {
			addresses = append(addresses, at.Address)
		}
	})
	return addresses
}

// Show reads the saved plan of a root that has no changes, which Plan does not.
func (t *Terraform) Show(ctx context.Context, p Planned) (Planned, error) {
	tf, err := t.command(p.Root)
	if err != nil {
		return p, err
	}
	if p.Details, err = tf.ShowPlanFile(ctx, p.File, t.attach(ctx, p.Root)); err != nil {
		return p, failure(p.Root, "show", err, nil)
	}
	return p, nil
}

// Rename moves an object in a root's state to another address.
func (t *Terraform) Rename(ctx context.Context, r Root, from, to string) error {
	tf, err := t.command(r)
	if err != nil {
		return err
	}
	if err := tf.StateMv(ctx, from, to); err != nil {
		return failure(r, "state mv", err, nil)
	}
	return nil
}

// Import takes an object on AWS into a root's state.
func (t *Terraform) Import(ctx context.Context, r Root, address, id string) error {
	tf, err := t.command(r)
	if err != nil {
		return err
	}
	opts := []tfexec.ImportOption{t.attach(ctx, r)}
	for _, v := range t.vars() {
		opts = append(opts, tfexec.Var(v))
	}
	if err := tf.Import(ctx, address, id, opts...); err != nil {
		return failure(r, "import", err, nil)
	}
	return nil
}

// Forget takes an object out of a root's state; on AWS it stays.
func (t *Terraform) Forget(ctx context.Context, r Root, address string) error {
	tf, err := t.command(r)
	if err != nil {
		return err
	}
	if err := tf.StateRm(ctx, address); err != nil {
		return failure(r, "state rm", err, nil)
	}
	return nil
}

package pipeline

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"

	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/progress"
)

// Settle prepares the roots of an environment for applying plans that belong
// together. What one root gives up and another takes, such as a route whose
// handler moves to another stack, goes from state to state and is pointed to its
// new function before anything of the old one is destroyed. Without this, an
// apply would be refused what is still there (409), or requests would fail in
// between. It returns the plans, made anew where something has moved; nothing of
// them is to be applied before all of the roots are settled.
func (d *Deployment) Settle(ctx context.Context, plans []deploy.Planned) ([]deploy.Planned, error) {
	plans, err := d.details(ctx, plans)
	if err != nil {
		return nil, err
	}
	moves := deploy.Moves(plans)
	if err := d.move(ctx, moves); err != nil {
		return nil, err
	}
	tainted := map[string][]string{}
	for _, p := range plans {
		if addresses := p.Tainted(); len(addresses) > 0 {
			tainted[p.Root.Name] = addresses
		}
	}
	destroyed, err := d.applyPart(ctx, tainted, deploy.PlanOptions{Destroy: true})
	if err != nil {
		return nil, err
	}
	others := append(deploy.Successors(plans), deploy.Redirected(plans)...)
	first, err := d.applyPart(ctx, firstSteps(moves, others), deploy.PlanOptions{})
	if err != nil {
		return nil, err
	}
	return d.again(ctx, plans, moves, append(destroyed, first...))
}

// firstSteps returns what is to be applied before all else, by root: what has
// moved, so that it is pointed to its new function, and others that must not
// wait for what is destroyed.
func firstSteps(moves []deploy.Move, others []deploy.Place) map[string][]string {
	targets := map[string][]string{}
	for _, m := range moves {
		if !m.Renamed {
			targets[m.To.Root] = append(targets[m.To.Root], m.To.Address)
		}
	}
	for _, at := range others {
		targets[at.Root] = append(targets[at.Root], at.Address)
	}
	return targets
}

// details reads the plans of roots without changes, too, when another root
// gives something up: what it gives up may be there already. It is not in a root
// that is proven unchanged, whose state is that of its last apply.
func (d *Deployment) details(ctx context.Context, plans []deploy.Planned) ([]deploy.Planned, error) {
	if !slices.ContainsFunc(plans, deploy.Planned.GivesUp) {
		return plans, nil
	}
	plans = slices.Clone(plans)
	for i, p := range plans {
		if p.Details != nil || p.Summary.Proven {
			continue
		}
		var err error
		if plans[i], err = d.tf.Show(ctx, p); err != nil {
			return nil, err
		}
	}
	return plans, nil
}

// move carries out moves, one after the other, in the states. An object is in
// the new one before it leaves the old one, so that a run that is interrupted in
// between loses nothing: the next one finds it in both.
func (d *Deployment) move(ctx context.Context, moves []deploy.Move) (err error) {
	if len(moves) == 0 {
		return nil
	}
	task := d.Report.Start("moves")
	defer func() { task.Close(err, "%d", len(moves)) }()
	for _, m := range moves {
		task.Update("%s to %s %s", m.From.Address, m.To.Root, m.To.Address)
		if err := d.moveOne(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func (d *Deployment) moveOne(ctx context.Context, m deploy.Move) error {
	from, to := d.Root(m.From.Root), d.Root(m.To.Root)
	if from == to && !m.Held {
		return d.marked(ctx, from, func() error { return d.tf.Rename(ctx, from, m.From.Address, m.To.Address) })
	}
	if !m.Held {
		if err := d.marked(ctx, to, func() error { return d.tf.Import(ctx, to, m.To.Address, m.ID) }); err != nil {
			return err
		}
	}
	return d.marked(ctx, from, func() error { return d.tf.Forget(ctx, from, m.From.Address) })
}

// marked changes a root's state with the marker beside it that tells a later
// run, should this one be killed, that the state may be cut off.
func (d *Deployment) marked(ctx context.Context, r deploy.Root, change func() error) error {
	if _, err := os.Stat(marker(r)); err == nil {
		return change() // an apply was killed here, which is still to be told
	}
	if err := os.WriteFile(marker(r), nil, 0o644); err != nil {
		return err
	}
	err := change()
	if err != nil && ctx.Err() != nil {
		return err
	}
	return errors.Join(err, os.Remove(marker(r)))
}

// applyPart plans and applies some addresses of roots, with what they depend on
// or, to destroy, what depends on them.
func (d *Deployment) applyPart(
	ctx context.Context, targets map[string][]string, o deploy.PlanOptions,
) ([]deploy.Planned, error) {
	names := slices.Sorted(maps.Keys(targets))
	return d.each(ctx, names, func(ctx context.Context, name string, task *progress.Task) (deploy.Planned, error) {
		part := o
		part.Targets = targets[name]
		p, err := d.plan(ctx, name, part, task)
		if err == nil && p.Changes {
			err = d.applyPlan(ctx, p, task)
		}
		task.Close(err, "%s", p.Summary.Done())
		return p, err
	})
}

// again plans the roots that are no longer as their plans have them; parts are
// what was applied since.
func (d *Deployment) again(
	ctx context.Context, plans []deploy.Planned, moves []deploy.Move, parts []deploy.Planned,
) ([]deploy.Planned, error) {
	touched := map[string]bool{}
	for _, m := range moves {
		touched[m.From.Root], touched[m.To.Root] = true, true
	}
	done := map[string]deploy.Summary{}
	for _, p := range parts {
		touched[p.Root.Name] = true
		done[p.Root.Name] = done[p.Root.Name].Plus(p.Summary)
	}
	byName := map[string]deploy.Planned{}
	for _, p := range plans {
		byName[p.Root.Name] = p
	}
	names := slices.DeleteFunc(slices.Collect(maps.Keys(byName)), func(name string) bool { return !touched[name] })
	slices.Sort(names)
	renewed, err := d.each(ctx, names, func(ctx context.Context, name string, task *progress.Task) (deploy.Planned, error) {
		p, err := d.plan(ctx, name, byName[name].Options, task)
		task.Close(err, "%s", p.Summary)
		return p, err
	})
	if err != nil {
		return nil, err
	}
	for _, p := range renewed {
		p.Earlier = done[p.Root.Name]
		byName[p.Root.Name] = p
	}
	plans = slices.Clone(plans)
	for i := range plans {
		plans[i] = byName[plans[i].Root.Name]
	}
	return plans, nil
}

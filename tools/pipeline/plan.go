package pipeline

import (
	"context"
	"errors"
	"os"
	"slices"

	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/progress"
)

// Plan plans the roots, some at a time, and returns the plans in the order of
// names. The plans are to be applied: they stand on what is applied.
func (d *Deployment) Plan(ctx context.Context, names []string, o deploy.PlanOptions) ([]deploy.Planned, error) {
	return d.each(ctx, names, func(ctx context.Context, name string, task *progress.Task) (deploy.Planned, error) {
		p, err := d.plan(ctx, name, o, task)
		task.Close(err, "%s", p.Summary)
		return p, err
	})
}

// Preview plans the roots, the platform among them, to be shown and not to be
// applied. Stacks that read outputs that the platform's plan changes are planned
// with the planned outputs: without them, a stack that uses a new queue could
// not be planned before the queue is there.
//
// A root that cannot be planned stops no other.
func (d *Deployment) Preview(ctx context.Context, names []string) []Outcome {
	platform := d.outcomes(ctx, []string{Platform}, func(ctx context.Context, name string, task *progress.Task) (deploy.Planned, error) {
		p, err := d.plan(ctx, name, deploy.PlanOptions{}, task)
		task.Close(err, "%s", p.Summary)
		return p, err
	})
	stacks := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == Platform })
	all := d.outcomes(ctx, stacks, func(ctx context.Context, name string, task *progress.Task) (deploy.Planned, error) {
		p, err := d.preview(ctx, name, platform[0].Planned, task)
		task.Close(err, "%s", p.Summary)
		return p, err
	})
	if slices.Contains(names, Platform) || platform[0].Err != nil {
		all = append(platform, all...)
	}
	return all
}

func (d *Deployment) preview(ctx context.Context, name string, platform deploy.Planned, task *progress.Task) (deploy.Planned, error) {
	follows, err := follows(d.Root(name), platform.Outputs)
	if err != nil {
		return deploy.Planned{Root: d.Root(name)}, err
	}
	if !follows {
		return d.plan(ctx, name, deploy.PlanOptions{}, task)
	}
	if err := d.restoreState(name, task); err != nil {
		return deploy.Planned{Root: d.Root(name)}, err
	}
	return d.planProvisional(ctx, name, platform, task)
}

// planProvisional plans a copy of a stack's root that reads the platform's
// planned outputs.
func (d *Deployment) planProvisional(ctx context.Context, name string, platform deploy.Planned, task *progress.Task) (deploy.Planned, error) {
	none := deploy.Planned{Root: d.Root(name)}
	outputs, err := d.Outputs(ctx, Platform)
	if err != nil {
		return none, err
	}
	values, err := d.plannedOutputs(outputs, platform)
	if err != nil {
		return none, err
	}
	task.Update("planning with the platform's planned outputs")
	root, remove, err := deploy.Provisional(d.Root(name), Platform, values)
	if err != nil {
		return none, errors.Join(err, remove())
	}
	p, err := d.tf.Plan(ctx, root, deploy.PlanOptions{}, func(string) {})
	d.tf.Release(root)                                         // its folder goes
	if e := os.Remove(p.File); !errors.Is(e, os.ErrNotExist) { // nobody may apply it
		err = errors.Join(err, e)
	}
	p.Root, p.File, p.Summary.FollowsPlatform = d.Root(name), "", true
	return p, errors.Join(err, remove())
}

// follows reports whether a root reads one of the outputs that change.
func follows(r deploy.Root, changed []deploy.Output) (bool, error) {
	if len(changed) == 0 {
		return false, nil
	}
	reads, err := deploy.Reads(r, Platform)
	return slices.ContainsFunc(changed, func(o deploy.Output) bool { return slices.Contains(reads, o.Name) }), err
}

// planLifted plans the platform with its prevent_destroy lifted: what it would
// destroy is shown, and CheckDestroy decides.
func (d *Deployment) planLifted(ctx context.Context, o deploy.PlanOptions) (deploy.Planned, error) {
	restore, err := deploy.Lift(d.platformModule())
	if err != nil {
		return deploy.Planned{Root: d.Root(Platform)}, err
	}
	p, err := d.tf.Plan(ctx, d.Root(Platform), o, func(string) {})
	return p, errors.Join(err, restore())
}

// CheckDestroy returns an error unless all that the plans destroy or replace,
// of what holds data or an address, is named in AllowDestroy or holds nothing.
func (d *Deployment) CheckDestroy(ctx context.Context, plans ...deploy.Planned) error {
	var errs []error
	for _, p := range plans {
		for _, r := range p.Lost {
			if r.Named(d.AllowDestroy) {
				continue
			}
			empty, state, err := false, "", error(nil)
			if d.Inspect != nil {
				empty, state, err = d.Inspect(ctx, r)
			}
			if err != nil {
				errs = append(errs, err) // a failed look is no answer
			} else if !empty {
				errs = append(errs, r.Refusal(p.Root.Name, state))
			}
		}
	}
	return errors.Join(errs...)
}

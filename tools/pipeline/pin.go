package pipeline

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/deploy"
)

// Pin puts the zips that functions are held at into the artifacts.json of their
// stacks, after a build, and says so.
func (d *Deployment) Pin(ctx context.Context, stacks []string) error {
	records, err := d.records(ctx)
	if err != nil {
		return err
	}
	d.pins = map[string]map[string]change.Pin{}
	for _, stack := range stacks {
		pins, err := change.Pins(ctx, records, stack)
		if err != nil {
			return err
		}
		if len(pins) == 0 {
			continue
		}
		d.pins[stack] = pins
		if err := artifact.Pin(d.Root(stack).Dir, pinned(pins)); err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(pins)) {
			d.Report.Note("%s/%s is %s; seastack unpin %s/%s lets it go", stack, name, pins[name], stack, name)
		}
	}
	return nil
}

// Pinned returns the pins of a stack's functions that Pin has found.
func (d *Deployment) Pinned(stack string) map[string]change.Pin { return d.pins[stack] }

func pinned(pins map[string]change.Pin) map[string]artifact.Zip {
	zips := map[string]artifact.Zip{}
	for name, p := range pins {
		zips[name] = artifact.Zip{Digest: p.Digest, Architecture: p.Architecture}
	}
	return zips
}

// architectures returns what zips that were deployed were built for, by the
// functions' names; none for a zip of which the history does not say it.
func architectures(history []change.Deploy, digests map[string]string) map[string]string {
	all := map[string]string{}
	for name, digest := range digests {
		i := slices.IndexFunc(history, func(h change.Deploy) bool { return h.Digests[name] == digest && h.Architectures[name] != "" })
		if i >= 0 {
			all[name] = history[i].Architectures[name]
		}
	}
	return all
}

// History returns the deploys of a root, the last one first.
func (d *Deployment) History(ctx context.Context, root string) ([]change.Deploy, error) {
	records, err := d.records(ctx)
	if err != nil {
		return nil, err
	}
	return change.History(ctx, records, root)
}

// Unpin lets functions of a stack go, all where function is empty, and returns
// their names. The next apply deploys what was built.
func (d *Deployment) Unpin(ctx context.Context, stack, function string) (freed []string, err error) {
	records, err := d.records(ctx)
	if err != nil {
		return nil, err
	}
	pins, err := change.Pins(ctx, records, stack)
	if err != nil {
		return nil, err
	}
	for name := range pins {
		if function == "" || name == function {
			freed = append(freed, name)
			delete(pins, name)
		}
	}
	slices.Sort(freed)
	if len(freed) == 0 {
		return nil, nil
	}
	return freed, change.WritePins(ctx, records, stack, pins)
}

// Rollback brings functions of a stack back to zips that were deployed before,
// without a build, and pins them there: digests by the functions' names. Nothing
// but their code and their versions may change.
func (d *Deployment) Rollback(ctx context.Context, stack string, digests map[string]string) (deploy.Planned, error) {
	none := deploy.Planned{Root: d.Root(stack)}
	if err := d.hasZips(ctx, slices.Collect(maps.Values(digests))); err != nil {
		return none, err
	}
	records, err := d.records(ctx)
	if err != nil {
		return none, err
	}
	record, err := change.ReadRecord(ctx, records, stack)
	if err != nil {
		return none, err
	}
	if record == nil {
		return none, diag.Diagnostic{Code: diag.NoHistory, Message: stack + " was never deployed to " + d.Env.Name, Next: "deploy it first: seastack apply --env " + d.Env.Name}
	}
	pins, err := change.Pins(ctx, records, stack)
	if err != nil {
		return none, err
	}
	history, err := change.History(ctx, records, stack)
	if err != nil {
		return none, err
	}
	now, builtFor := time.Now().UTC().Truncate(time.Second), architectures(history, digests)
	for name, digest := range digests {
		pins[name] = change.Pin{Digest: digest, Architecture: builtFor[name], By: deployer(), Since: now}
	}
	// Before the apply: a rollback that is killed in the middle is not undone by the
	// next deploy.
	beforeApply := func() error { return change.WritePins(ctx, records, stack, pins) }
	return d.back(ctx, stack, digests, *record, pins, beforeApply)
}

// back brings functions of a stack back to zips, and records that; record is the
// last one of the stack, and pins are those that hold then.
func (d *Deployment) back(ctx context.Context, stack string, digests map[string]string, record change.Record, pins map[string]change.Pin, beforeApply func() error) (deploy.Planned, error) {
	none := deploy.Planned{Root: d.Root(stack)}
	all, builtFor, err := d.zipsBack(ctx, stack, digests, record)
	if err != nil {
		return none, err
	}
	if err := d.Prepare(ctx, []string{Platform, stack}); err != nil {
		return none, err
	}
	plan, err := d.planCode(ctx, stack, digests, record.Commit)
	if err != nil {
		return plan, err
	}
	if err := beforeApply(); err != nil {
		return plan, err
	}
	d.pins = map[string]map[string]change.Pin{stack: pins}
	if plan.Changes {
		if err := d.applyOutcomes(ctx, []deploy.Planned{plan})[0].Err; err != nil {
			return plan, err
		}
	}
	// The rest of the stack is as it was recorded.
	record.Architectures = builtFor
	record.Digests, record.Pinned, record.Proof, record.Plan = all, slices.Sorted(maps.Keys(pins)), change.Proof{}, ""
	record.Time, record.By, record.Canary = time.Now().UTC().Truncate(time.Second), deployer(), nil
	records, err := d.records(ctx)
	if err != nil {
		return plan, err
	}
	return plan, change.WriteRecord(ctx, records, record)
}

// zipsBack writes the artifacts.json of a stack that is as recorded but for zips that
// come back. It returns the digests, and what the zips were built for: where that is
// not known, the last build or the environment says it.
func (d *Deployment) zipsBack(ctx context.Context, stack string, digests map[string]string, record change.Record) (all, builtFor map[string]string, err error) {
	records, err := d.records(ctx)
	if err != nil {
		return nil, nil, err
	}
	history, err := change.History(ctx, records, stack)
	if err != nil {
		return nil, nil, err
	}
	all, builtFor = maps.Clone(record.Digests), maps.Clone(record.Architectures)
	if builtFor == nil {
		builtFor = map[string]string{}
	}
	maps.Copy(all, digests)
	maps.Copy(builtFor, architectures(history, digests))
	zips, err := artifact.Zips(d.Root(stack).Dir)
	if err != nil {
		return nil, nil, err
	}
	maps.DeleteFunc(zips, func(name string, _ artifact.Zip) bool { return all[name] == "" })
	for name, digest := range all {
		zips[name] = artifact.Zip{Digest: digest, Architecture: cmp.Or(builtFor[name], zips[name].Architecture, TargetOf(d.Env).Architecture())}
	}
	_, err = artifact.WriteZips(d.Root(stack).Dir, zips)
	return all, builtFor, err
}

// planCode plans the code of functions and nothing else. The error is RollbackRefused
// where the checkout would change more; commit is the one that is deployed.
func (d *Deployment) planCode(ctx context.Context, stack string, digests map[string]string, commit string) (deploy.Planned, error) {
	plans, err := d.Plan(ctx, []string{stack}, deploy.PlanOptions{Targets: functionAddresses(digests), Lock: "60s"})
	if err != nil {
		return deploy.Planned{Root: d.Root(stack)}, err
	}
	for _, c := range plans[0].Summary.Resources {
		if !isCode(c) {
			return plans[0], diag.Diagnostic{Code: diag.RollbackRefused, Message: stack + ": a rollback would also " + c.String(),
				Next: "check out the commit that is deployed, " + commit + ", and roll back from there"}
		}
	}
	return plans[0], nil
}

// isCode reports whether a change is that of a function's code and no more.
func isCode(c deploy.ResourceChange) bool {
	code := map[string][]string{"aws_lambda_function": {"architectures", "s3_key", "source_code_hash"}, "aws_lambda_alias": {"function_version", "routing_config"}}[c.Type]
	return c.Action == "update" && !slices.ContainsFunc(c.Attributes, func(a deploy.AttributeChange) bool {
		return !slices.Contains(code, a.Attribute) && !a.Unknown // what is known later follows from the code
	})
}

// functionAddresses returns the addresses of functions and their aliases.
func functionAddresses(digests map[string]string) (all []string) {
	for _, name := range slices.Sorted(maps.Keys(digests)) {
		module := "module.stack.module." + names.Label(name)
		all = append(all, module+".aws_lambda_function.this", module+".aws_lambda_alias.this")
	}
	return all
}

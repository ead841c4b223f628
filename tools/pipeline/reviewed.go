package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/artifact/digest"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/review"
)

// A folder of reviewed plans:
//
//	report.json            what was reviewed (review.Report)
//	plans/<root>.tfplan    Terraform's plan; it may hold secrets
//	zips/<root>.json       the root's artifacts.json
func savedPlan(dir, root string) string     { return filepath.Join(dir, "plans", root+".tfplan") }
func savedManifest(dir, root string) string { return filepath.Join(dir, "zips", root+".json") }

// Save puts the plan of a root into a folder, to be applied as it is, and returns
// what it is to be known by; nil where there is nothing to apply.
func (d *Deployment) Save(ctx context.Context, dir string, o Outcome) (*review.Plan, error) {
	if o.Err != nil || !o.Changes {
		return nil, nil
	}
	name := o.Root.Name
	saved := review.Plan{Follows: o.Summary.FollowsPlatform}
	if err := copyFile(savedManifest(dir, name), filepath.Join(o.Root.Dir, artifact.ManifestName)); err != nil {
		return nil, err
	}
	if !saved.Follows {
		saved.File = filepath.ToSlash(filepath.Join("plans", name+".tfplan"))
		if err := copyFile(savedPlan(dir, name), o.File); err != nil {
			return nil, err
		}
		var err error
		if saved.SHA256, err = digest.File(savedPlan(dir, name)); err != nil {
			return nil, err
		}
	}
	var err error
	if saved.Files, _, err = deploy.Inputs(o.Root); err != nil {
		return nil, err
	}
	state, err := d.state(ctx, name)
	if err != nil {
		return nil, err
	}
	saved.State = digest.Bytes(state)
	digests, err := artifact.Digests(o.Root.Dir)
	saved.Zips = slices.Sorted(maps.Values(digests))
	return &saved, err
}

// copyFile copies a file, for its owner alone; one that is not there is no error.
func copyFile(to, from string) error {
	content, err := os.ReadFile(from)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	return renameio.WriteFile(to, content, 0o600, renameio.WithTempDir(filepath.Dir(to)))
}

// Applied is what came of one reviewed plan.
type Applied struct {
	Root    string         `json:"root"`
	Result  string         `json:"result"` // "applied", "already applied", "stopped" or "failed"
	Summary deploy.Summary `json:"summary"`
	Err     error          `json:"-"`
	Reason  string         `json:"reason,omitempty"`
}

// The results of an apply.
const (
	resultApplied = "applied"
	resultAlready = "already applied"
	resultStopped = "stopped"
	resultFailed  = "failed"
)

// ApplyReviewed applies the plans of a report and no others: the platform's, then
// those of the stacks. One whose files, state, zips or saved plan are no longer
// those of the report stops, and stops no other, except that nothing follows a
// platform that was not applied.
func (d *Deployment) ApplyReviewed(ctx context.Context, dir string, r review.Report) ([]Applied, error) {
	var platform, stacks []review.Root
	names := []string{Platform}
	for _, root := range r.Roots {
		if root.Plan == nil {
			continue
		}
		if err := copyFile(filepath.Join(d.Root(root.Name).Dir, artifact.ManifestName), savedManifest(dir, root.Name)); err != nil {
			return nil, err
		}
		if root.Name == Platform {
			platform = append(platform, root)
			continue
		}
		stacks, names = append(stacks, root), append(names, root.Name)
	}
	if len(platform)+len(stacks) == 0 {
		return nil, nil
	}
	if err := d.Prepare(ctx, names); err != nil {
		return nil, err
	}
	results := d.applyReviewed(ctx, dir, platform)
	if slices.ContainsFunc(results, func(a Applied) bool { return a.Err != nil }) {
		for _, s := range stacks {
			results = append(results, stopped(s.Name, stale(s.Name, "the platform was not applied", "apply again when the platform is")))
		}
		return results, nil
	}
	return append(results, d.applyReviewed(ctx, dir, stacks)...), nil
}

func stopped(root string, err error) Applied {
	return Applied{Root: root, Result: resultStopped, Summary: deploy.NewSummary(root), Err: err, Reason: err.Error()}
}

// applyReviewed checks roots, settles what moves between them, and applies them.
func (d *Deployment) applyReviewed(ctx context.Context, dir string, roots []review.Root) []Applied {
	reviewed := map[string]review.Root{}
	var names []string
	for _, r := range roots {
		reviewed[r.Name] = r
		names = append(names, r.Name)
	}
	results := map[string]Applied{}
	var plans []deploy.Planned
	for _, o := range d.outcomes(ctx, names, func(ctx context.Context, name string, task *progress.Task) (deploy.Planned, error) {
		p, err := d.checked(ctx, dir, reviewed[name], task)
		task.Close(err, "%s", p.Summary)
		return p, err
	}) {
		name := o.Root.Name
		switch {
		case errors.Is(o.Err, errAlready):
			results[name] = Applied{Root: name, Result: resultAlready, Summary: o.Summary}
		case o.Err != nil:
			results[name] = stopped(name, o.Err)
		default:
			plans = append(plans, o.Planned)
		}
	}
	settled, err := d.Settle(ctx, plans)
	if err != nil {
		for _, p := range plans {
			results[p.Root.Name] = stopped(p.Root.Name, err)
		}
		settled = nil
	}
	var ready []deploy.Planned
	for _, p := range settled {
		if more := beyond(reviewed[p.Root.Name].Summary, p.Summary); more != "" {
			results[p.Root.Name] = stopped(p.Root.Name, stale(p.Root.Name, "the plan is no longer what was reviewed: "+more, planAgain))
			continue
		}
		ready = append(ready, p)
	}
	for _, o := range d.applyOutcomes(ctx, ready) {
		a := Applied{Root: o.Root.Name, Result: resultApplied, Summary: o.Summary, Err: o.Err}
		if o.Err != nil {
			a.Result, a.Reason = resultFailed, o.Err.Error()
		}
		results[a.Root] = a
	}
	for name, err := range d.Watch(ctx, watchable(results)) {
		a := results[name]
		a.Result, a.Reason, a.Err = resultFailed, err.Error(), err
		results[name] = a
	}
	var all []Applied
	for _, name := range names {
		all = append(all, results[name])
	}
	return all
}

// watchable returns the roots that are as their plan has them.
func watchable(results map[string]Applied) (names []string) {
	for name, a := range results {
		if a.Err == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// errAlready says that a reviewed plan has been applied before.
var errAlready = errors.New("the plan has been applied")

// stale is the error for a plan that is not to be applied any more.
func stale(root, why, next string) error {
	return diag.Diagnostic{Code: diag.StalePlan, Message: root + ": " + why, Next: next}
}

const planAgain = "plan again, and have that reviewed"

// checked returns a reviewed plan when everything is still as it was reviewed.
func (d *Deployment) checked(ctx context.Context, dir string, r review.Root, task *progress.Task) (deploy.Planned, error) {
	p := deploy.Planned{Root: d.Root(r.Name), Summary: deploy.NewSummary(r.Name)}
	files, _, err := deploy.Inputs(p.Root)
	if err != nil {
		return p, err
	}
	if files != r.Plan.Files {
		return p, stale(r.Name, "its files are not those that were planned", "check out the commit of the report, or plan again")
	}
	task.Update("looking for its zips")
	if err := d.hasZips(ctx, r.Plan.Zips); err != nil {
		return p, err
	}
	if r.Plan.Follows {
		task.Update("planning on what the platform is now")
		return d.plan(ctx, r.Name, deploy.PlanOptions{}, task)
	}
	p.File = savedPlan(dir, r.Name)
	sum, err := digest.File(p.File)
	if err != nil || sum != r.Plan.SHA256 {
		return p, stale(r.Name, "the saved plan is not the one of the report", planAgain)
	}
	state, err := d.state(ctx, r.Name)
	if err != nil {
		return p, err
	}
	if digest.Bytes(state) != r.Plan.State {
		if err := d.staleState(ctx, r, state); err != nil {
			return p, err
		}
		task.Update("its apply was killed: planning what is left of it")
		rest, err := d.plan(ctx, r.Name, deploy.PlanOptions{}, task)
		rest.SHA256 = sum
		return rest, err
	}
	inputs, err := d.planInputs(ctx, r.Name)
	if err != nil {
		return p, err
	}
	task.Update("reading the plan")
	// A copy: an apply removes the plan that it has carried out.
	copied := filepath.Join(p.Root.Dir, ".terraform", "seastack.tfplan")
	if err := copyFile(copied, p.File); err != nil {
		return p, err
	}
	p.File, p.SHA256, p.Inputs = copied, sum, inputs
	return d.tf.Load(ctx, p)
}

// staleState says why a plan does not fit the state: it has been applied, or
// somebody else has changed the state. It returns nil where that was an apply of the
// plan itself which was killed.
func (d *Deployment) staleState(ctx context.Context, r review.Root, state []byte) error {
	records, err := d.records(ctx)
	if err == nil {
		record, err := change.ReadRecord(ctx, records, r.Name)
		if err == nil && record != nil && record.Plan == r.Plan.SHA256 && record.Proof.State == digest.Bytes(state) {
			return cmp.Or(d.forgetCanary(*record), errAlready)
		}
		if begun, err := change.Applying(ctx, records, r.Name); err == nil && begun == r.Plan.SHA256 {
			return nil
		}
	}
	return stale(r.Name, "its state has changed since the plan was made", planAgain)
}

// forgetCanary makes the artifacts.json of a reviewed plan what it is when the
// plan's canaries are over.
func (d *Deployment) forgetCanary(record change.Record) error {
	if len(record.Canary) > 0 {
		return nil
	}
	return artifact.SetCanaries(d.Root(record.Root).Dir, nil)
}

// hasZips returns an error unless the artifact bucket has the zips.
func (d *Deployment) hasZips(ctx context.Context, digests []string) error {
	if d.AWS == nil {
		return d.hasOwnZips(digests)
	}
	if len(digests) == 0 {
		return nil
	}
	u, err := d.uploader(ctx)
	if err != nil {
		return err
	}
	for _, zip := range digests {
		there, err := u.has(ctx, zip)
		if err != nil {
			return err
		}
		if !there {
			return diag.Diagnostic{Code: diag.ArtifactBucket, Message: fmt.Sprintf("the artifact bucket %s does not have the zip %s", u.bucket, zip),
				Next: "check out the commit of the report and run: seastack build --upload --env " + d.Env.Name}
		}
	}
	return nil
}

// hasOwnZips is hasZips where the bucket shows the zips of this machine.
func (d *Deployment) hasOwnZips(digests []string) error {
	for _, zip := range digests {
		if _, err := os.Stat(d.store().ZipPath(zip)); err != nil {
			return diag.Diagnostic{Code: diag.ArtifactBucket, Message: "the zip " + zip + " is no longer on this machine",
				Next: "check out the commit that it was built from and run: seastack build --env " + d.Env.Name}
		}
	}
	return nil
}

// beyond returns what a plan does that was not reviewed; "" where there is
// nothing. A plan that is made again may do less, as what moves between stacks is
// done before.
func beyond(reviewed, now deploy.Summary) string {
	known := map[string]bool{}
	for _, c := range reviewed.Resources {
		known[c.Action+" "+c.Address] = true
	}
	zips := map[string]string{}
	for _, f := range reviewed.Functions {
		zips[f.Function] = f.After
	}
	var more []string
	for _, c := range now.Resources {
		if key := c.Action + " " + c.Address; !known[key] {
			more = append(more, key)
		}
	}
	for _, f := range now.Functions {
		if after, ok := zips[f.Function]; ok && after != f.After {
			more = append(more, "another zip for "+f.Function)
		}
	}
	return strings.Join(more, ", ")
}

package pipeline

import (
	"context"
	"maps"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/artifact/inputs"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/objects"
	"github.com/seastack/seastack/tools/project"
)

// Records returns where the records of an environment's deployments are: beside
// Terraform's states.
func Records(ctx context.Context, p project.Project, env config.Environment) (objects.Store, error) {
	if env.IsLocal() {
		return objects.Folder{Dir: filepath.Dir(p.StateFile(Platform))}, nil
	}
	return objects.OpenBucket(ctx, env.Backend.Region, env.Backend.Bucket, env.Backend.Prefix)
}

// records returns Records of the deployment, which it looks up once.
func (d *Deployment) records(ctx context.Context) (objects.Store, error) {
	d.recordsOnce.Do(func() { d.recordStore, d.recordsErr = Records(ctx, d.Project, d.Env) })
	return d.recordStore, d.recordsErr
}

// recorder records what is deployed.
type recorder struct {
	once    sync.Once
	err     error
	record  change.Record // what all roots have in common
	closure inputs.Closure
}

// recordDeployed records that what a root is made of now is deployed: the base
// of the next comparison. A root that is destroyed has no record.
func (d *Deployment) recordDeployed(ctx context.Context, p deploy.Planned) error {
	if len(p.Options.Targets) > 0 { // a part, which the whole follows
		return nil
	}
	r := &d.recorder
	r.once.Do(func() { r.err = r.prepare(ctx, d) })
	if r.err != nil {
		return r.err
	}
	records, err := d.records(ctx)
	if err != nil {
		return err
	}
	if p.Options.Destroy {
		return change.DeleteRecord(ctx, records, p.Root.Name)
	}
	record := r.record
	record.Root, record.Closure = p.Root.Name, r.closure.Only(p.Root.Name)
	record.Proof, record.Plan = d.proof(ctx, p), p.SHA256
	record.Pinned = slices.Sorted(maps.Keys(d.pins[p.Root.Name]))
	zips, err := artifact.Zips(p.Root.Dir)
	if err != nil {
		return err
	}
	record.Digests, record.Architectures = map[string]string{}, map[string]string{}
	for name, zip := range zips {
		record.Digests[name], record.Architectures[name] = zip.Digest, zip.Architecture
	}
	if err := d.recordCanary(ctx, records, &record); err != nil {
		return err
	}
	return change.WriteRecord(ctx, records, record)
}

func (r *recorder) prepare(ctx context.Context, d *Deployment) (err error) {
	functions, err := change.Entrypoints(d.Project.Root, d.Project.Config.Folders)
	if err != nil {
		return err
	}
	if err := change.SetArchitectures(d.Project.Root, d.Project.Config.Folders, d.Env, functions); err != nil {
		return err
	}
	if len(functions) > 0 {
		r.closure, err = artifact.Inspect(ctx, artifact.Request{
			Root: d.Project.Root, Functions: functions, Target: TargetOf(d.Env), Store: d.Project.Artifacts(), Env: os.Environ(),
		})
		if err != nil {
			return err
		}
	}
	r.record.Time = time.Now().UTC().Truncate(time.Second)
	r.record.Commit, r.record.Dirty = change.Commit(ctx, d.Project.Root, os.Environ())
	r.record.By = deployer()
	r.record.Files, err = change.ConfigurationFiles(d.Project.Root, d.Project.Config.Folders)
	return err
}

// deployer returns who deploys: the user of the workflow, or of this machine.
func deployer() string {
	if actor := os.Getenv("GITHUB_ACTOR"); actor != "" {
		return actor
	}
	u, err := user.Current()
	if err != nil {
		return ""
	}
	name, _, _ := strings.Cut(u.Name, ",") // of the fields that passwd keeps there
	if name == "" {
		name = u.Username
	}
	return name
}

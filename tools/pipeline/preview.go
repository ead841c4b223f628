package pipeline

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit/root"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/database"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/objects"
)

// PreviewUp deploys a preview: the platform, a database of its own, and the
// stacks, in the place of those that it has and the module no longer has.
func (d *Deployment) PreviewUp(ctx context.Context, m model.Model) error {
	stacks := StackNames(m)
	if _, err := d.Apply(ctx, []string{Platform}, deploy.PlanOptions{Lock: previewLock}); err != nil {
		return err
	}
	if use.Database(m) {
		if err := d.previewDatabase(ctx, m); err != nil {
			return err
		}
	}
	roots, err := d.deployedRoots(ctx)
	if err != nil {
		return err
	}
	gone := slices.DeleteFunc(roots, func(name string) bool { return name == Platform || slices.Contains(stacks, name) })
	if err := d.destroyRoots(ctx, gone); err != nil {
		return err
	}
	if err := d.Upload(ctx, stacks); err != nil {
		return err
	}
	plans, err := d.Plan(ctx, stacks, deploy.PlanOptions{Lock: previewLock})
	if err != nil {
		return err
	}
	if plans, err = d.Settle(ctx, plans); err != nil {
		return err
	}
	return d.ApplyPlans(ctx, plans)
}

// previewLock is how long a job waits for another one on the same pull request.
const previewLock = "10m"

// previewDatabase makes the preview's own databases on the server that all share,
// puts their URLs into the preview's secrets, and migrates them.
func (d *Deployment) previewDatabase(ctx context.Context, m model.Model) error {
	if d.Env.Preview.DatabaseSecret == "" {
		d.Report.Note("%s has no database: seastack.hcl names no database_secret for previews", d.Env.Name)
		return nil
	}
	err := d.onPreviewServer(ctx, func(server database.Database) error {
		for _, s := range names.Stores() {
			if !use.Reads(m, s.Grant) {
				continue
			}
			if err := d.previewStore(ctx, server, s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = d.Migrate(ctx)
	return err
}

// previewStore makes the database that a secret is of, and puts its URL there. The
// secret of the replica names the database itself, whose role previews share.
func (d *Deployment) previewStore(ctx context.Context, server database.Database, s names.Store) error {
	name := d.previewDatabaseName(s)
	if err := server.Create(ctx, name); err != nil {
		return err
	}
	own, err := server.Sibling(name)
	if err != nil {
		return err
	}
	cfg, err := d.AWS(ctx)
	if err != nil {
		return err
	}
	return own.PutInto(ctx, cfg, d.Secret(s), s)
}

func (d *Deployment) previewDatabaseName(s names.Store) string {
	if s == names.Analytics {
		return d.Secret(s)
	}
	return d.shared()
}

// dropPreviewDatabases removes the databases of a preview, whichever it has.
func (d *Deployment) dropPreviewDatabases(ctx context.Context, server database.Database) error {
	for _, s := range []names.Store{names.Database, names.Analytics} {
		if err := server.Drop(ctx, d.previewDatabaseName(s)); err != nil {
			return err
		}
	}
	return nil
}

// onPreviewServer calls f with the server of all previews.
func (d *Deployment) onPreviewServer(ctx context.Context, f func(database.Database) error) error {
	cfg, err := d.AWS(ctx)
	if err != nil {
		return err
	}
	server, err := database.FromSecret(ctx, cfg, d.Env.Preview.DatabaseSecret, names.Database)
	if err != nil {
		return err
	}
	server, stop, err := server.Through(ctx, d.Env.Tunnel)
	if err != nil {
		return err
	}
	defer stop()
	return f(server)
}

// PreviewDown destroys all of a preview, whatever the checkout has: by its states.
// It returns the names of the roots that it had.
func (d *Deployment) PreviewDown(ctx context.Context) (roots []string, err error) {
	if roots, err = d.deployedRoots(ctx); err != nil {
		return nil, err
	}
	if err := d.destroyRoots(ctx, stacksOnly(roots)); err != nil {
		return roots, err
	}
	if slices.Contains(roots, Platform) {
		if err := d.emptyArtifacts(ctx); err != nil {
			return roots, err
		}
		if err := d.destroyRoots(ctx, []string{Platform}); err != nil {
			return roots, err
		}
	}
	if d.Env.Preview.DatabaseSecret != "" {
		err := d.onPreviewServer(ctx, func(server database.Database) error { return d.dropPreviewDatabases(ctx, server) })
		if err != nil {
			return roots, err
		}
	}
	states, err := d.states(ctx)
	if err != nil {
		return roots, err
	}
	_, err = states.Purge(ctx)
	return roots, err
}

func stacksOnly(roots []string) []string {
	return slices.DeleteFunc(slices.Clone(roots), func(name string) bool { return name == Platform })
}

// emptyArtifacts removes the zips, without which their bucket can be removed.
func (d *Deployment) emptyArtifacts(ctx context.Context) error {
	cfg, err := d.AWS(ctx)
	if err != nil {
		return err
	}
	zips := objects.Bucket{Client: objects.Client(cfg), Bucket: ArtifactBucket(d.Project, d.Env), Prefix: "functions"}
	_, err = zips.Purge(ctx)
	if Status(err) == 404 { // the bucket is gone already, or was never made
		return nil
	}
	return err
}

// states is the part of the backend's bucket that is the environment's.
func (d *Deployment) states(ctx context.Context) (objects.Bucket, error) {
	b := d.Env.Backend
	return objects.OpenBucket(ctx, b.Region, b.Bucket, b.Prefix)
}

// deployedRoots returns the names of the roots that have a state.
func (d *Deployment) deployedRoots(ctx context.Context) (roots []string, err error) {
	states, err := d.states(ctx)
	if err != nil {
		return nil, err
	}
	found, err := states.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range found {
		if root, ok := strings.CutSuffix(name, names.State("")); ok && !strings.Contains(root, "/") {
			roots = append(roots, root)
		}
	}
	return roots, nil
}

// destroyRoots destroys what roots have by their states alone: Terraform destroys
// what a root without modules no longer has.
func (d *Deployment) destroyRoots(ctx context.Context, roots []string) error {
	if len(roots) == 0 {
		return nil
	}
	for _, name := range roots {
		gone := root.Gone(d.Project.Config.Project, d.Project.Config, d.Env, name)
		dir := d.Project.EnvRoot(d.Env.Name, name)
		if err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(d.Project.Path(gone.Path), gone.Content, 0o644)); err != nil {
			return err
		}
	}
	if err := d.Prepare(ctx, roots); err != nil {
		return err
	}
	d.Inspect = func(context.Context, deploy.Resource) (bool, string, error) { return true, "", nil } // a preview is to go
	if _, err := d.Apply(ctx, roots, deploy.PlanOptions{Destroy: true, Lock: previewLock}); err != nil {
		return err
	}
	for _, name := range roots {
		if err := d.Forget(name); err != nil {
			return err
		}
	}
	_ = os.Remove(filepath.Dir(d.Project.EnvRoot(d.Env.Name, Platform))) // stays when something is in it
	return nil
}

// Forget removes the folder of a root that has been destroyed; it stays when
// somebody's own files are in it.
func (d *Deployment) Forget(name string) error {
	dir := d.Project.EnvRoot(d.Env.Name, name)
	err := os.Remove(filepath.Join(dir, "main.gen.tf"))
	for _, made := range []string{".terraform", ".terraform.lock.hcl", artifact.ManifestName} {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, made)))
	}
	_ = os.Remove(dir)
	return err
}

// Previews returns the numbers of the pull requests that have a preview, by their
// states; template is the environment that previews are made from.
func Previews(ctx context.Context, template config.Environment) (numbers []int, err error) {
	b := template.Backend
	states, err := objects.OpenBucket(ctx, b.Region, b.Bucket, b.Prefix)
	if err != nil {
		return nil, err
	}
	found, err := states.Siblings(ctx)
	for _, text := range found {
		if n, err := strconv.Atoi(text); err == nil {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers, err
}

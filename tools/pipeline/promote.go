package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/progress"
)

// Promote brings the zips that stacks have in another environment to this one,
// without a build: it copies those that the artifact bucket lacks, and writes the
// artifacts.json of each stack. The configuration is that of the checkout, which
// must be of the commit that the other environment was deployed from.
func (d *Deployment) Promote(ctx context.Context, from *Deployment, m model.Model, stacks []string) error {
	selected, err := SelectStacks(m, stacks)
	if err != nil {
		return err
	}
	if err := sameArchitectures(selected, from.Env, d.Env); err != nil {
		return err
	}
	records, err := from.records(ctx)
	if err != nil {
		return err
	}
	head, dirty := change.Commit(ctx, d.Project.Root, os.Environ())
	all := map[string]map[string]artifact.Zip{}
	for _, stack := range stacks {
		record, err := change.ReadRecord(ctx, records, stack)
		switch {
		case err != nil:
			return err
		case record == nil:
			return cannotPromote(stack+" was never deployed to "+from.Env.Name, "deploy it there first: seastack apply --env "+from.Env.Name)
		case record.Dirty || dirty || record.Commit != head:
			return cannotPromote(fmt.Sprintf("%s was deployed to %s from the commit %.12s, and this checkout is at %.12s%s",
				stack, from.Env.Name, record.Commit, head, map[bool]string{true: " with changes that are not committed"}[record.Dirty || dirty]),
				"check out the commit that is deployed there: what is promoted has its configuration, too")
		}
		all[stack] = zipsOf(selected, d.Env, stack, record.Digests)
	}
	task := d.Report.Start("promote to " + d.Env.Name)
	copied, err := d.copyZips(ctx, from, task, all)
	task.Close(err, "%d stacks from %s, %d zips copied", len(stacks), from.Env.Name, copied)
	if err != nil {
		return err
	}
	return d.Pin(ctx, stacks)
}

// sameArchitectures returns an error unless each function of the stacks is built for
// the same architecture in both environments.
func sameArchitectures(stacks []model.Stack, from, to config.Environment) error {
	for _, s := range stacks {
		for _, f := range s.Functions {
			a, b := from.ArchitectureOf(s.Name, f.Name, f.Architecture), to.ArchitectureOf(s.Name, f.Name, f.Architecture)
			if a != b {
				return cannotPromote(fmt.Sprintf("%s/%s is built for %s in %s, and for %s in %s", s.Name, f.Name, a, from.Name, b, to.Name),
					"give both environments one architecture in seastack.hcl")
			}
		}
	}
	return nil
}

// zipsOf returns the zips of a stack's functions as the environment has them: digests
// by the functions' names.
func zipsOf(stacks []model.Stack, env config.Environment, stack string, digests map[string]string) map[string]artifact.Zip {
	zips := map[string]artifact.Zip{}
	for _, fn := range functions(stacks, env) {
		if digest := digests[fn.Name]; fn.Stack == stack && digest != "" {
			zips[fn.Name] = artifact.Zip{Digest: digest, Architecture: artifact.Target{GOARCH: fn.GOARCH}.Architecture()}
		}
	}
	return zips
}

// copyZips copies the zips of stacks from another environment, and writes the
// artifacts.json of each: zips by stack and function.
func (d *Deployment) copyZips(ctx context.Context, from *Deployment, task *progress.Task, zips map[string]map[string]artifact.Zip) (copied int, err error) {
	target, err := d.uploader(ctx)
	if err != nil {
		return 0, err
	}
	source, err := from.uploader(ctx)
	if err != nil {
		return 0, err
	}
	for stack, functions := range zips {
		for _, zip := range functions {
			isNew, err := copyZip(ctx, target, source, zip.Digest)
			if err != nil {
				return copied, err
			}
			if isNew {
				copied++
			}
			task.Update("%d zips copied", copied)
		}
		if _, err := artifact.WriteZips(d.Root(stack).Dir, functions); err != nil {
			return copied, err
		}
	}
	return copied, nil
}

func cannotPromote(why, next string) error {
	return diag.Diagnostic{Code: diag.CannotPromote, Message: why, Next: next}
}

// copyZip copies a zip to the artifact bucket of another environment, unless it is
// there.
func copyZip(ctx context.Context, to, from uploader, digest string) (copied bool, err error) {
	if there, err := to.has(ctx, digest); err != nil || there {
		return false, err
	}
	zip, err := from.zip(ctx, digest)
	if err != nil {
		return false, err
	}
	return true, to.put(ctx, digest, bytes.NewReader(zip))
}

// zip reads a zip from this machine, else from the bucket.
func (u uploader) zip(ctx context.Context, digest string) ([]byte, error) {
	if content, err := os.ReadFile(u.store.ZipPath(digest)); err == nil {
		return content, nil
	}
	out, err := u.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &u.bucket, Key: aws.String(artifact.Key(digest))})
	if err != nil {
		return nil, u.explain(err)
	}
	defer out.Body.Close()
	return io.ReadAll(out.Body)
}

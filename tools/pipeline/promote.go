package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/artifact/store"
	"github.com/seastack/seastack/tools/change"
)

// Promote gives stacks of this environment the zips that they have in another one,
// without a build: it copies those that the artifact bucket lacks, and writes the
// artifacts.json of each stack. The configuration is that of the checkout, which
// must be of the commit that the other environment was deployed from.
func (d *Deployment) Promote(ctx context.Context, from *Deployment, stacks []string) error {
	if a, b := TargetOf(from.Env), TargetOf(d.Env); a != b {
		return cannotPromote(fmt.Sprintf("the functions of %s are built for %s, and those of %s for %s", from.Env.Name, a.Architecture(), d.Env.Name, b.Architecture()),
			"give both environments one architecture in seastack.hcl")
	}
	records, err := Records(ctx, from.Project, from.Env)
	if err != nil {
		return err
	}
	head, dirty := change.Commit(ctx, d.Project.Root, os.Environ())
	all := map[string]map[string]string{}
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
		all[stack] = record.Digests
	}
	task := d.Report.Start("promote to " + d.Env.Name)
	copied := 0
	for _, stack := range stacks {
		for _, zip := range all[stack] {
			isNew, err := d.copyZip(ctx, from, zip)
			if err != nil {
				task.Fail()
				return err
			}
			if isNew {
				copied++
			}
			task.Update("%d zips copied", copied)
		}
		if err := artifact.WriteDigests(d.Root(stack).Dir, TargetOf(d.Env), all[stack]); err != nil {
			task.Fail()
			return err
		}
	}
	task.Done("%d stacks from %s, %d zips copied", len(stacks), from.Env.Name, copied)
	return d.Pin(ctx, slices.Clone(stacks))
}

func cannotPromote(why, next string) error {
	return diag.Diagnostic{Code: diag.CannotPromote, Message: why, Next: next}
}

// copyZip copies a zip from the artifact bucket of another environment.
func (d *Deployment) copyZip(ctx context.Context, from *Deployment, zip string) (copied bool, err error) {
	cfg, err := d.AWS(ctx)
	if err != nil {
		return false, err
	}
	to, err := d.uploader(ctx, cfg)
	if err != nil {
		return false, err
	}
	if there, err := to.has(ctx, zip); err != nil || there {
		return false, err
	}
	bytes, err := from.zip(ctx, zip)
	if err != nil {
		return false, err
	}
	return true, to.put(ctx, zip, bytes)
}

// zip reads a zip from this machine, else from the environment's bucket.
func (d *Deployment) zip(ctx context.Context, digest string) (io.ReadSeeker, error) {
	content, err := os.ReadFile((store.Store{Dir: d.Project.Artifacts()}).ZipPath(digest))
	if err == nil {
		return bytes.NewReader(content), nil
	}
	cfg, err := d.AWS(ctx)
	if err != nil {
		return nil, err
	}
	u, err := d.uploader(ctx, cfg)
	if err != nil {
		return nil, err
	}
	out, err := u.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &u.bucket, Key: aws.String(artifact.Key(digest))})
	if err != nil {
		return nil, u.explain(err)
	}
	defer out.Body.Close()
	content, err = io.ReadAll(out.Body)
	return bytes.NewReader(content), err
}

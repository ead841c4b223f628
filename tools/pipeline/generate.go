// Package pipeline strings the phases together for the commands: model, emit,
// commit, build, manifest. Each phase is somebody else's; what is here is their
// order, the cache that lets a run with nothing to do skip the load, and the
// deployment of an environment's roots: package deploy knows Terraform alone,
// and which roots there are is known here.
package pipeline

import (
	"context"
	"errors"
	"path"
	"time"

	"github.com/seastack/seastack/gen"
	"github.com/seastack/seastack/gen/commit"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/front"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/project"
)

// Generated is what a run of Generate found and, unless it only checked, wrote.
type Generated struct {
	Model   model.Model
	Changes commit.Changes
	// Warnings are about what is no error, and yet may not be what is meant.
	Warnings diag.List
	Cached   bool // nothing that the model is made from has changed: it was not loaded anew
}

// Model returns the project's model, from the cache where it is proven current.
func Model(ctx context.Context, p project.Project) (m model.Model, cached bool, err error) {
	m, key, err := loadModel(ctx, p)
	return m, key != "", err
}

// loadModel is Model. key stands for all that the model was made from; "" for
// one that was loaded anew.
func loadModel(ctx context.Context, p project.Project) (m model.Model, key string, err error) {
	c := modelCache{project: p}
	if m, key, ok := c.load(); ok {
		return m, key, nil
	}
	began := time.Now().Add(-clockGrain)
	m, inputs, err := gen.Model(ctx, p.Root, p.Config)
	if err != nil {
		return m, "", err
	}
	lost, err := front.Lost(p.Root, p.Config.Folders, m)
	if err = errors.Join(err, lost.Err()); err != nil {
		return model.Model{}, "", err
	}
	return m, "", c.store(m, inputs, began)
}

// SourceGone returns an error when a stack that the model lacks still has
// handlers on disk: then it was not removed, and must not be destroyed.
func SourceGone(p project.Project, stack string) error {
	dir := path.Join(p.Config.Folders.Stacks, stack)
	declares, err := front.Declares(p.Root, dir)
	if err != nil || !declares {
		return err
	}
	return diag.Diagnostic{
		Code: diag.NotBelieved, File: dir, Message: "the stack " + stack + " is deployed and has handlers here, but is not in the model; nothing is destroyed",
		Next: "run the command again; to remove the stack, remove this folder or its annotations",
	}
}

// Generate brings the generated files up to date; with check it only tells
// which ones are not, and writes nothing but the cache.
func Generate(ctx context.Context, p project.Project, check bool) (Generated, error) {
	m, key, err := loadModel(ctx, p)
	if err != nil {
		return Generated{}, err
	}
	files, err := emitted(p, m, key)
	if err != nil {
		return Generated{}, err
	}
	changes, err := commit.Plan(p.Root, p.Config, files)
	if err != nil {
		return Generated{}, err
	}
	if !check {
		err = commit.Apply(p.Root, changes)
	}
	return Generated{Model: m, Changes: changes, Warnings: warnings(ctx, p, changes), Cached: key != ""}, err
}

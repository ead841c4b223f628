package pipeline

import (
	"context"
	"fmt"
	"time"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

// slow is how long nothing may happen before a person is told why.
const slow = 2 * time.Second

// GenerateWithProgress does what Generate does, and shows its progress on r.
func GenerateWithProgress(ctx context.Context, r *progress.Reporter, p project.Project, check bool) (Generated, error) {
	task := r.Start("generate")
	why := time.AfterFunc(slow, func() { task.Update("loading the packages; the first time, Go compiles what they import") })
	defer why.Stop()
	g, err := Generate(ctx, p, check)
	written, removed := "written", "removed"
	if check {
		written, removed = "stale", "left over"
	}
	task.Close(err, "%d files %s, %d %s", len(g.Changes.Written()), written, len(g.Changes.Deleted()), removed)
	return g, err
}

// BuildWithProgress does what Build does, and shows its progress on r. It
// builds all stacks where stacks is empty.
func BuildWithProgress(ctx context.Context, r *progress.Reporter, p project.Project, m model.Model, env config.Environment, stacks []string) ([]artifact.Result, error) {
	task := r.Start("build " + env.Name)
	results, err := Build(ctx, p, m, env, BuildOptions{
		Stacks: stacks, Progress: func(e artifact.Event) { task.Update("%s", EventText(e)) },
		Warn: func(text string) { r.Note("%s", text) },
	})
	built, fetched := 0, 0
	for _, result := range results {
		if result.Built {
			built++
		}
		if result.Fetched {
			fetched++
		}
	}
	done := fmt.Sprintf("%d functions, %d built", len(results), built)
	if fetched > 0 {
		done += fmt.Sprintf(", %d fetched", fetched)
	}
	task.Close(err, "%s", done)
	return results, err
}

// EventText describes one step of a build.
func EventText(e artifact.Event) string {
	switch e.Kind {
	case artifact.Waiting:
		return "waiting for another build to end"
	case artifact.Started:
		return "compiling"
	case artifact.Fetched:
		return fmt.Sprintf("fetched %s/%s, %.1f MB", e.Stack, e.Function, float64(e.Size)/1e6)
	case artifact.Built:
		return fmt.Sprintf("built %s/%s, %.1f MB", e.Stack, e.Function, float64(e.Size)/1e6)
	}
	return "checking what is there"
}

package test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/gruntwork-io/terratest/modules/terraform"

	"github.com/seastack/seastack/gen/names"
	deploytool "github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/objects"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/process"
)

// testDestroy destroys the roots in the reverse order and finds nothing left,
// neither in the states nor in the cloud.
func testDestroy(t *testing.T, d *deployment) {
	secrets := d.secretARNs(t)
	d.emptyBuckets(t)
	inParallel(t, d.stacks(t), func(t *testing.T, root string) { terraform.Destroy(t, d.options(root)) })
	if _, err := terraform.DestroyE(t, d.options(pipeline.Platform)); err == nil || !strings.Contains(err.Error(), "prevent_destroy") {
		t.Errorf("a plain terraform destroys queues, secret and API: %v", err)
	}
	d.lift(t)
	terraform.Destroy(t, d.options(pipeline.Platform))
	d.destroyed = true
	for _, secret := range secrets {
		if d.local == nil {
			d.forgetSecret(t, secret)
		}
	}
	for _, root := range d.roots(t) {
		d.wantEmptyState(t, root)
	}
	d.wantNothingLeft(t)
}

// emptyBuckets removes all objects: a bucket that has some is not destroyed on AWS.
func (d *deployment) emptyBuckets(t *testing.T) {
	t.Helper()
	client := objects.Client(d.aws)
	for _, b := range d.buckets(t) {
		pages := s3.NewListObjectVersionsPaginator(client, &s3.ListObjectVersionsInput{Bucket: &b.Name})
		for pages.HasMorePages() {
			for _, v := range must(pages.NextPage(t.Context()))(t).Versions {
				in := &s3.DeleteObjectInput{Bucket: &b.Name, Key: v.Key, VersionId: v.VersionId}
				must(client.DeleteObject(t.Context(), in))(t)
			}
		}
	}
}

// lift lifts the platform's prevent_destroy until the test ends.
func (d *deployment) lift(t *testing.T) {
	t.Helper()
	restore := must(deploytool.Lift(d.project.Path(names.PlatformDir(d.project.Config.Folders))))(t)
	t.Cleanup(func() {
		if err := restore(); err != nil {
			t.Error(err)
		}
	})
}

func (d *deployment) wantEmptyState(t *testing.T, root string) {
	t.Helper()
	text := must(terraform.RunTerraformCommandAndGetStdoutE(t, d.options(root), "state", "pull"))(t)
	var state struct{ Resources []any }
	if err := json.Unmarshal([]byte(text), &state); err != nil {
		t.Fatalf("state of %s: %v", root, err)
	}
	if len(state.Resources) > 0 {
		t.Errorf("the state of %s has %d resources", root, len(state.Resources))
	}
}

// wantNothingLeft asks the cloud for everything whose name begins as ours does.
func (d *deployment) wantNothingLeft(t *testing.T) {
	t.Helper()
	for kind, list := range d.inventory() {
		names, err := list(t.Context())
		if err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		left := slices.DeleteFunc(names, func(name string) bool { return !strings.Contains(name+"-", d.prefix()) })
		if len(left) > 0 {
			t.Errorf("%s that are left: %v", kind, left)
		}
	}
}

// testDown stops what up has started: no process stays, and a second down finds
// nothing to do.
func testDown(t *testing.T, d *deployment) {
	l := d.requireLocal(t)
	var running []process.Process
	for _, p := range l.status.Processes {
		running = append(running, must(process.Of(p.PID))(t))
		running = append(running, descendants(t, p.PID)...)
	}
	for _, want := range []int{2, 0} {
		var out struct{ Stopped []string }
		l.do(t, commandLimit, &out, "down", "--purge")
		if len(out.Stopped) != want {
			t.Errorf("down stopped %v, want %d", out.Stopped, want)
		}
	}
	awaitEnd(t, running)
	if _, err := os.Stat(l.path(".seastack/local")); !os.IsNotExist(err) {
		t.Errorf("down --purge left its folder: %v", err)
	}
}

package test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// testUpAgainChangesNothing runs up a second time: nothing changes in any
// stack, and no process is another.
func testUpAgainChangesNothing(t *testing.T, d *deployment) {
	l := d.requireLocal(t)
	before := l.status
	for stack, summary := range l.up(t, commandLimit) {
		if !summary.nothing() {
			t.Errorf("up again changed %s: %s", stack, summary)
		}
	}
	if diff := cmp.Diff(before.Processes, l.status.Processes); diff != "" || len(before.Processes) != 2 {
		t.Errorf("processes (-before +after):\n%s", diff)
	}
	if before.API != l.status.API || before.Database != l.status.Database {
		t.Errorf("the API was at %s and is at %s", before.API, l.status.API)
	}
}

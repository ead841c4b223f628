package test

import (
	"testing"
)

// TestDeployment is one story, told in this order: each part needs what the
// parts before it have left, and each leaves the deployment as it found it.
func TestDeployment(t *testing.T) {
	d := deploy(t)
	for _, part := range []struct {
		name string
		run  func(*testing.T, *deployment)
	}{
		{"ReadmeTable", testReadmeTable},
		{"PlansHaveNoChanges", testPlansHaveNoChanges},
		{"Event", testEvent},
		{"Behaviour", testBehaviour},
		{"PlansHaveNoChangesAfterUse", testPlansHaveNoChangesAfterUse},
		{"UpAgainChangesNothing", testUpAgainChangesNothing},
		{"Readme", testReadme},
		{"Development", testDevelopment},
		{"EditsThatChangeNothing", testEditsThatChangeNothing},
		{"ChangeReachesItsFunctions", testChangeReachesItsFunctions},
		{"NewHandler", testNewHandler},
		{"CloudIsKilled", testCloudIsKilled},
		{"Faults", testFaults},
		{"Destroy", testDestroy},
		{"Down", testDown},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(t, d) })
	}
}

// testBehaviour uses the deployment in ways that do not meet, all at once: most
// of their time is waiting for a clock or a queue.
func testBehaviour(t *testing.T, d *deployment) {
	for _, part := range []struct {
		name string
		run  func(*testing.T, *deployment)
	}{
		{"HTTP", testHTTP},
		{"Queue", testQueue},
		{"Schedule", testSchedule},
		{"Hiring", testHiring},
		{"LeastPrivilege", testLeastPrivilege},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.run(t, d)
		})
	}
}

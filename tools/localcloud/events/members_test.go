package events

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"github.com/seastack/seastack/tools/localcloud/members/memberstest"
)

// TestMembersAreAppliedKeptOrRefused: each member of each operation's input has
// one Fate.
func TestMembersAreAppliedKeptOrRefused(t *testing.T) {
	memberstest.Check(t, newCloud(t).Service.Definition(), inputs, &eventbridge.Client{})
}

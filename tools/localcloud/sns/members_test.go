package sns

import (
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/seastack/seastack/tools/localcloud/members/memberstest"
)

// TestMembersAreAppliedKeptOrRefused: each member of each operation's input has
// one Fate.
func TestMembersAreAppliedKeptOrRefused(t *testing.T) {
	memberstest.Check(t, newCloud(t).Service.Definition(), inputs, &sdk.Client{})
}

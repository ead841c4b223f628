package secretsmanager

import (
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/seastack/seastack/tools/localcloud/members/memberstest"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// TestMembersAreAppliedKeptOrRefused: each member of each operation's input has
// one Fate.
func TestMembersAreAppliedKeptOrRefused(t *testing.T) {
	memberstest.Check(t, wiretest.Start(t, New).Service.Definition(), inputs, &sdk.Client{})
}

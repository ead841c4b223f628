package secretsmanager

import (
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/seastack/seastack/tools/localcloud/members/memberstest"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// TestNoMemberIsPassedOver: each member of each operation's input is applied,
// kept or refused by its name.
func TestNoMemberIsPassedOver(t *testing.T) {
	memberstest.Check(t, wiretest.Start(t, New).Service.Definition(), inputs, &sdk.Client{})
}

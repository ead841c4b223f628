package cloudwatch

import (
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatch"

	"github.com/seastack/seastack/tools/localcloud/members/memberstest"
	"github.com/seastack/seastack/tools/localcloud/wire"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

func newCloud(t *testing.T) *wiretest.Cloud[*Service] {
	t.Helper()
	return newCloudWith(t, func(_, _, _, _ string) error { return nil })
}

// newCloudWith is newCloud with the topics of a test.
func newCloudWith(t *testing.T, publish Publish) *wiretest.Cloud[*Service] {
	t.Helper()
	return wiretest.Start(t, func(env *wire.Env) (*Service, error) { return New(env, publish) })
}

// TestMembersAreAppliedKeptOrRefused: each member of each operation's input has
// one Fate.
func TestMembersAreAppliedKeptOrRefused(t *testing.T) {
	memberstest.Check(t, newCloud(t).Service.Definition(), inputs, &sdk.Client{})
}

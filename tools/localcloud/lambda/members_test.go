package lambda_test

import (
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/seastack/seastack/tools/localcloud/lambda"
	"github.com/seastack/seastack/tools/localcloud/lambda/lambdatest"
	"github.com/seastack/seastack/tools/localcloud/members/memberstest"
)

// TestMembersAreAppliedKeptOrRefused: each member of each operation's input has
// one Fate.
func TestMembersAreAppliedKeptOrRefused(t *testing.T) {
	memberstest.Check(t, lambdatest.New(t).Service.Definition(), lambda.Inputs, &sdk.Client{})
}

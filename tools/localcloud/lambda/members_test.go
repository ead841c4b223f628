package lambda_test

import (
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/seastack/seastack/tools/localcloud/lambda"
	"github.com/seastack/seastack/tools/localcloud/lambda/lambdatest"
	"github.com/seastack/seastack/tools/localcloud/members/memberstest"
)

// TestNoMemberIsPassedOver: each member of each operation's input is applied,
// kept or refused by its name.
func TestNoMemberIsPassedOver(t *testing.T) {
	memberstest.Check(t, lambdatest.New(t).Service.Definition(), lambda.Inputs, &sdk.Client{})
}

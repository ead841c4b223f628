package apigateway

import (
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"

	"github.com/seastack/seastack/tools/localcloud/members/memberstest"
)

// TestNoMemberIsPassedOver: each member of each operation's input is applied,
// kept or refused by its name.
func TestNoMemberIsPassedOver(t *testing.T) {
	memberstest.Check(t, newCloud(t).Service.Definition(), inputs, &sdk.Client{})
}

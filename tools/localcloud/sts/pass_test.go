package sts_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// TestPassingARoleNeedsPassRole uses a session that may create functions and
// schedules, but may pass its role only to Lambda.
func TestPassingARoleNeedsPassRole(t *testing.T) {
	a := newAccount(t, accountTrust)
	role := aws.String("arn:aws:iam::000000000000:role/web")
	function := func() error {
		_, err := lambda.NewFromConfig(a.session()).CreateFunction(t.Context(), &lambda.CreateFunctionInput{
			FunctionName: aws.String("f"), Role: role, Runtime: "provided.al2023", Handler: aws.String("bootstrap"),
			Code: &lambdatypes.FunctionCode{ZipFile: []byte("no zip")}})
		return err
	}
	a.allow("make", `{"Effect":"Allow","Action":["lambda:*","scheduler:*"],"Resource":"*"}`)
	wiretest.WantStatus(t, function(), "AccessDeniedException", 403,
		"is not authorized to perform: iam:PassRole on resource: arn:aws:iam::000000000000:role/web")
	a.allow("pass", `{"Effect":"Allow","Action":"iam:PassRole","Resource":"`+*role+`",`+
		`"Condition":{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}}`)
	wiretest.WantStatus(t, function(), "InvalidParameterValueException", 400, "") // authorized, but the zip is not valid
	_, err := scheduler.NewFromConfig(a.session()).CreateSchedule(t.Context(), &scheduler.CreateScheduleInput{
		Name: aws.String("s"), ScheduleExpression: aws.String("rate(1 hour)"),
		FlexibleTimeWindow: &schedulertypes.FlexibleTimeWindow{Mode: schedulertypes.FlexibleTimeWindowModeOff},
		Target:             &schedulertypes.Target{Arn: aws.String("arn:aws:lambda:us-east-1:000000000000:function:f"), RoleArn: role}})
	wiretest.WantStatus(t, err, "AccessDeniedException", 403, "iam:PassRole")
}

package stackmodule

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/model"
)

// TestEvaluatedGrants: what a function that invokes another and keeps dead letters
// has of them in an environment.
func TestEvaluatedGrants(t *testing.T) {
	e := config.Environment{Name: "e", Region: "eu-west-1", Account: "123456789012"}
	f := model.Function{Name: "f", Async: &model.Async{DeadLetters: true}, Grants: []model.Grant{{Kind: model.InvokeGrant, Resource: "other/g-h"}}}
	s := model.Stack{Name: "s", Functions: []model.Function{f}}
	m := model.Model{Project: "p", Stacks: []model.Stack{s}}
	const arn = "arn:aws:lambda:eu-west-1:123456789012:function:p-e-other-g-h:live"
	variables, err := Evaluated{}.Environment(m, e, s, f)
	if err != nil || variables["SEASTACK_INVOKE_OTHER_G_H_ARN"] != arn {
		t.Errorf("got %v, %v", variables, err)
	}
	policy, err := Evaluated{}.Policy(m, e, s, f)
	const wantPolicy = `{"Statement":[{"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Effect":"Allow","Resource":"arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/p-e-s-f:*","Sid":"WriteLogs"},` +
		`{"Action":"lambda:InvokeFunction","Effect":"Allow","Resource":"` + arn + `","Sid":"InvokeOtherGH"},` +
		`{"Action":"sqs:SendMessage","Effect":"Allow","Resource":"arn:aws:sqs:eu-west-1:123456789012:p-e-f-dlq","Sid":"KeepDeadLetters"}],"Version":"2012-10-17"}`
	if err != nil || string(policy) != wantPolicy {
		t.Errorf("got %s, %v\nwant %s", policy, err, wantPolicy)
	}
}

// TestEvaluatedVariables: what variables come to in an environment, and what a
// function may read for them.
func TestEvaluatedVariables(t *testing.T) {
	e := config.Environment{Name: "e", Region: "eu-west-1", Account: "123456789012", Env: map[string]config.Variable{
		"A": {Value: "x"}, "B": {Secret: "s", Key: "k"}, "C": {Parameter: "/p"}, "D": {Parameter: "q"},
		"E": {Secret: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:other-AbCdEf"},
	}}
	m, s, f := model.Model{Project: "p"}, model.Stack{Name: "s"}, model.Function{Name: "f"}
	variables, err := Evaluated{}.Environment(m, e, s, f)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"A": "x", "SEASTACK_ENVIRONMENT": "e", "SEASTACK_FUNCTION": "f", "SEASTACK_STACK": "s",
		"SEASTACK_VARIABLES": `{"B":"secret:s#k","C":"parameter:/p","D":"parameter:q","E":"secret:arn:aws:secretsmanager:eu-west-1:123456789012:secret:other-AbCdEf"}`,
	}
	if diff := cmp.Diff(want, variables); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
	policy, err := Evaluated{}.Policy(m, e, s, f)
	const wantPolicy = `{"Statement":[{"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Effect":"Allow","Resource":"arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/p-e-s-f:*","Sid":"WriteLogs"},` +
		`{"Action":"ssm:GetParameters","Effect":"Allow","Resource":["arn:aws:ssm:eu-west-1:123456789012:parameter/p","arn:aws:ssm:eu-west-1:123456789012:parameter/q"],"Sid":"ReadParameters"},` +
		`{"Action":"secretsmanager:GetSecretValue","Effect":"Allow","Resource":["arn:aws:secretsmanager:eu-west-1:123456789012:secret:other-AbCdEf","arn:aws:secretsmanager:eu-west-1:123456789012:secret:s-??????"],"Sid":"ReadSecrets"}],"Version":"2012-10-17"}`
	if err != nil || string(policy) != wantPolicy {
		t.Errorf("got %s, %v\nwant %s", policy, err, wantPolicy)
	}
}

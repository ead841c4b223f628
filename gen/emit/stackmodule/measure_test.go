package stackmodule

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/model"
)

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

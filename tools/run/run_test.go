package run

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/database"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

func TestSessionName(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:iam::123456789012:user/team/ada":                        "seastack-run-ada",
		"arn:aws:sts::123456789012:assumed-role/developers/ada@acme.com": "seastack-run-ada@acme.com",
		"arn:aws:iam::123456789012:root":                                 "seastack-run-root",
		"arn:aws:iam::123456789012:user/é" + strings.Repeat("a", 80):     "seastack-run--" + strings.Repeat("a", 50),
	} {
		if got := sessionName(arn); got != want || len(got) > 64 {
			t.Errorf("%s: %s", arn, got)
		}
	}
}

func TestServersOf(t *testing.T) {
	got, err := serversOf(`{"primary": "postgres://u:p@a.example.com,b.example.com:6000/d?sslmode=verify-full", "replica": "postgres://u:p@r.example.com/d?sslmode=verify-full", "owner": "postgres://u:p@o/d", "tags": [1]}`)
	want := []place{{"a.example.com", 5432}, {"b.example.com", 6000}, {"r.example.com", 5432}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(place{})); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, secret := range []string{"hunter2", `{"primary": "hunter2:"}`} {
		if _, err := serversOf(secret); err == nil || cmp.Equal(err.Error(), secret) {
			t.Errorf("%s: %v", secret, err)
		}
	}
}

// of returns a function that is deployed with variables.
func of(f model.Function, variables map[string]string) deployed {
	return deployed{stack: "web", function: f, config: &lambda.GetFunctionConfigurationOutput{Environment: &types.EnvironmentResponse{Variables: variables}}}
}

func TestDifference(t *testing.T) {
	f := model.Function{Name: "f", Grants: []model.Grant{
		{Kind: model.QueueSendGrant, Resource: "mails"}, {Kind: model.EventPublishGrant, Resource: "paid"}, {Kind: model.SecretReadGrant, Resource: "key"},
		{Kind: model.BucketReadGrant, Resource: "files/in/"}, {Kind: model.InvokeGrant, Resource: "web/g"}, {Kind: model.DatabaseGrant, Resource: "primary"},
		{Kind: model.QueueConsumeGrant, Resource: "orders"},
	}, Variables: []model.Variable{{Name: "URL"}, {Name: "LIMIT", Default: aws.String("1")}}}
	all := map[string]string{
		"SEASTACK_ENVIRONMENT": "", "SEASTACK_FUNCTION": "", "SEASTACK_STACK": "", "SEASTACK_PROFILE_KEY": "", "SEASTACK_QUEUE_MAILS_URL": "", "SEASTACK_EVENT_BUS": "", "SEASTACK_EVENT_SOURCE": "",
		"SEASTACK_SECRET_KEY": "", "SEASTACK_BUCKET_FILES": "", "SEASTACK_INVOKE_WEB_G_ARN": "", "SEASTACK_DATABASE_SECRET": "", "URL": "",
	}
	if text := of(f, all).difference(); text != "" {
		t.Error(text)
	}
	delete(all, "URL")
	delete(all, "SEASTACK_QUEUE_MAILS_URL")
	all["SEASTACK_SECRET_OLD"] = ""
	want := "web/f does not have the handles of the deployed function, whose role it runs with: it lacks SEASTACK_QUEUE_MAILS_URL, URL; only it has SEASTACK_SECRET_OLD"
	if text := of(f, all).difference(); text != want {
		t.Error(text)
	}
}

func TestEnvironment(t *testing.T) {
	d := of(model.Function{Name: "f"}, map[string]string{"A": "1", names.DatabaseSecretVariable: "arn:d", names.AnalyticsSecretVariable: "arn:a"})
	r := &runner{options: Options{DatabaseURL: "postgres://here", ReadOnly: true}, tunnels: map[place]*database.Tunnel{
		{"r.example.com", 5432}: {Address: "127.0.0.1:2"}, {"a.example.com", 5432}: {Address: "127.0.0.1:1"},
	}}
	want := map[string]string{"A": "1", "DATABASE_URL": "postgres://here", names.AnalyticsSecretVariable: "arn:a", names.DatabaseReadOnlyVariable: "on",
		names.DatabaseTunnelsVariable: "a.example.com:5432=127.0.0.1:1,r.example.com:5432=127.0.0.1:2"}
	if diff := cmp.Diff(want, r.environment(d)); diff != "" {
		t.Error(diff)
	}
	if d.variables()[names.DatabaseSecretVariable] == "" {
		t.Error("the deployed function's configuration was changed")
	}
	none := of(model.Function{Name: "g"}, map[string]string{"A": "1"})
	if diff := cmp.Diff(map[string]string{"A": "1"}, (&runner{options: Options{DatabaseURL: "postgres://here"}}).environment(none)); diff != "" {
		t.Error("a function without a database has one:", diff)
	}
}

func TestOtherAccount(t *testing.T) {
	cfg := cloudtest.AWSConfig(t, cloudtest.Start(t))
	_, err := identify(t.Context(), cfg, config.Environment{Name: "staging", Account: "123456789012"})
	if d, ok := errors.AsType[diag.Diagnostic](err); !ok || d.Code != diag.OtherAccount {
		t.Errorf("error %v", err)
	}
	if who, err := identify(t.Context(), cfg, config.Environment{Account: "000000000000"}); who.arn == "" || err != nil {
		t.Errorf("%+v, %v", who, err)
	}
}

func TestOwner(t *testing.T) {
	o := owner{"secret-key"}
	if _, err := o.Principal("secret-key", ""); err != nil {
		t.Error(err)
	}
	for _, key := range []string{"", "test", "secret-key2"} {
		if _, err := o.Principal(key, ""); err == nil {
			t.Errorf("%q may invoke functions", key)
		}
	}
}

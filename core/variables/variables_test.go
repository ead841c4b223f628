package variables

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

// start starts an account with twelve parameters and two secrets.
func start(t *testing.T) {
	cloud := cloudtest.Start(t)
	cfg := cloudtest.AWSConfig(t, cloud)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": cloud.Endpoint(), "AWS_REGION": cloud.Region(), "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
	} {
		t.Setenv(name, value)
	}
	for i := range 12 {
		_, err := ssm.NewFromConfig(cfg).PutParameter(t.Context(), &ssm.PutParameterInput{
			Name: aws.String(fmt.Sprintf("/shop/%d", i)), Value: aws.String(fmt.Sprint("value", i)), Type: types.ParameterTypeSecureString})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range map[string]string{"token": "hunter2", "object": `{"user":"ann","port":5432}`} {
		if _, err := secretsmanager.NewFromConfig(cfg).CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: &name, SecretString: &value}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestResolve(t *testing.T) {
	start(t)
	places := []string{`"TOKEN":"secret:token"`, `"USER_NAME":"secret:object#user"`, `"PORT":"secret:object#port"`, `"AGAIN":"parameter:/shop/0"`}
	want := map[string]string{"TOKEN": "hunter2", "USER_NAME": "ann", "PORT": "5432", "AGAIN": "value0"}
	for i := range 12 { // more than one call returns
		places = append(places, fmt.Sprintf(`"P%d":"parameter:/shop/%d"`, i, i))
		want[fmt.Sprint("P", i)] = fmt.Sprint("value", i)
	}
	t.Setenv(variable, "{"+strings.Join(places, ",")+"}")
	for name := range want {
		t.Setenv(name, "as it was") // and is again, after the test
	}
	names, err := Resolve(t.Context())
	if err != nil || len(names) != len(want) || names[0] != "AGAIN" {
		t.Errorf("set %v, %v", names, err)
	}
	for name, value := range want {
		if got := os.Getenv(name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
}

// TestWhatIsMissing says which variable lacks its value, and where it is expected,
// and never shows another one.
func TestWhatIsMissing(t *testing.T) {
	start(t)
	for places, want := range map[string]string{
		`{"X":"parameter:/shop/none"}`:                    "X is to be the parameter /shop/none, and there is none",
		`{"X":"secret:none"}`:                             "the secret none cannot be read",
		`{"X":"secret:object#none"}`:                      `X: the secret object has no "none"`,
		`{"X":"secret:token#user"}`:                       `X: the secret token is no JSON object`,
		`{"X":"file:/etc/passwd"}`:                        "no place that is known",
		`["X"]`:                                           "not the JSON object",
		`{"X":"secret:token","Y":"parameter:/shop/none"}`: "Y is to be the parameter",
	} {
		t.Setenv(variable, places)
		_, err := Resolve(t.Context())
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v", places, err)
		}
	}
	t.Setenv(variable, `{"A":"secret:none","B":"secret:none#x","C":"parameter:/shop/none","D":"parameter:/shop/no","E":"secret:object#none"}`)
	_, err := Resolve(t.Context())
	for _, name := range []string{"A", "B", "C", "D", "E"} {
		if err == nil || !strings.Contains(err.Error(), "variables: "+name+" ") && !strings.Contains(err.Error(), "variables: "+name+": ") {
			t.Errorf("%s is not among %v", name, err)
		}
	}
	t.Setenv(variable, "")
	if names, err := Resolve(t.Context()); names != nil || err != nil {
		t.Errorf("nothing is wanted: %v, %v", names, err)
	}
}

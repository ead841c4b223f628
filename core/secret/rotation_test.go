package secret

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// transport answers in place of Secrets Manager: synctest's clock stands still
// while a network is waited for.
type transport struct {
	status int
	body   string
}

func (f *transport) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: f.status, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: io.NopCloser(strings.NewReader(f.body)),
	}, nil
}

// A rotated secret is seen after MaxAge, without a new instance; and while it
// cannot be read, the value before stays in use.
func TestRotation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &transport{http.StatusOK, `{"SecretString":"first"}`}
		v := &value[string]{name: "x", arn: "x", client: secretsmanager.New(secretsmanager.Options{
			Region: "us-east-1", HTTPClient: &http.Client{Transport: server}, Retryer: aws.NopRetryer{},
			Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{AccessKeyID: "id", SecretAccessKey: "key"}, nil
			}),
		})}
		want := func(want string) {
			t.Helper()
			if got, err := v.Get(t.Context()); got != want || err != nil {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
		}
		want("first")
		server.body = `{"SecretString":"second"}`
		time.Sleep(MaxAge - time.Second)
		want("first")
		time.Sleep(2 * time.Second)
		want("second")
		server.status, server.body = http.StatusInternalServerError, `{}`
		time.Sleep(2 * MaxAge)
		want("second")
	})
}

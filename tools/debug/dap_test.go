package debug_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	apitypes "github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/seastack/seastack/tools/debug"
	"github.com/seastack/seastack/tools/debug/debugtest"
	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

const source = "testdata/hello/main.go"

// build compiles the test's function, with flags.
func build(t *testing.T, flags ...string) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), "bootstrap")
	args := append(append([]string{"build"}, flags...), "-tags=lambda.norpc", "-o", binary, "./"+filepath.Dir(source))
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// deploy makes two functions with a timeout of 1 s and their routes, and returns the
// API's URL.
func deploy(t *testing.T, cfg aws.Config, binary string) (url string) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, functions, gateway := t.Context(), lambda.NewFromConfig(cfg), apigatewayv2.NewFromConfig(cfg)
	role, err := iam.NewFromConfig(cfg).CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("f"), AssumeRolePolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}`)})
	must(err)
	api, err := gateway.CreateApi(ctx, &apigatewayv2.CreateApiInput{Name: aws.String("a"), ProtocolType: apitypes.ProtocolTypeHttp})
	must(err)
	_, err = gateway.CreateStage(ctx, &apigatewayv2.CreateStageInput{ApiId: api.ApiId, StageName: aws.String("$default"), AutoDeploy: aws.Bool(true)})
	must(err)
	for _, name := range []string{"stopped", "other"} {
		made, err := functions.CreateFunction(ctx, &lambda.CreateFunctionInput{
			FunctionName: &name, Role: role.Role.Arn, Handler: aws.String("bootstrap"), Runtime: types.RuntimeProvidedal2023, Timeout: aws.Int32(1),
			Publish: true, Code: &types.FunctionCode{ZipFile: zipped(t, binary)},
		})
		must(err)
		_, err = functions.CreateAlias(ctx, &lambda.CreateAliasInput{FunctionName: &name, Name: aws.String("live"), FunctionVersion: made.Version})
		must(err)
		_, err = functions.AddPermission(ctx, &lambda.AddPermissionInput{FunctionName: &name, Qualifier: aws.String("live"), StatementId: aws.String("api"),
			Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("apigateway.amazonaws.com")})
		must(err)
		to, err := gateway.CreateIntegration(ctx, &apigatewayv2.CreateIntegrationInput{
			ApiId: api.ApiId, IntegrationType: apitypes.IntegrationTypeAwsProxy, IntegrationMethod: aws.String("POST"), PayloadFormatVersion: aws.String("2.0"),
			IntegrationUri: aws.String(*made.FunctionArn + ":live"), TimeoutInMillis: aws.Int32(1000),
		})
		must(err)
		_, err = gateway.CreateRoute(ctx, &apigatewayv2.CreateRouteInput{ApiId: api.ApiId, RouteKey: aws.String("GET /" + name + "/{name}"), Target: aws.String("integrations/" + *to.IntegrationId)})
		must(err)
	}
	return *api.ApiEndpoint
}

func zipped(t *testing.T, binary string) []byte {
	t.Helper()
	raw, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	h := &zip.FileHeader{Name: "bootstrap"}
	h.SetMode(0o755)
	f, err := w.CreateHeader(h)
	if err == nil {
		_, err = f.Write(raw)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// send asks the local cloud about the debugger of a function.
func send(t *testing.T, method, url string, command []string) {
	t.Helper()
	body, err := json.Marshal(localcloud.DebugRequest{Command: command})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if text, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusNoContent {
		t.Fatalf("%s: %s\n%s", method, resp.Status, text)
	}
}

func get(t *testing.T, url, want string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Error(err)
		return
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
		t.Errorf("%s answers %s: %s", url, resp.Status, body)
	}
}

// TestStop stops a function behind a route at a breakpoint, for longer than its timeout
// and the API's, while another answers; and again, after the editor has gone and come.
func TestStop(t *testing.T) {
	dlv, err := debug.Find(t.Context(), ".")
	if err != nil {
		t.Fatal(err)
	}
	cloud := cloudtest.Start(t)
	api := deploy(t, cloudtest.AWSConfig(t, cloud), build(t))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address, port := l.Addr().String(), l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	control := cloud.Endpoint() + localcloud.DebugPath + "stopped"
	send(t, http.MethodPut, control, debug.Command(dlv, build(t, "-gcflags=all=-N -l"), port))
	file, err := filepath.Abs(source)
	if err != nil {
		t.Fatal(err)
	}
	const line = 19 // of greet's return
	for _, name := range []string{"Ada", "Alan"} {
		a := debugtest.Attach(t.Fatalf, address, file, line)
		done := make(chan struct{})
		go func() {
			defer close(done)
			get(t, api+"/stopped/"+name, "Hello, "+name)
		}()
		thread := a.Stopped()
		if got := a.Value(thread, "name"); got != `"`+name+`"` {
			t.Errorf("name = %s", got)
		}
		time.Sleep(3 * time.Second) // the timeouts are 1 s
		get(t, api+"/other/Grace", "Hello, Grace")
		a.Continue(thread)
		<-done
		a.Close()
	}
	send(t, http.MethodDelete, control, nil)
	get(t, api+"/stopped/Ada", "Hello, Ada")
	if err := debug.CheckPort(port); err != nil {
		t.Errorf("delve is left: %v", err)
	}
}

// Package lambdatest starts a Lambda with queues for tests, and drives it with
// the real SDK client.
package lambdatest

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/seastack/seastack/tools/localcloud/lambda"
	"github.com/seastack/seastack/tools/localcloud/sqs"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Bootstrap is the path of the executable that is the tests' function. Main sets
// it.
var Bootstrap string

// bootstrapPackage is the source of Bootstrap.
const bootstrapPackage = "github.com/seastack/seastack/tools/localcloud/lambda/lambdatest/bootstrap"

// Main builds Bootstrap, runs the tests of a package, and returns their exit code.
func Main(m *testing.M) int {
	dir, err := os.MkdirTemp("", "lambda-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	Bootstrap = filepath.Join(dir, "bootstrap")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", Bootstrap, bootstrapPackage)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// RoleARN is the execution role of the functions.
const RoleARN = "arn:aws:iam::000000000000:role/worker"

// Cloud is a Lambda alone, with what it needs of the others.
type Cloud struct {
	T       testing.TB
	Dir     string // of the services' state
	opts    []lambda.Option
	Logs    *Logs
	queues  *sqs.Service
	SQS     *awssqs.Client
	Rights  *Rights
	db      *store.DB
	Server  *httptest.Server
	Service *lambda.Service
	Client  *awslambda.Client
}

// New starts a cloud, which stops when the test ends.
func New(t testing.TB, opts ...lambda.Option) *Cloud {
	c := &Cloud{T: t, Dir: t.TempDir(), opts: opts, Logs: newLogs(), Rights: &Rights{}}
	c.Start()
	t.Cleanup(c.Stop)
	return c
}

// Start starts the services on the state of an earlier Stop.
func (c *Cloud) Start() {
	var err error
	c.db, err = store.Open(filepath.Join(c.Dir, "state"))
	c.Must(err)
	env := &wire.Env{
		Account: "000000000000", Region: "us-east-1", Dir: c.Dir, Store: c.db, Now: time.Now,
		Log: slog.New(slog.NewTextHandler(c.T.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	c.Server = httptest.NewUnstartedServer(nil)
	env.Endpoint = "http://" + c.Server.Listener.Addr().String()
	c.queues, err = sqs.New(env, nil)
	c.Must(err)
	c.Service, err = lambda.New(env, lambda.Deps{Roles: c.Rights, Logs: c.Logs, Queues: queues{c.queues}, Authority: c.Rights}, c.opts...)
	c.Must(err)
	control := wire.NewHandler(env, c.Rights, []wire.Service{c.Service.Definition(), c.queues.Definition()})
	c.Server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if c.Service.URLs().Owns(req) {
			c.Service.URLs().ServeHTTP(w, req)
			return
		}
		control.ServeHTTP(w, req)
	})
	c.Server.Start()
	c.Must(c.Service.Start(context.Background()))
	keys := credentials.NewStaticCredentialsProvider("test", "test", "")
	c.Client = awslambda.New(awslambda.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(c.Server.URL), RetryMaxAttempts: 1, Credentials: keys,
	})
	c.SQS = awssqs.New(awssqs.Options{Region: "us-east-1", BaseEndpoint: aws.String(c.Server.URL), Credentials: keys})
}

// Stop stops the services. The state stays.
func (c *Cloud) Stop() {
	c.Must(c.Service.Close())
	c.Server.Close()
	c.Must(c.queues.Close())
	c.Must(c.db.Close())
}

// Must fails the test if err is not nil.
func (c *Cloud) Must(err error) {
	c.T.Helper()
	if err != nil {
		c.T.Fatal(err)
	}
}

package run

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/localcloud/apigateway"
	"github.com/seastack/seastack/tools/localcloud/lambda"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// cloud is the part of the local cloud that runs functions: Lambda and API Gateway. Its
// functions are configured as the deployed ones, and call the environment's AWS.
type cloud struct {
	dir       string // temporary
	key       string // that callers of Lambda's API have
	env       *wire.Env
	functions *lambda.Service
	gateway   *apigateway.Service
	control   http.Handler
}

// newCloud returns a cloud in a folder of its own, which close removes. endpoint is the
// URL of the functions' AWS; "" is AWS itself.
func newCloud(account, region, endpoint string, d lambda.Deps) (c *cloud, err error) {
	c = &cloud{key: rand.Text()}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.close())
		}
	}()
	if c.dir, err = os.MkdirTemp("", "seastack-run-"); err != nil {
		return c, err
	}
	db, err := store.Open(filepath.Join(c.dir, "state.db"))
	if err != nil {
		return c, err
	}
	c.env = &wire.Env{
		Account: account, Region: region, Endpoint: endpoint, Dir: c.dir, Store: db, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	}
	if c.functions, err = lambda.New(c.env, d); err != nil {
		return c, err
	}
	if c.gateway, err = apigateway.New(c.env, invoker{c.functions}); err != nil {
		return c, err
	}
	c.control = wire.NewHandler(c.env, owner{c.key}, []wire.Service{c.functions.Definition(), c.gateway.Definition()})
	return c, c.functions.Start(context.Background()) // close ends it
}

// close ends all processes of functions, and removes the cloud's folder.
func (c *cloud) close() (err error) {
	if c.functions != nil {
		err = c.functions.Close()
	}
	if c.env != nil {
		err = errors.Join(err, c.env.Store.Close())
	}
	if c.dir == "" {
		return err
	}
	return errors.Join(err, os.RemoveAll(c.dir))
}

// invoker implements apigateway.Invoker. Whether a route may invoke a function is
// decided where it is deployed.
type invoker struct{ functions *lambda.Service }

func (i invoker) Invoke(ctx context.Context, arn string, payload []byte, _ string) ([]byte, string, error) {
	r, err := i.functions.Invoke(ctx, lambda.Invocation{FunctionARN: arn, Payload: payload})
	return r.Payload, r.FunctionError, err
}

// owner implements wire.Authority for one caller, who may do everything. The functions
// have rights in a real account: not everybody who reaches the port may invoke them.
type owner struct{ key string }

func (o owner) Principal(accessKeyID, _ string) (wire.Principal, error) {
	if subtle.ConstantTimeCompare([]byte(accessKeyID), []byte(o.key)) == 0 {
		return wire.Principal{}, wire.Errorf(http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid.")
	}
	return wire.Principal{ARN: "owner"}, nil
}

func (owner) Authorize(wire.Principal, string, string) error { return nil }

// roles implements lambda.Roles with sessions of STS.
type roles map[string]aws.Config // by ARN

func (roles) CheckTrust(string) error { return nil } // STS has, when the role was assumed

func (r roles) Session(arn, _ string) (lambda.Credentials, error) {
	cfg, ok := r[arn]
	if !ok {
		return lambda.Credentials{}, errors.New("no function has the role " + arn)
	}
	c, err := cfg.Credentials.Retrieve(context.Background()) // the SDK bounds it
	return lambda.Credentials{
		AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken, Expiration: c.Expires,
	}, err
}

// lines implements lambda.LogSink: what functions log is told, and kept nowhere.
type lines struct {
	functions map[string]string // by log group
	tell      func(Event)
}

func (lines) CreateGroup(string) error { return nil }

func (l lines) Append(group, _ string, events []lambda.LogEvent) error {
	for _, e := range events {
		l.tell(Event{Event: Logged, Function: l.functions[group], Message: e.Message})
	}
	return nil
}

// binaries implements lambda.Objects: each key is the path of a binary. Only the owner
// makes functions, who may read it as well.
type binaries struct{}

func (binaries) Open(_, path, _ string) (io.ReadCloser, int64, error) {
	binary, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, err
	}
	zip, err := artifact.Stored(binary)
	if err != nil {
		return nil, 0, err
	}
	return io.NopCloser(bytes.NewReader(zip)), int64(len(zip)), nil
}

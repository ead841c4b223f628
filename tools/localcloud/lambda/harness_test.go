package lambda

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"

	"github.com/seastack/seastack/tools/localcloud/sqs"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// bootstrap is the executable of testdata/bootstrap.
var bootstrap string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "lambda-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	bootstrap = filepath.Join(dir, "bootstrap")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", bootstrap, "./testdata/bootstrap")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

const role = "arn:aws:iam::000000000000:role/worker"

// cloud is a Lambda alone, with what it needs of the others.
type cloud struct {
	t       testing.TB
	dir     string
	opts    []Option
	logs    *memoryLogs
	queues  *sqs.Service
	sqs     *awssqs.Client
	rights  *rights
	db      *store.DB
	server  *httptest.Server
	service *Service
	client  *awslambda.Client
}

func newCloud(t testing.TB, opts ...Option) *cloud {
	c := &cloud{t: t, dir: t.TempDir(), opts: opts, logs: newMemoryLogs(), rights: &rights{}}
	c.start()
	t.Cleanup(c.stop)
	return c
}

func (c *cloud) start() {
	var err error
	c.db, err = store.Open(filepath.Join(c.dir, "state"))
	c.must(err)
	env := &wire.Env{
		Account: "000000000000", Region: "us-east-1", Dir: c.dir, Store: c.db, Now: time.Now,
		Log: slog.New(slog.NewTextHandler(c.t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	c.server = httptest.NewUnstartedServer(nil)
	env.Endpoint = "http://" + c.server.Listener.Addr().String()
	c.queues, err = sqs.New(env)
	c.must(err)
	c.service, err = New(env, Deps{Roles: c.rights, Logs: c.logs, Queues: queues{c.queues}, Authority: c.rights}, c.opts...)
	c.must(err)
	c.server.Config.Handler = wire.NewHandler(env, c.rights, []wire.Service{c.service.Definition(), c.queues.Definition()})
	c.server.Start()
	c.must(c.service.Start(context.Background()))
	keys := credentials.NewStaticCredentialsProvider("test", "test", "")
	c.client = awslambda.New(awslambda.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(c.server.URL), RetryMaxAttempts: 1, Credentials: keys,
	})
	c.sqs = awssqs.New(awssqs.Options{Region: "us-east-1", BaseEndpoint: aws.String(c.server.URL), Credentials: keys})
}

func (c *cloud) stop() {
	c.must(c.service.Close())
	c.server.Close()
	c.must(c.queues.Close())
	c.must(c.db.Close())
}

func (c *cloud) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// create makes a function of the test's bootstrap; change may change its input.
func (c *cloud) create(name string, change func(*awslambda.CreateFunctionInput)) *awslambda.CreateFunctionOutput {
	c.t.Helper()
	in := &awslambda.CreateFunctionInput{
		FunctionName: aws.String(name), Role: aws.String(role), Handler: aws.String("bootstrap"),
		Runtime: types.RuntimeProvidedal2023, Code: &types.FunctionCode{ZipFile: zipped(c.t, "one")},
	}
	if change != nil {
		change(in)
	}
	out, err := c.client.CreateFunction(c.t.Context(), in)
	c.must(err)
	return out
}

// zipped gives a zip of a function that differs by its mark. It is small, since
// its bootstrap only executes the real one: most tests are not about large zips.
func zipped(t testing.TB, mark string) []byte {
	return textZip(t, map[string]string{"bootstrap": "#!/bin/sh\nexec " + bootstrap + "\n", "assets/mark": mark})
}

// realZip gives a zip with the executable itself.
func realZip(t testing.TB) []byte {
	t.Helper()
	raw, err := os.ReadFile(bootstrap)
	if err != nil {
		t.Fatal(err)
	}
	return textZip(t, map[string]string{"bootstrap": string(raw)})
}

func textZip(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		h := &zip.FileHeader{Name: name, Method: zip.Deflate}
		h.SetMode(0o755)
		f, err := w.CreateHeader(h)
		if err == nil {
			_, err = f.Write([]byte(files[name]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// invoke calls a function with an event and gives the whole answer.
func (c *cloud) invoke(name string, event any) *awslambda.InvokeOutput {
	c.t.Helper()
	raw, err := json.Marshal(event)
	c.must(err)
	out, err := c.client.Invoke(c.t.Context(), &awslambda.InvokeInput{
		FunctionName: aws.String(name), Payload: raw, LogType: types.LogTypeTail,
	})
	c.must(err)
	return out
}

// call is invoke for an answer that is wanted as a value.
func call[T any](c *cloud, name string, event any) (v T) {
	c.t.Helper()
	out := c.invoke(name, event)
	if out.FunctionError != nil {
		c.t.Fatalf("%s: %s", name, out.Payload)
	}
	c.must(json.Unmarshal(out.Payload, &v))
	return v
}

type echo struct {
	Text       string
	Calls, PID int
}

// wantError checks an error's code and a part of its message.
func wantError(t *testing.T, err error, code, text string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want %s", err, code)
	}
	if e.ErrorCode() != code || !strings.Contains(e.ErrorMessage(), text) {
		t.Errorf("error %s: %s\nwant %s: ...%s...", e.ErrorCode(), e.ErrorMessage(), code, text)
	}
}

// eventually waits for a condition that others bring about.
func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !f() {
		if time.Now().After(deadline) {
			t.Fatalf("in vain: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// sessionKey is the access key of every session of a role.
const sessionKey = "ASIATEST"

// rights are IAM for the tests: everything is allowed but what is denied.
type rights struct {
	mu     sync.Mutex
	denied []string // actions
	roles  []string // that Lambda may not assume
}

func (r *rights) deny(actions ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.denied = actions
}

func (r *rights) Principal(accessKey, _ string) (wire.Principal, error) {
	if accessKey == sessionKey {
		return wire.Principal{ARN: "arn:aws:sts::000000000000:assumed-role/worker/f", RoleARN: role}, nil
	}
	return wire.Principal{ARN: "arn:aws:iam::000000000000:root"}, nil
}

func (r *rights) Authorize(p wire.Principal, action, resource string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if slices.Contains(r.denied, action) {
		return wire.Errorf(403, "AccessDenied", "%s may not %s on %s", p.ARN, action, resource)
	}
	return nil
}

func (r *rights) CheckTrust(arn string) error {
	if slices.Contains(r.roles, arn) {
		return errors.New("no trust")
	}
	return nil
}

func (r *rights) Session(arn, name string) (Credentials, error) {
	return Credentials{sessionKey, "secret", "token:" + arn + ":" + name, time.Now().Add(time.Hour)}, r.CheckTrust(arn)
}

// memoryLogs keeps lines by group and stream.
type memoryLogs struct {
	mu      sync.Mutex
	groups  []string
	streams map[string][]string // by group and stream
}

func newMemoryLogs() *memoryLogs { return &memoryLogs{streams: map[string][]string{}} }

func (l *memoryLogs) CreateGroup(group string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.groups = append(l.groups, group)
	return nil
}

func (l *memoryLogs) Append(group, stream string, events []LogEvent) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range events {
		l.streams[group+" "+stream] = append(l.streams[group+" "+stream], e.Message)
	}
	return nil
}

// lines gives all lines of a group.
func (l *memoryLogs) lines(group string) (all []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, lines := range l.streams {
		if strings.HasPrefix(key, group+" ") {
			all = append(all, lines...)
		}
	}
	return all
}

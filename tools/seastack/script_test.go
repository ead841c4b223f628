package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	apitypes "github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	smtypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/creack/pty"
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/mod/modfile"

	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/change"
	"github.com/seastack/seastack/tools/database"
	"github.com/seastack/seastack/tools/github/githubtest"
	"github.com/seastack/seastack/tools/local"
	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/mirror"
	"github.com/seastack/seastack/tools/objects"
	"github.com/seastack/seastack/tools/postgres"
	"github.com/seastack/seastack/tools/postgres/dbtest"
	"github.com/seastack/seastack/tools/review"
)

func TestMain(m *testing.M) {
	const command = "seastack" // as scripts call this binary
	if filepath.Base(os.Args[0]) != command {
		runMoreAtOnce()
	}
	testscript.Main(m, map[string]func(){command: main})
}

// runMoreAtOnce has twice as many scripts run at once as there are processors, unless
// -parallel says otherwise. Scripts wait for half of their time: the AWS provider, for
// one, asks for a new queue's attributes until they were the same for a while.
func runMoreAtOnce() {
	flag.Parse()
	const name = "test.parallel"
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == name })
	if !chosen {
		_ = flag.Set(name, strconv.Itoa(2*runtime.GOMAXPROCS(0))) // it takes any number
	}
}

// TestScripts runs the command as its users do. The scripts' modules are not
// this one: they require it, as any other module would.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/script",
		Setup: setup(t),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"applied":    applied,
			"account":    func(ts *testscript.TestScript, _ bool, args []string) { account(t, ts, args) },
			"breakpoint": breakpoint,
			"call":       call,
			"code":       code,
			"ctrl-c":     ctrlC,
			"database":   func(ts *testscript.TestScript, _ bool, args []string) { serverSecret(t, ts, args) },
			"eventually": eventually,
			"freeport":   freePort,
			"get":        func(ts *testscript.TestScript, _ bool, args []string) { get(t, ts, args) },
			"github":     fakeGitHub,
			"issues":     issues,
			"killed":     killed,
			"left":       func(ts *testscript.TestScript, _ bool, _ []string) { left(t, ts) },
			"listen":     listen,
			"load":       func(ts *testscript.TestScript, _ bool, args []string) { load(t, ts, args) },
			"loaded":     loaded,
			"object":     func(ts *testscript.TestScript, _ bool, args []string) { object(t, ts, args) },
			"port":       port,
			"posted":     posted,
			"reviewed":   reviewed,
			"step":       step,
			"tool":       func(ts *testscript.TestScript, _ bool, args []string) { callTool(t, ts, args) },
			"tamper":     func(ts *testscript.TestScript, _ bool, args []string) { tamper(t, ts, args) },
			"taken":      taken,
			"validate":   func(ts *testscript.TestScript, _ bool, dirs []string) { validate(t.Context(), ts, dirs) },
		},
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
	})
}

// setup provides a script with Go's caches, and with a complete go.mod.
func setup(t *testing.T) func(*testscript.Env) error {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	goenv := goEnv(t, "GOCACHE", "GOMODCACHE", "GOPROXY")
	cache := os.Getenv("SEASTACK_CACHE_DIR")
	if cache == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		cache = filepath.Join(dir, "seastack")
	}
	return func(env *testscript.Env) error {
		for name, value := range goenv {
			env.Setenv(name, value)
		}
		env.Setenv("GOFLAGS", "")
		env.Setenv("HOME", env.WorkDir)
		env.Setenv("SEASTACK_CACHE_DIR", cache)
		env.Setenv("CHECKOUT", root)
		env.Values[hub{}], env.Values[stepped{}] = &githubtest.Hub{}, &time.Time{}
		env.Values[underLoad{}] = new(func() int)
		shop := filepath.Join(env.WorkDir, "shop")
		env.Defer(func() { // a script that fails half-way must not leave a server
			if err := postgres.Remove(context.Background(), filepath.Join(shop, ".seastack", "local", "postgres")); err != nil {
				t.Error(err)
			}
		})
		return writeModule(root, shop)
	}
}

func goEnv(t *testing.T, names ...string) map[string]string {
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	values := strings.Split(strings.TrimRight(string(out), "\n"), "\n")
	env := map[string]string{}
	for i, name := range names {
		env[name] = values[i]
	}
	return env
}

// writeModule writes the go.mod and go.sum of a module that requires this one.
func writeModule(root, dir string) error {
	src, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return err
	}
	mod, err := modfile.Parse("go.mod", src, nil)
	if err != nil {
		return err
	}
	ours := mod.Module.Mod.Path
	for _, change := range []error{
		mod.AddModuleStmt("example.com/shop"), mod.AddRequire(ours, "v0.0.0"),
		mod.AddReplace(ours, "", root, ""), mod.DropTool(ours + "/tools/seastack"),
	} {
		if change != nil {
			return change
		}
	}
	out, err := mod.Format()
	if err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "go.mod"), out, 0o644)
}

// code runs a command and compares its exit code: code 2 seastack plan.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if exit, ok := err.(*exec.ExitError); ok {
		got = strings.TrimPrefix(exit.Error(), "exit status ")
	} else if err != nil { // it was not started, or was stopped as the test ran out of time
		ts.Fatalf("%s: %v", strings.Join(args[1:], " "), err)
	}
	if got != args[0] {
		ts.Fatalf("%s: exit code %s, want %s", strings.Join(args[1:], " "), got, args[0])
	}
}

// account makes a local cloud pose as an account on AWS, with a bucket for
// Terraform's states: account NUMBER REGION BUCKET.
func account(t *testing.T, ts *testscript.TestScript, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: account NUMBER REGION BUCKET")
	}
	cloud := cloudtest.StartConfig(t, localcloud.Config{Addr: "127.0.0.1:0", Dir: t.TempDir(), Account: args[0], Region: args[1]})
	_, err := s3.NewFromConfig(cloudtest.AWSConfig(t, cloud)).CreateBucket(t.Context(), &s3.CreateBucketInput{
		Bucket: &args[2], CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(args[1])},
	})
	ts.Check(err)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": cloud.Endpoint(), "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true",
	} {
		ts.Setenv(name, value)
	}
}

// tamper changes a function of the account by hand: tamper FUNCTION.
func tamper(t *testing.T, ts *testscript.TestScript, args []string) {
	cfg, err := local.AWSConfig(t.Context(), ts.Getenv("AWS_ENDPOINT_URL"), "eu-central-1")
	ts.Check(err)
	_, err = lambda.NewFromConfig(cfg).UpdateFunctionConfiguration(t.Context(), &lambda.UpdateFunctionConfigurationInput{
		FunctionName: &args[0], Timeout: aws.Int32(77),
	})
	ts.Check(err)
}

// hub is the key of a script's server in GitHub's place.
type hub struct{}

// fakeGitHub puts a server in GitHub's place, as a workflow for the pull request 7
// sees it: github HEAD. It can be said again, for another commit.
func fakeGitHub(ts *testscript.TestScript, _ bool, args []string) {
	hub := ts.Value(hub{}).(*githubtest.Hub)
	hub.Head = args[0]
	server := httptest.NewServer(hub)
	ts.Defer(server.Close)
	work := ts.Getenv("WORK")
	event := filepath.Join(work, "event.json")
	ts.Check(os.WriteFile(event, []byte(`{"pull_request": {"number": 7, "head": {"sha": "`+args[0]+`"}}}`), 0o600))
	for name, value := range map[string]string{
		"GITHUB_API_URL": server.URL, "GITHUB_TOKEN": "token", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_EVENT_PATH": event,
		"GITHUB_STEP_SUMMARY": filepath.Join(work, "summary.md"), "GITHUB_SERVER_URL": "https://github.example.com", "GITHUB_RUN_ID": "5",
	} {
		ts.Setenv(name, value)
	}
}

// posted compares what the pull request has: posted CHECKS REGEXP... has a comment for
// each regular expression, in their order, and no other.
func posted(ts *testscript.TestScript, _ bool, args []string) {
	hub := ts.Value(hub{}).(*githubtest.Hub)
	ok := len(args) > 0 && strconv.Itoa(len(hub.Checks)) == args[0] && len(hub.Comments) == len(args)-1
	for i := 1; ok && i < len(args); i++ {
		ok = regexp.MustCompile("(?s)" + args[i]).MatchString(hub.Comments[i-1].Body)
	}
	if !ok {
		ts.Fatalf("comments %v, checks %v", hub.Comments, hub.Checks)
	}
}

// eventually runs a command until its output has a text: eventually LIMIT TEXT
// COMMAND... A try takes up to a second of a processor, so that there are few.
func eventually(ts *testscript.TestScript, _ bool, args []string) {
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(limit / 40) {
		_ = ts.Exec(args[2], args[3:]...) // its exit code may tell of findings
		if strings.Contains(ts.ReadFile("stdout"), args[1]) {
			return
		}
	}
	ts.Fatalf("%s has not said %s within %s", strings.Join(args[2:], " "), args[1], limit)
}

// listen takes a port, and makes it that of the script's local cloud.
func listen(ts *testscript.TestScript, _ bool, _ []string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { listener.Close() })
	_, port, err := net.SplitHostPort(listener.Addr().String())
	ts.Check(err)
	ts.Setenv("SEASTACK_PORT", port)
}

// port sets the local cloud's port to one that nobody listens on, and brings it down
// when the script ends.
func port(ts *testscript.TestScript, _ bool, dirs []string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	_, number, err := net.SplitHostPort(listener.Addr().String())
	ts.Check(err)
	ts.Check(listener.Close())
	ts.Setenv("SEASTACK_PORT", number)
	dir := ts.MkAbs(dirs[0]) // now: the script may go elsewhere
	ts.Defer(func() { ts.Check(ts.Exec("seastack", "-C", dir, "down", "--purge")) })
}

// validate runs terraform validate in folders, with the real provider.
func validate(ctx context.Context, ts *testscript.TestScript, dirs []string) {
	install, err := mirror.Ensure(ctx, mirror.Options{CacheDir: ts.Getenv("SEASTACK_CACHE_DIR")})
	ts.Check(err)
	ts.Setenv("TF_CLI_CONFIG_FILE", install.CLIConfig)
	ts.Setenv("TF_PLUGIN_CACHE_DIR", install.PluginCache)
	for _, dir := range dirs {
		ts.Check(ts.Exec("terraform", "-chdir="+dir, "init", "-backend=false", "-input=false"))
		ts.Check(ts.Exec("terraform", "-chdir="+dir, "validate"))
	}
	ts.Check(ts.Exec("terraform", "fmt", "-check", "-recursive"))
}

// serverSecret puts the URL of an empty PostgreSQL database into a secret of
// the account, which it makes where it is not there: database SECRET.
func serverSecret(t *testing.T, ts *testscript.TestScript, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: database SECRET")
	}
	cfg, err := local.AWSConfig(t.Context(), ts.Getenv("AWS_ENDPOINT_URL"), "eu-central-1")
	ts.Check(err)
	client := secretsmanager.NewFromConfig(cfg)
	_, err = client.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: &args[0]})
	var exists *smtypes.ResourceExistsException
	if err != nil && !errors.As(err, &exists) {
		ts.Fatalf("%v", err)
	}
	server, err := database.FromURL(dbtest.URL(t))
	ts.Check(err)
	name := "seastack_test_" + strings.ToLower(rand.Text())
	ts.Check(server.Create(t.Context(), name))
	ts.Defer(func() { ts.Check(server.Drop(context.Background(), name)) })
	empty, err := server.Sibling(name)
	ts.Check(err)
	ts.Check(empty.PutInto(t.Context(), cfg, args[0], names.Database))
}

// step tells how long what was done since the last one took: step NAME.
func step(ts *testscript.TestScript, _ bool, args []string) {
	now := time.Now()
	if last, ok := ts.Value(stepped{}).(*time.Time); ok {
		if !last.IsZero() {
			ts.Logf("[step] %s: %s", strings.Join(args, " "), now.Sub(*last).Round(100*time.Millisecond))
		}
		*last = now
	}
}

// stepped is the key of the time of a script's last step.
type stepped struct{}

// reviewed sets REPORT to the digest of the report that the pull request's first
// comment names.
func reviewed(ts *testscript.TestScript, _ bool, _ []string) {
	comments := ts.Value(hub{}).(*githubtest.Hub).Comments
	if len(comments) == 0 {
		ts.Fatalf("there is no comment")
	}
	found := regexp.MustCompile("<!-- seastack:report:([0-9a-f]{64}) -->").FindStringSubmatch(comments[0].Body)
	if found == nil {
		ts.Fatalf("no report is named in %s", comments[0].Body)
	}
	ts.Setenv("REPORT", found[1])
}

// applied fails unless the last deploy of a root was that of the plan in a report:
// applied ROOT ENV REPORT.
func applied(ts *testscript.TestScript, _ bool, args []string) {
	report, err := review.Parse([]byte(ts.ReadFile(args[2])))
	ts.Check(err)
	ts.Check(ts.Exec("seastack", "history", args[0], "--env", args[1], "--json"))
	var history struct{ Deploys []change.Deploy }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &history))
	i := slices.IndexFunc(report.Roots, func(r review.Root) bool { return r.Name == args[0] && r.Plan != nil })
	if i < 0 || len(history.Deploys) == 0 || history.Deploys[0].Plan != report.Roots[i].Plan.SHA256 {
		ts.Fatalf("the last deploy of %s is not that of the report", args[0])
	}
}

// issues compares the repository's open issues about drift: issues NUMBER.
func issues(ts *testscript.TestScript, _ bool, args []string) {
	open := 0
	for _, i := range ts.Value(hub{}).(*githubtest.Hub).Issues {
		if i.State == "open" {
			open++
		}
	}
	if strconv.Itoa(open) != args[0] {
		ts.Fatalf("%d issues are open", open)
	}
}

// get asks an API of the account for a path, and compares the answer: get API PATH
// STATUS [TEXT].
func get(t *testing.T, ts *testscript.TestScript, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: get API PATH STATUS [TEXT]")
	}
	client := http.Client{Timeout: 30 * time.Second}
	resp, err := client.Get(apiOf(t, ts, args[0]) + args[1])
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if want := strings.Join(args[3:], " "); strconv.Itoa(resp.StatusCode) != args[2] || strings.TrimSpace(string(body)) != want {
		ts.Fatalf("%s answers %d: %s", args[1], resp.StatusCode, body)
	}
}

// left fails where the account has more than its bucket of states, which is empty,
// and the secret of the previews' server.
func left(t *testing.T, ts *testscript.TestScript) {
	cfg, err := local.AWSConfig(t.Context(), ts.Getenv("AWS_ENDPOINT_URL"), "eu-central-1")
	ts.Check(err)
	var found []string
	functions, err := lambda.NewFromConfig(cfg).ListFunctions(t.Context(), nil)
	ts.Check(err)
	for _, f := range functions.Functions {
		found = append(found, *f.FunctionName)
	}
	roles, err := iam.NewFromConfig(cfg).ListRoles(t.Context(), nil)
	ts.Check(err)
	for _, r := range roles.Roles {
		found = append(found, *r.RoleName)
	}
	groups, err := cloudwatchlogs.NewFromConfig(cfg).DescribeLogGroups(t.Context(), nil)
	ts.Check(err)
	for _, g := range groups.LogGroups {
		found = append(found, *g.LogGroupName)
	}
	apis, err := apigatewayv2.NewFromConfig(cfg).GetApis(t.Context(), nil)
	ts.Check(err)
	for _, a := range apis.Items {
		found = append(found, *a.Name)
	}
	secrets, err := secretsmanager.NewFromConfig(cfg).ListSecrets(t.Context(), nil)
	ts.Check(err)
	for _, s := range secrets.SecretList {
		found = append(found, *s.Name)
	}
	buckets, err := s3.NewFromConfig(cfg).ListBuckets(t.Context(), nil)
	ts.Check(err)
	for _, b := range buckets.Buckets {
		found = append(found, *b.Name)
		objects, err := objects.Client(cfg).ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: b.Name})
		ts.Check(err)
		for _, v := range objects.Versions {
			found = append(found, *v.Key)
		}
	}
	if got := strings.Join(found, " "); got != "previews shop-terraform" {
		ts.Fatalf("the account has %s", got)
	}
}

// apiOf returns the URL of an API of the account.
func apiOf(t *testing.T, ts *testscript.TestScript, name string) string {
	cfg, err := local.AWSConfig(t.Context(), ts.Getenv("AWS_ENDPOINT_URL"), "eu-central-1")
	ts.Check(err)
	apis, err := apigatewayv2.NewFromConfig(cfg).GetApis(t.Context(), nil)
	ts.Check(err)
	i := slices.IndexFunc(apis.Items, func(a apitypes.Api) bool { return *a.Name == name })
	if i < 0 {
		ts.Fatalf("the account has no API %s", name)
	}
	return *apis.Items[i].ApiEndpoint
}

// object puts an object with a text into a bucket of the account, or removes it where
// there is no text: object BUCKET KEY [TEXT].
func object(t *testing.T, ts *testscript.TestScript, args []string) {
	cfg, err := local.AWSConfig(t.Context(), ts.Getenv("AWS_ENDPOINT_URL"), "eu-central-1")
	ts.Check(err)
	client := objects.Client(cfg)
	if len(args) == 2 {
		_, err = client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &args[0], Key: &args[1]})
	} else {
		_, err = client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &args[0], Key: &args[1], Body: strings.NewReader(args[2])})
	}
	ts.Check(err)
}

// killed starts a command and kills it, as a runner that is lost is killed, when it has
// written a text to its standard error: killed TEXT COMMAND...
func killed(ts *testscript.TestScript, _ bool, args []string) {
	cmd := exec.Command(args[1], args[2:]...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), environ(ts)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	seen := bufio.NewScanner(out)
	for seen.Scan() {
		if strings.Contains(seen.Text(), args[0]) {
			ts.Check(syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL))
			_ = cmd.Wait() // "signal: killed"
			return
		}
	}
	ts.Fatalf("%s ended without: %s", strings.Join(args[1:], " "), args[0])
}

// ctrlC starts a command on a terminal, presses Ctrl-C when it has shown a text, and
// wants it to end with exit code 0. What it has shown is in the file screen.
// ctrl-c TEXT COMMAND...
func ctrlC(ts *testscript.TestScript, _ bool, args []string) {
	cmd := exec.Command(args[1], args[2:]...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), append(environ(ts), "TERM=xterm", "SEASTACK_PORT="+ts.Getenv("SEASTACK_PORT"))
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	ts.Check(err)
	defer terminal.Close()
	watchdog := time.AfterFunc(5*time.Minute, func() { _ = cmd.Process.Kill() })
	defer watchdog.Stop()
	var screen bytes.Buffer
	pressed, buffer := false, make([]byte, 4096)
	for {
		n, err := terminal.Read(buffer)
		screen.Write(buffer[:n])
		if !pressed && strings.Contains(screen.String(), args[0]) {
			pressed = true
			_, err := terminal.WriteString("\x03")
			ts.Check(err)
		}
		if err != nil { // EIO says that the command has ended
			break
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs("screen"), screen.Bytes(), 0o644))
	if err := cmd.Wait(); err != nil || !pressed {
		ts.Fatalf("%s: %v; Ctrl-C was pressed: %t\n%s", strings.Join(args[1:], " "), err, pressed, screen.Bytes())
	}
}

// environ returns the script's environment.
func environ(ts *testscript.TestScript) (env []string) {
	for _, name := range []string{
		"PATH", "HOME", "TMPDIR", "GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS", "SEASTACK_CACHE_DIR",
		"AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED",
	} {
		env = append(env, name+"="+ts.Getenv(name))
	}
	return env
}

// load asks an API for a path, again and again, until loaded says what came of it or
// the script ends: load API PATH.
func load(t *testing.T, ts *testscript.TestScript, args []string) {
	url := apiOf(t, ts, args[0]) + args[1]
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan int, 1)
	go func() {
		failed := 0
		defer func() { result <- failed }()
		client := http.Client{Timeout: 30 * time.Second}
		for ctx.Err() == nil {
			if resp, err := client.Get(url); err == nil {
				_ = resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					failed++
				}
			}
			time.Sleep(100 * time.Millisecond)
		}
	}()
	*ts.Value(underLoad{}).(*func() int) = func() int { cancel(); return <-result }
	ts.Defer(cancel)
}

// underLoad is the key of the function that ends a load, and returns how many
// requests have failed.
type underLoad struct{}

// loaded ends a load, and compares what came of it: loaded 'some failed', or 'none
// failed'.
func loaded(ts *testscript.TestScript, _ bool, args []string) {
	failed := (*ts.Value(underLoad{}).(*func() int))()
	if (failed > 0) != (args[0] == "some failed") {
		ts.Fatalf("%d requests have failed", failed)
	}
}

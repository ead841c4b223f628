package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/gofrs/flock"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/local"
	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/postgres"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

// defaultPort is the one that the ecosystem expects of a local AWS.
const defaultPort = 4566

// laptop is the environment local of one project: where its processes are and
// how to reach them.
type laptop struct {
	project project.Project
	env     config.Environment
	cloud   local.Cloud
	forced  bool   // SEASTACK_PORT names the cloud's port
	foreign string // AWS_ENDPOINT_URL of somebody else's local AWS; empty: ours
}

func newLaptop(p project.Project) (laptop, error) {
	env, err := p.Config.Environment(config.Local)
	if err != nil {
		return laptop{}, err
	}
	program, err := os.Executable()
	if err != nil {
		return laptop{}, err
	}
	build, err := pipeline.ProgramHash()
	if err != nil {
		return laptop{}, err
	}
	cloud := local.Cloud{Dir: p.Local("cloud"), Region: env.Region, Program: program, Build: build, Environ: os.Environ()}
	port := os.Getenv("SEASTACK_PORT")
	cloud.Port, err = localPort(port, cloud.RunningPort(), cloud.LastPort())
	return laptop{project: p, env: env, cloud: cloud, forced: port != "", foreign: os.Getenv("AWS_ENDPOINT_URL")}, err
}

// localPort returns the port that s names; where s is empty, that of the cloud
// that runs, so that one that was started on another port is found, then the one
// where it was last; else the default. 0 stands for no port.
func localPort(s string, running, last int) (int, error) {
	if s == "" {
		return cmp.Or(running, last, defaultPort), nil
	}
	port, err := strconv.Atoi(s)
	if err != nil || port < 1 || port > 65535 {
		return 0, diag.Diagnostic{Code: diag.BadPort, Message: fmt.Sprintf("SEASTACK_PORT=%q is not a port", s),
			Next: "set it to a number from 1 to 65535, or leave it unset"}
	}
	return port, nil
}

// endpoint is the base URL of the AWS that the environment runs on.
func (l laptop) endpoint() string {
	if l.foreign != "" {
		return l.foreign
	}
	return l.cloud.Endpoint()
}

func (l laptop) awsConfig(ctx context.Context) (aws.Config, error) {
	cfg, err := local.AWSConfig(ctx, l.endpoint(), l.env.Region)
	cfg.Credentials = credentials.NewStaticCredentialsProvider(l.accessKey(), local.SecretKey, "")
	return cfg, err
}

// accessKey is the key that this checkout's requests are signed with. The local
// cloud of another checkout refuses it.
func (l laptop) accessKey() string {
	if l.foreign != "" {
		return local.AnyKey
	}
	return localcloud.AccessKey(l.cloud.Dir)
}

// terraformEnv is the environment of terraform commands: what stands there goes
// before the file that up wrote, should the user's environment name another AWS.
func (l laptop) terraformEnv() []string {
	return append(os.Environ(), "AWS_ENDPOINT_URL="+l.endpoint())
}

func (l laptop) deployment(r *progress.Reporter) *pipeline.Deployment {
	return &pipeline.Deployment{Project: l.project, Env: l.env, Report: r, Environ: l.terraformEnv(), Recover: l.recover, Inspect: l.inspect}
}

func (l laptop) recover(ctx context.Context, creates []deploy.Resource) error {
	cfg, err := l.awsConfig(ctx)
	if err != nil {
		return err
	}
	return local.RemoveLeftovers(ctx, cfg, creates)
}

func (l laptop) postgresOptions() postgres.Options {
	return postgres.Options{Dir: l.project.Local("postgres"), Detach: true}
}

// lock keeps two commands from changing the environment at once, and ends what a
// killed one has left at work.
func (l laptop) lock(ctx context.Context, r *progress.Reporter) (unlock func(), err error) {
	file := l.project.Path(".seastack", "lock")                   // not in the folder that down --purge removes
	if err := os.MkdirAll(l.project.Local(), 0o755); err != nil { // PostgreSQL's own account must get to its files below
		return nil, err
	}
	f := flock.New(file)
	ok, err := f.TryLock()
	if err != nil {
		return nil, err
	}
	if !ok {
		r.Note("another seastack command works on this environment; waiting for it to end")
		if _, err := f.TryLockContext(ctx, 100*time.Millisecond); err != nil {
			return nil, err
		}
	}
	unlock = func() { _ = f.Unlock() } // the system does at the latest when this process ends
	if err := deploy.EndStrays(ctx, l.project.EnvRoot(config.Local, "")); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

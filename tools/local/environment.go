// Package local is the environment local: the whole monolith on this machine,
// as a library. It knows the environment's processes (PostgreSQL and the local
// cloud), its Terraform states and its deployment. It parses no flags and
// prints nothing: results are plain data, and progress goes to a reporter.
package local

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
	"github.com/seastack/seastack/tools/artifact"
	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/local/cloudprocess"
	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/s3"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/postgres"
	"github.com/seastack/seastack/tools/progress"
	"github.com/seastack/seastack/tools/project"
)

// DefaultPort is the port that the ecosystem expects of a local AWS.
const DefaultPort = 4566

// Environment is the environment local of one project: where its processes are
// and how to reach them.
type Environment struct {
	project      project.Project
	config       config.Environment
	cloud        cloudprocess.Cloud
	forced       bool   // SEASTACK_PORT names the cloud's port
	foreign      string // AWS_ENDPOINT_URL of somebody else's local AWS; empty: ours
	databaseURL  string // DATABASE_URL of somebody else's PostgreSQL; empty: ours
	analyticsURL string // ANALYTICS_DATABASE_URL; empty: beside the database
}

// Open returns the environment local of a project, whether it is up or not. It
// reads SEASTACK_PORT, AWS_ENDPOINT_URL, DATABASE_URL and ANALYTICS_DATABASE_URL from
// this process's environment. The error is a diag.Diagnostic, SEA3012, when SEASTACK_PORT is
// not a port.
func Open(p project.Project) (*Environment, error) {
	env, err := p.Config.Environment(config.Local)
	if err != nil {
		return nil, err
	}
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	build, err := pipeline.ProgramHash()
	if err != nil {
		return nil, err
	}
	cloud := cloudprocess.Cloud{
		Dir: p.Local("cloud"), Region: env.Region, Program: program, Build: build, Environ: os.Environ(),
		Mounts: []s3.Mount{{Bucket: pipeline.ArtifactBucket(p, env), Prefix: artifact.Keys, Dir: p.Artifacts()}},
	}
	port := os.Getenv("SEASTACK_PORT")
	if cloud.Port, err = choosePort(port, cloud.RunningPort(), cloud.LastPort()); err != nil {
		return nil, err
	}
	return &Environment{
		project: p, config: env, cloud: cloud, forced: port != "",
		foreign: os.Getenv("AWS_ENDPOINT_URL"), databaseURL: os.Getenv("DATABASE_URL"),
		analyticsURL: os.Getenv("ANALYTICS_DATABASE_URL"),
	}, nil
}

// choosePort returns the port that s names. Where s is empty it returns the
// first of these that is not 0: the port of the running cloud, so that one that
// was started on another port is found; the port where it ran last; the
// default.
func choosePort(s string, running, last int) (int, error) {
	if s == "" {
		return cmp.Or(running, last, DefaultPort), nil
	}
	port, err := strconv.Atoi(s)
	if err != nil || port < 1 || port > 65535 {
		return 0, diag.Diagnostic{Code: diag.BadPort, Message: fmt.Sprintf("SEASTACK_PORT=%q is not a port", s),
			Next: "set it to a number from 1 to 65535, or leave it unset"}
	}
	return port, nil
}

// Endpoint returns the base URL of the AWS that the environment runs on.
func (e *Environment) Endpoint() string {
	if e.foreign != "" {
		return e.foreign
	}
	return e.cloud.Endpoint()
}

// AWSConfig returns the configuration of SDK clients that talk to the
// environment's AWS.
func (e *Environment) AWSConfig(ctx context.Context) (aws.Config, error) {
	cfg, err := AWSConfig(ctx, e.Endpoint(), e.config.Region)
	cfg.Credentials = credentials.NewStaticCredentialsProvider(e.accessKey(), SecretKey, "")
	return cfg, err
}

// accessKey returns the key that this checkout's requests are signed with. The
// local cloud of another checkout refuses it.
func (e *Environment) accessKey() string {
	if e.foreign != "" {
		return AnyKey
	}
	return localcloud.AccessKey(e.cloud.Dir)
}

// RequireUp returns an error, SEA5011, when the local cloud does not run.
func (e *Environment) RequireUp() error {
	if _, ok := e.cloud.Running(); ok || e.foreign != "" {
		return nil
	}
	return diag.Diagnostic{Code: diag.NotUp, Message: "the environment local is not up", Next: "run: seastack up"}
}

// Deployment returns the deployment of the environment, which shows its
// progress on r. The caller holds the lock.
func (e *Environment) Deployment(r *progress.Reporter) *pipeline.Deployment {
	d := &pipeline.Deployment{
		Project: e.project, Env: e.config, Report: r, Environ: e.terraformEnv(), Recover: e.recover, Inspect: e.inspect,
	}
	if e.foreign != "" {
		d.AWS = e.AWSConfig
	} else {
		d.Identity = func(ctx context.Context) (string, error) { return e.cloud.State(ctx) } // its port may still be chosen
	}
	return d
}

// terraformEnv returns the environment variables of terraform commands. The
// endpoint overrides the one in the file that Up wrote, in case the user's
// variables name another AWS.
func (e *Environment) terraformEnv() []string {
	return append(os.Environ(), "AWS_ENDPOINT_URL="+e.Endpoint())
}

func (e *Environment) recover(ctx context.Context, creates []deploy.Resource) error {
	cfg, err := e.AWSConfig(ctx)
	if err != nil {
		return err
	}
	return RemoveLeftovers(ctx, cfg, creates)
}

func (e *Environment) postgresOptions() postgres.Options {
	return postgres.Options{Dir: e.project.Local("postgres"), Detach: true}
}

// Lock keeps two commands from changing the environment at once. It waits for
// another command that holds the lock, and stops the processes that a killed
// one has left running.
func (e *Environment) Lock(ctx context.Context, r *progress.Reporter) (unlock func(), err error) {
	file := e.project.Path(".seastack", "lock")                   // not in the folder that a purge removes
	if err := os.MkdirAll(e.project.Local(), 0o755); err != nil { // PostgreSQL's own account must get to its files below
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
	if err := deploy.EndStrays(ctx, e.project.EnvRoot(config.Local, "")); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

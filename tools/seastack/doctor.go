package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/spf13/cobra"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/local"
	"github.com/seastack/seastack/tools/mirror"
	"github.com/seastack/seastack/tools/objects"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/postgres"
	"github.com/seastack/seastack/tools/project"
)

// finding is what doctor says of one thing.
type finding struct {
	What   string `json:"what"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	Next   string `json:"next,omitempty"` // what to do where it is not
}

func (a *app) doctorCommand() *cobra.Command {
	var env string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check what an environment needs: tools, credentials, buckets, clock, ports, files",
		Long: `doctor looks at what building and deploying needs, changes nothing, and says what to
do about what is missing. For local it checks PostgreSQL and the port; for an
environment on AWS the credentials, the account, the clock and the buckets.
The exit code is 1 when something is missing.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, e, err := a.environment(env)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), doctorLimit)
			defer cancel()
			return a.printFindings(examine(ctx, p, e))
		},
	}
	cmd.Flags().StringVar(&env, "env", config.Local, "environment, as in seastack.hcl")
	return cmd
}

// doctorLimit bounds all of doctor's looks together.
const doctorLimit = 2 * time.Minute

func examine(ctx context.Context, p project.Project, env config.Environment) []finding {
	all := []finding{goVersion(ctx, p), gitVersion(ctx), terraformVersion(ctx), generatedFiles(ctx, p)}
	if env.IsLocal() {
		return append(all, postgresBinaries(ctx), localPort(p))
	}
	return append(all, onAccount(ctx, p, env)...)
}

// judged turns an error into a finding.
func judged(what, detail string, err error, next string) finding {
	if err == nil {
		return finding{What: what, OK: true, Detail: detail}
	}
	f := finding{What: what, Detail: err.Error(), Next: next}
	var d diag.Diagnostic
	if errors.As(err, &d) {
		f.Detail = d.Message
		if d.Next != "" {
			f.Next = d.Next
		}
	}
	return f
}

func programOutput(ctx context.Context, dir, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	return strings.TrimSpace(string(out)), err
}

func goVersion(ctx context.Context, p project.Project) finding {
	v, err := programOutput(ctx, p.Root, "go", "env", "GOVERSION")
	return judged("go", v, err, "install Go: https://go.dev/dl")
}

func gitVersion(ctx context.Context) finding {
	v, err := programOutput(ctx, "", "git", "version")
	return judged("git", strings.TrimPrefix(v, "git version "), err, "install git: affected, plan --base and the records of deploys need it")
}

func terraformVersion(ctx context.Context) finding {
	path, v, ok := mirror.FindTerraform(ctx, mirror.Options{Env: os.Environ()})
	if !ok {
		return finding{What: "terraform", Detail: "none that is recent enough is on PATH",
			Next: "install Terraform 1.11 or later; where the registry of releases can be reached, seastack installs its own"}
	}
	return finding{What: "terraform", OK: true, Detail: v + " at " + path}
}

func generatedFiles(ctx context.Context, p project.Project) finding {
	const what, next = "generated files", "run: seastack generate"
	g, err := pipeline.Generate(ctx, p, true)
	if stale := len(g.Changes.Written()) + len(g.Changes.Deleted()); err == nil && stale > 0 {
		err = fmt.Errorf("%d are not what the annotations make of them", stale)
	}
	return judged(what, "current", err, next)
}

func postgresBinaries(ctx context.Context) finding {
	if url := os.Getenv("DATABASE_URL"); url != "" {
		return finding{What: "postgres", OK: true, Detail: "the one in DATABASE_URL"}
	}
	b, err := postgres.Find(ctx)
	return judged("postgres", b.Dir, err, "install PostgreSQL's server, or set DATABASE_URL")
}

func localPort(p project.Project) finding {
	const what = "local cloud"
	e, err := local.Open(p)
	if err != nil {
		return judged(what, "", err, "")
	}
	if err := e.RequireUp(); err == nil {
		return finding{What: what, OK: true, Detail: "runs at " + e.Endpoint()}
	}
	return finding{What: what, OK: true, Detail: "not up; it would be at " + e.Endpoint() + ", or the next free port"}
}

// longestSkew is by how much a clock may be wrong: AWS refuses signatures that are
// older than 15 minutes, and S3 sooner than that is worth knowing.
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
const longestSkew = 5 * time.Minute

// onAccount looks at an environment on AWS.
func onAccount(ctx context.Context, p project.Project, env config.Environment) []finding {
	cfg, err := onAWS(p, env, nil).AWS(ctx)
	var who *sts.GetCallerIdentityOutput
	if err == nil {
		who, err = sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	}
	if err != nil {
		return []finding{judged("credentials", "", err, "configure AWS's credentials, for example with AWS_PROFILE")}
	}
	account := aws.ToString(who.Account)
	all := []finding{{What: "credentials", OK: true, Detail: aws.ToString(who.Arn)}}
	if account != env.Account {
		return append(all, finding{What: "account", Detail: "the credentials are of " + account + ", and " + env.Name + " is in " + env.Account,
			Next: "use credentials of " + env.Account})
	}
	all = append(all, finding{What: "account", OK: true, Detail: account})
	if at, ok := awsmiddleware.GetServerTime(who.ResultMetadata); ok {
		skew := time.Since(at).Round(time.Second)
		f := finding{What: "clock", OK: skew.Abs() < longestSkew, Detail: fmt.Sprintf("differs from AWS's by %s", skew)}
		if !f.OK {
			f.Next = "set the clock: AWS refuses what is signed at another time"
		}
		all = append(all, f)
	}
	client := objects.Client(cfg)
	return append(all, migrationsRun(ctx, onAWS(p, env, nil)), keptValues(ctx, cfg, env),
		bucketIs(ctx, client, "states", env.Backend.Bucket, "create it, with versions, as backend \"s3\" of "+env.Name+" names it"),
		bucketIs(ctx, client, "artifact bucket", pipeline.ArtifactBucket(p, env), "apply the platform: seastack apply --env "+env.Name+" --stack platform"))
}

func migrationsRun(ctx context.Context, d *pipeline.Deployment) finding {
	ahead, err := d.MigrationsAhead(ctx)
	if n := len(ahead); err == nil && n > 0 {
		err = fmt.Errorf("%d are not recorded as run: %s", n, strings.Join(ahead, ", "))
	}
	return judged("migrations", "none that is not recorded as run", err, "run: seastack migrate --env "+d.Env.Name)
}

func bucketIs(ctx context.Context, client *s3.Client, what, name, next string) finding {
	_, err := client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &name})
	switch pipeline.Status(err) {
	case http.StatusNotFound:
		err = fmt.Errorf("there is no bucket %s", name)
	case http.StatusForbidden:
		err, next = fmt.Errorf("the bucket %s does not answer these credentials", name), "see to credentials that may read it"
	}
	return judged(what, name, err, next)
}

func (a *app) printFindings(all []finding) error {
	if a.json {
		if err := a.printJSON(map[string]any{"findings": all}); err != nil {
			return err
		}
	} else {
		w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
		for _, f := range all {
			mark := "ok"
			if !f.OK {
				mark = "missing"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\n", mark, f.What, f.Detail)
			if f.Next != "" {
				fmt.Fprintf(w, "\t\tnext: %s\n", f.Next)
			}
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	for _, f := range all {
		if !f.OK {
			return errFindings
		}
	}
	return nil
}

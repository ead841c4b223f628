package test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/gruntwork-io/terratest/modules/logger"
	"github.com/gruntwork-io/terratest/modules/terraform"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/mirror"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/project"
)

// Variables that choose the target; docs/testing.md describes them.
const (
	envVariable      = "SEASTACK_TEST_ENV"          // environment of seastack.hcl; empty: local
	databaseVariable = "SEASTACK_TEST_DATABASE_URL" // on AWS: the database that functions and tests use

	analyticsVariable = "SEASTACK_TEST_ANALYTICS_DATABASE_URL" // on AWS: the analytics store
	tokenVariable     = "SEASTACK_TEST_TOKEN"                  // on AWS: a token of the environment's issuer
)

// deployment is the monolith, deployed: in the local cloud or in an account.
type deployment struct {
	project   project.Project
	env       config.Environment
	terraform string            // the binary
	environ   map[string]string // of terraform, beside this process's own
	aws       aws.Config
	database  string            // URL
	analytics string            // URL, on AWS
	local     *localEnvironment // nil on AWS
	applied   []string          // on AWS: the roots to destroy, whatever happens
	destroyed bool

	api       string              // base URL
	queue     queue               // transcripts
	functions map[string]function // by STACK/FUNCTION
}

// queue and function are outputs of the roots.
type queue struct{ ARN, URL string }

type function struct {
	Name     string
	ARN      string
	AliasARN string `json:"alias_arn"`
	LogGroup string `json:"log_group"`
}

// deploy returns a fresh deployment on the chosen target. What it has started on
// this machine it stops when the test ends.
func deploy(t *testing.T) *deployment {
	t.Helper()
	logger.Default = logger.Discard // terratest's retries do not ask for the options' logger
	var d *deployment
	if name := os.Getenv(envVariable); name == "" || name == config.Local {
		d = deployLocal(t)
	} else {
		d = deployAccount(t, name)
	}
	d.readOutputs(t)
	return d
}

// newDeployment finds what all targets need.
func newDeployment(t *testing.T, dir, env string) *deployment {
	t.Helper()
	p := must(project.Find(dir))(t)
	binary, _, err := mirror.Terraform(t.Context(), mirror.Options{Progress: func(s string) { t.Log(s) }})
	if err != nil {
		t.Fatal(err)
	}
	return &deployment{project: p, env: must(p.Config.Environment(env))(t), terraform: binary}
}

func (d *deployment) readOutputs(t *testing.T) {
	t.Helper()
	d.api = terraform.Output(t, d.options(pipeline.Platform), "api_endpoint")
	d.queue = d.queues(t)["transcripts"]
	d.functions = map[string]function{}
	for _, stack := range d.stacks(t) {
		var functions map[string]function
		terraform.OutputStruct(t, d.options(stack), "functions", &functions)
		for name, f := range functions {
			d.functions[stack+"/"+name] = f
		}
	}
}

// named is an output for a bucket or a secret.
type named struct{ ARN, Name string }

func (d *deployment) queues(t *testing.T) map[string]queue {
	t.Helper()
	return shared[queue](t, d, "queues")
}

func (d *deployment) buckets(t *testing.T) map[string]named {
	t.Helper()
	return shared[named](t, d, "buckets")
}

// bucket returns the name on AWS of a bucket.
func (d *deployment) bucket(t *testing.T, name string) string {
	t.Helper()
	return d.buckets(t)[name].Name
}

func (d *deployment) secrets(t *testing.T) map[string]named {
	t.Helper()
	return shared[named](t, d, "secrets")
}

// shared returns an output of the platform.
func shared[T any](t *testing.T, d *deployment, name string) (out map[string]T) {
	t.Helper()
	terraform.OutputStruct(t, d.options(pipeline.Platform), name, &out)
	return out
}

// dir is the folder of a Terraform root.
func (d *deployment) dir(root string) string { return d.project.EnvRoot(d.env.Name, root) }

// options are terratest's for a root. The commands write nothing to the test's
// log: what matters of a plan is in its JSON, and errors carry their output.
func (d *deployment) options(root string) *terraform.Options {
	return &terraform.Options{
		TerraformBinary: d.terraform, TerraformDir: d.dir(root), EnvVars: d.environ,
		NoColor: true, Lock: true, LockTimeout: "60s", Logger: logger.Discard,
	}
}

// stacks returns the stacks that the environment has a root for.
func (d *deployment) stacks(t *testing.T) (stacks []string) {
	t.Helper()
	for _, file := range must(filepath.Glob(filepath.Join(d.dir("*"), "main.gen.tf")))(t) {
		if root := filepath.Base(filepath.Dir(file)); root != pipeline.Platform {
			stacks = append(stacks, root)
		}
	}
	return stacks
}

// roots returns all roots in the order in which they are applied.
func (d *deployment) roots(t *testing.T) []string {
	return slices.Insert(d.stacks(t), 0, pipeline.Platform)
}

// prefix is that of every name on AWS.
func (d *deployment) prefix() string { return names.Shared(d.project.Config.Project, d.env.Name, "") }

// requireLocal returns the environment local, for a part that edits code or kills
// processes. With an account of AWS as the target it skips the part.
func (d *deployment) requireLocal(t *testing.T) *localEnvironment {
	t.Helper()
	if d.local == nil {
		t.Skipf("this part edits code or kills processes, which needs the local cloud: unset %s to run it", envVariable)
	}
	return d.local
}

// must ends the test where there is an error: must(f())(t).
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

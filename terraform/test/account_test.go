package test

import (
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/gruntwork-io/terratest/modules/terraform"

	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/database"
	"github.com/seastack/seastack/tools/mirror"
	"github.com/seastack/seastack/tools/pipeline"
)

// deployAccount applies the roots of an environment in the account that it
// names, with the credentials that the SDK finds.
func deployAccount(t *testing.T, env string) *deployment {
	t.Helper()
	d := newDeployment(t, "../..", env)
	d.aws = must(awsconfig.LoadDefaultConfig(t.Context(), awsconfig.WithRegion(d.env.Region)))(t)
	d.database = migrated(t, databaseVariable, d.project.Migrations())
	d.analytics = migrated(t, analyticsVariable, d.project.Path(d.project.Config.Folders.AnalyticsMigrations))
	d.build(t)
	d.environ = providerEnviron(t)
	t.Cleanup(func() { d.destroyRest(t) })
	d.initAndApply(t, pipeline.Platform)
	d.putSecrets(t)
	for _, stack := range d.stacks(t) {
		d.initAndApply(t, stack)
	}
	return d
}

// migrated returns the URL of a database that a variable names, with its migrations run.
func migrated(t *testing.T, variable, migrations string) string {
	t.Helper()
	url := os.Getenv(variable)
	if url == "" {
		t.Fatalf("%s is not set; set it to the URL of a PostgreSQL database that this machine and the functions reach", variable)
	}
	must(must(database.FromURL(url))(t).Migrate(t.Context(), migrations))(t)
	return url
}

// providerEnviron lets `terraform init` find the AWS provider where the registry
// cannot be reached.
func providerEnviron(t *testing.T) map[string]string {
	t.Helper()
	install := must(mirror.Ensure(t.Context(), mirror.Options{Progress: func(s string) { t.Log(s) }}))(t)
	environ := map[string]string{}
	if install.CLIConfig != "" {
		environ["TF_CLI_CONFIG_FILE"] = install.CLIConfig
	}
	return environ
}

// build makes the zips for the environment.
func (d *deployment) build(t *testing.T) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "tool", "seastack", "build", "--env", d.env.Name)
	cmd.Dir = d.project.Root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("seastack build: %v\n%s", err, out)
	}
}

func (d *deployment) initAndApply(t *testing.T, root string) {
	t.Helper()
	o := terraform.WithDefaultRetryableErrors(t, d.options(root))
	terraform.Init(t, o)
	d.applied = append(d.applied, root)
	terraform.Apply(t, o)
}

// destroyRest destroys what a test that went wrong has left in the account.
func (d *deployment) destroyRest(t *testing.T) {
	t.Helper()
	if d.destroyed {
		return
	}
	d.lift(t)
	for _, root := range slices.Backward(d.applied) {
		if _, err := terraform.DestroyE(t, d.options(root)); err != nil {
			t.Errorf("destroying %s, which is left in account %s: %v", root, d.env.Account, err)
		}
	}
}

// secretARNs returns the ARNs of the platform's secrets.
func (d *deployment) secretARNs(t *testing.T) (arns []string) {
	t.Helper()
	for _, s := range names.Stores() {
		arns = append(arns, terraform.Output(t, d.options(pipeline.Platform), s.Output()))
	}
	for _, s := range d.secrets(t) {
		arns = append(arns, s.ARN)
	}
	return arns
}

// putSecrets stores the databases' URLs for the functions, which Terraform must not see.
func (d *deployment) putSecrets(t *testing.T) {
	t.Helper()
	for store, url := range map[names.Store]string{names.Database: d.database, names.Replica: d.database, names.Analytics: d.analytics} {
		arn := terraform.Output(t, d.options(pipeline.Platform), store.Output())
		if err := database.PutURL(t.Context(), d.aws, arn, store, url); err != nil {
			t.Fatal(err)
		}
	}
}

// forgetSecret removes the secret for good: one that waits for its end would
// keep the next run from making it.
func (d *deployment) forgetSecret(t *testing.T, arn string) {
	t.Helper()
	_, err := secretsmanager.NewFromConfig(d.aws).DeleteSecret(t.Context(), &secretsmanager.DeleteSecretInput{
		SecretId: &arn, ForceDeleteWithoutRecovery: aws.Bool(true),
	})
	if err != nil {
		t.Error(err)
	}
}

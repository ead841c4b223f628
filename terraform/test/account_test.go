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
	if d.database = os.Getenv(databaseVariable); d.database == "" {
		t.Fatalf("%s is not set; set it to the URL of a PostgreSQL that this machine and the functions of %s reach", databaseVariable, env)
	}
	must(must(database.FromURL(d.database))(t).Migrate(t.Context(), d.project.Migrations()))(t)
	d.build(t)
	d.environ = providerEnviron(t)
	t.Cleanup(func() { d.destroyRest(t) })
	d.initAndApply(t, pipeline.Platform)
	d.putSecret(t)
	for _, stack := range d.stacks(t) {
		d.initAndApply(t, stack)
	}
	return d
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

func (d *deployment) secretARN(t *testing.T) string {
	t.Helper()
	return terraform.Output(t, d.options(pipeline.Platform), "database_secret_arn")
}

// putSecret stores the database's URL for the functions, which Terraform must not see.
func (d *deployment) putSecret(t *testing.T) {
	t.Helper()
	if err := database.PutSecret(t.Context(), d.aws, d.secretARN(t), d.database); err != nil {
		t.Fatal(err)
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

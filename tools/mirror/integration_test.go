package mirror

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/terraform-exec/tfexec"
)

// wantResources and wantData are what Seastack's own Terraform is made of.
var (
	wantResources = []string{
		"aws_apigatewayv2_api", "aws_apigatewayv2_integration", "aws_apigatewayv2_route", "aws_apigatewayv2_stage",
		"aws_cloudwatch_event_bus", "aws_cloudwatch_event_rule", "aws_cloudwatch_event_target",
		"aws_cloudwatch_log_group", "aws_cloudwatch_metric_alarm", "aws_db_instance",
		"aws_iam_policy", "aws_iam_role", "aws_iam_role_policy", "aws_iam_role_policy_attachment", "aws_kms_key",
		"aws_lambda_alias", "aws_lambda_event_source_mapping", "aws_lambda_function", "aws_lambda_permission",
		"aws_s3_bucket", "aws_s3_bucket_notification", "aws_s3_object", "aws_scheduler_schedule",
		"aws_secretsmanager_secret", "aws_secretsmanager_secret_version", "aws_security_group", "aws_sns_topic",
		"aws_sqs_queue", "aws_sqs_queue_policy", "aws_ssm_parameter",
	}
	wantData = []string{
		"aws_caller_identity", "aws_iam_policy_document", "aws_partition", "aws_region", "aws_ssm_parameter", "aws_vpc",
	}
)

// TestTerraformUsesMirror has the real Terraform use the real provider, from the
// user's own cache. On a machine that never had it, this builds it: a few
// minutes, once.
func TestTerraformUsesMirror(t *testing.T) {
	ctx := untilDeadline(t)
	o := Options{Env: append(os.Environ(), "SEASTACK_PROVIDER=mirror"), Progress: func(l string) { t.Log(l) }}
	in, err := Ensure(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	tf := terraformIn(t, ctx, o, in)
	if err := tf.Init(ctx); err != nil {
		t.Fatal(err)
	}
	if v, err := tf.Validate(ctx); err != nil || !v.Valid {
		t.Fatalf("validate: %v, %v", v, err)
	}
	if _, err := tf.Plan(ctx); err != nil {
		t.Fatal(err)
	}
	checkSchemas(t, ctx, tf)
}

// untilDeadline ends a little before the test does, so that a build that is cut
// short can clean up; the next run goes on with it.
func untilDeadline(t *testing.T) context.Context {
	deadline, ok := t.Deadline()
	if !ok {
		return t.Context()
	}
	ctx, cancel := context.WithDeadline(t.Context(), deadline.Add(-20*time.Second))
	t.Cleanup(cancel)
	return ctx
}

func terraformIn(t *testing.T, ctx context.Context, o Options, in Installation) *tfexec.Terraform {
	t.Helper()
	path, _, err := Terraform(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	config, err := os.ReadFile(filepath.Join("testdata", "root.tf"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), config, 0o644); err != nil {
		t.Fatal(err)
	}
	tf, err := tfexec.NewTerraform(dir, path)
	if err != nil {
		t.Fatal(err)
	}
	err = tf.SetEnv(map[string]string{
		"TF_CLI_CONFIG_FILE": in.CLIConfig, "PATH": os.Getenv("PATH"), "HOME": dir,
		"AWS_EC2_METADATA_DISABLED": "true", "CHECKPOINT_DISABLE": "1",
	})
	if err != nil {
		t.Fatal(err)
	}
	return tf
}

func checkSchemas(t *testing.T, ctx context.Context, tf *tfexec.Terraform) {
	t.Helper()
	all, err := tf.ProvidersSchema(ctx)
	if err != nil {
		t.Fatal(err)
	}
	aws := all.Schemas[providerSource]
	if aws == nil {
		t.Fatalf("no schema of %s", providerSource)
	}
	for _, name := range wantResources {
		if aws.ResourceSchemas[name] == nil {
			t.Errorf("no resource %s", name)
		}
	}
	for _, name := range wantData {
		if aws.DataSourceSchemas[name] == nil {
			t.Errorf("no data source %s", name)
		}
	}
}

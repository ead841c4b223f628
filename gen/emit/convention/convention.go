// Package convention has what all generated modules and roots have in common:
// the versions they ask for and the variables that more than one has. It knows
// nothing of the model.
package convention

import "github.com/seastack/seastack/gen/emit/tf"

// The versions that generated modules and roots ask for. A module says what it
// needs; a root says what runs. The root names one version of the provider
// because lock files are not committed (a mirror's build and the registry's
// have different checksums): without them, a range would plan differently on
// two machines.
const (
	terraformVersion = ">= 1.11" // S3 locks without a table: use_lockfile
	moduleProvider   = "~> 6.13"
	rootProvider     = "6.13.0"
)

// Versions returns a module's versions file.
func Versions() *tf.File {
	f := tf.New("")
	requirements(f.Block("terraform"), moduleProvider)
	return f
}

// Terraform adds a root's terraform block, for a backend to be added to.
func Terraform(f *tf.File) *tf.Body {
	b := f.Block("terraform")
	requirements(b, rootProvider)
	return b
}

// ARN returns the first half of an ARN, for the inside of a template, in a module
// with the data sources of the caller's identity, the partition and the region.
func ARN(service string) string {
	return "arn:${data.aws_partition.current.partition}:" + service +
		":${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}"
}

func requirements(b *tf.Body, provider string) {
	b.Set("required_version", terraformVersion)
	b.Block("required_providers").Expr("aws", "%s", tf.Object(
		tf.Item{Key: "source", Value: `"hashicorp/aws"`},
		tf.Item{Key: "version", Value: tf.Literal(provider)},
	))
}

// The variables that several modules have.
var (
	Environment = tf.Variable{
		Name: "environment", Type: "string",
		Description: "Name of the environment; part of every name on AWS.",
		Condition:   `can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){0,23}$", var.environment))`,
		Message:     `"Use lower-case letters, digits and single hyphens, starting with a letter, 24 characters at most."`,
	}
	LogRetention = tf.Variable{
		Name: "log_retention_days", Type: "number", Default: "30",
		Description: "Days to keep logs for.",
	}
)

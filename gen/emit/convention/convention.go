// Package convention has what all generated modules and roots have in common:
// the versions they ask for and the variables that more than one has. It knows
// nothing of the model.
package convention

import (
	"fmt"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit/tf"
)

// terraformVersion is the oldest that locks states in S3 without a table:
// use_lockfile.
const terraformVersion = ">= 1.11"

// Versions returns a module's versions file.
func Versions(c config.Config) *tf.File {
	f := tf.New("")
	Terraform(f, c)
	return f
}

// Terraform adds a terraform block with the versions that all modules and roots
// ask for, for a backend to be added to. They ask for a range of the provider's
// versions; which of them runs stands in a root's lock file.
func Terraform(f *tf.File, c config.Config) *tf.Body {
	b := f.Block("terraform")
	b.Set("required_version", terraformVersion)
	b.Block("required_providers").Expr("aws", "%s", tf.Object(
		tf.Item{Key: "source", Value: `"hashicorp/aws"`},
		tf.Item{Key: "version", Value: tf.Literal(c.Provider)},
	))
	return b
}

// ARN returns the first half of an ARN, for the inside of a template, in a module
// with the data sources of the caller's identity, the partition and the region.
func ARN(service string) string {
	return "arn:${data.aws_partition.current.partition}:" + service +
		":${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}"
}

// The variables that several modules have.
var (
	Alarms = tf.Variable{ // see config.Alarms
		Name: "alarms", Default: "{}",
		Description: "When alarms go off, and the topics that they are sent to; 0: there is no such alarm.",
		Type: tf.Call("object",
			tf.Item{Key: "actions", Value: "optional(list(string), [])"},
			tf.Item{Key: "age", Value: fmt.Sprintf("optional(number, %d)", config.DefaultAlarms.Age)},
			tf.Item{Key: "dead_letters", Value: fmt.Sprintf("optional(number, %d)", config.DefaultAlarms.DeadLetters)},
			tf.Item{Key: "duration", Value: fmt.Sprintf("optional(number, %d)", config.DefaultAlarms.Duration)},
			tf.Item{Key: "enabled", Value: "optional(bool, true)"},
			tf.Item{Key: "errors", Value: fmt.Sprintf("optional(number, %d)", config.DefaultAlarms.Errors)},
			tf.Item{Key: "throttles", Value: fmt.Sprintf("optional(number, %d)", config.DefaultAlarms.Throttles)}),
	}
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
	Network = tf.Variable{
		Name: "network", Default: "null",
		Description: "The VPC's subnets and security groups for functions with a database; null: they run outside of a VPC.",
		Type: tf.Call("object",
			tf.Item{Key: "security_group_ids", Value: "list(string)"}, tf.Item{Key: "subnet_ids", Value: "list(string)"}),
	}
)

// Env is the type of environment variables: each has a value, or says where it is kept.
var Env = "map(" + tf.Call("object", tf.Item{Key: "kept", Value: "optional(string)"}, tf.Item{Key: "value", Value: "optional(string)"}) + ")"

// Named is the type of what modules know by its ARN and its name on AWS.
var Named = tf.Call("object", tf.Item{Key: "arn", Value: "string"}, tf.Item{Key: "name", Value: "string"})

// Artifact is the type of a zip, as artifacts.json has it.
var Artifact = tf.Call("object",
	tf.Item{Key: "architecture", Value: "string"},
	tf.Item{Key: "canary", Value: "optional(" + tf.Call("object", tf.Item{Key: "version", Value: "string"}, tf.Item{Key: "weight", Value: "number"}) + ")"},
	tf.Item{Key: "key", Value: "string"},
	tf.Item{Key: "source_code_hash", Value: "string"})

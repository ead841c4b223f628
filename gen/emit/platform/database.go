package platform

import (
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
)

// database returns the secrets of URLs of databases. Their values stay out of
// Terraform, so that they are in no state and no plan.
func database(m model.Model) *tf.File {
	f := tf.New("")
	for _, s := range names.Stores() {
		if !use.Reads(m, s.Grant) {
			continue
		}
		f.Comment("The value is set outside of Terraform, to keep it out of state and plans. It is JSON:\n" + s.Value)
		b := f.Attached("resource", "aws_secretsmanager_secret", names.Label(s.Secret))
		b.Expr("name", "%s", names.Prefixed(s.Secret))
		b.Set("description", s.Shown)
		b.Expr("recovery_window_in_days", "var.database_secret_recovery_days")
		keep(b)
	}
	return f
}

// databaseOutputs adds the ARNs of the secrets.
func databaseOutputs(f *tf.File, m model.Model) {
	for _, s := range names.Stores() {
		if use.Reads(m, s.Grant) {
			tf.Output(f, s.Output(), "ARN of the secret with "+s.URLs+".", "aws_secretsmanager_secret."+names.Label(s.Secret)+".arn")
		}
	}
}

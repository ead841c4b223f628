package platform

import (
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/names"
)

// database returns the secret of the database's URLs. Its value stays out of
// Terraform, so that it is in no state and no plan.
func database() *tf.File {
	f := tf.New("")
	f.Comment(`The value is set outside of Terraform, to keep it out of state and plans. It is JSON:
{"primary": "postgres://...", "replica": "postgres://..."}; replica may be absent.`)
	b := f.Attached("resource", "aws_secretsmanager_secret", "database")
	b.Expr("name", "%s", names.Prefixed("database"))
	b.Set("description", "URLs of the database")
	b.Expr("recovery_window_in_days", "var.database_secret_recovery_days")
	keep(b)
	return f
}

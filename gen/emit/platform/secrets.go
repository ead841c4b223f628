package platform

import (
	"path"

	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
)

// secrets adds the secrets that types declare. Their values stay out of Terraform,
// so that they are in no state and no plan.
func secrets(all []model.Secret) *tf.File {
	f := tf.New("")
	for _, s := range all {
		f.Comment("A " + path.Base(s.Payload.Package) + "." + s.Payload.Name + ". Its value is set outside of Terraform, to keep it out of state and plans.")
		b := f.Attached("resource", "aws_secretsmanager_secret", names.Label(s.Name))
		b.Expr("name", "%s", names.Prefixed(s.Name))
		b.Expr("recovery_window_in_days", "var.secret_recovery_days")
		keep(b)
	}
	return f
}

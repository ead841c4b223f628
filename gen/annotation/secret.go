package annotation

import "github.com/seastack/seastack/gen/diag"

// Secret declares a secret of Secrets Manager on the Go type of its value, in a
// package of the services' folder: a string type for a text, any other for JSON.
// Whoever takes a secret.Value of the type reads it, when it needs it, and sees
// another value within five minutes. The value itself is set outside of Terraform.
type Secret struct {
	// Name is unique in the module: lower-case letters, digits and hyphens, and not
	// "database", which is the database's own.
	Name string `arg:"NAME"`
}

func (s *Secret) check(r *report) {
	switch {
	case !ValidName(s.Name):
		r.add(diag.BadValue, "NAME", quote(s.Name)+" is not a secret's name: "+NameRule, "write one such as crm-login")
	case s.Name == "database":
		r.add(diag.BadValue, "NAME", "the secret database is that of the database's URLs", "give it another name; handles on databases are *db.Primary, *db.Replica and *db.Analytics")
	}
}

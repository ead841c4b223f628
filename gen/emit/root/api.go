package root

import (
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/names"
)

// jwt returns the issuer of the environment's tokens and whom they are for. Where
// the environment local names none, it is the local cloud of this checkout, which
// only the machine knows.
func (s scope) jwt() string {
	issuer, audience := s.localIssuer(), []string{names.LocalAudience(s.config.Project)}
	if j := s.environment.JWT; j != nil {
		issuer, audience = tf.Literal(j.Issuer), j.Audience
	}
	return tf.Object(tf.Item{Key: "audience", Value: tf.Literal(audience)}, tf.Item{Key: "issuer", Value: issuer})
}

// localIssuer reads the local cloud's endpoint from the file of the provider's
// profile. Before the first `seastack up` there is none, and no account to apply to.
func (s scope) localIssuer() string {
	file := `"${path.module}/` + names.FromRoot(s.config.Folders, names.LocalConfig) + `"`
	endpoint := `try(regex("(?m)^endpoint_url = (.+)$", file(` + file + `))[0], "http://localhost")`
	return `"${` + endpoint + "}" + names.LocalIssuer + `"`
}

func corsObject(c config.CORS) string {
	items := []tf.Item{
		{Key: "credentials", Value: tf.Literal(c.Credentials)},
		{Key: "expose", Value: tf.Literal(c.Expose)},
		{Key: "headers", Value: tf.Literal(c.Headers)},
	}
	if c.MaxAge > 0 {
		items = append(items, tf.Item{Key: "max_age", Value: tf.Literal(c.MaxAge)})
	}
	return tf.Object(append(items,
		tf.Item{Key: "methods", Value: tf.Literal(c.Methods)},
		tf.Item{Key: "origins", Value: tf.Literal(c.Origins)})...)
}

package annotation

import (
	"regexp"
	"strings"

	"github.com/seastack/seastack/gen/diag"
)

// Config declares a struct that is read from the function's environment variables,
// in a package of the services' folder. Whoever takes a config.Value of the type gets
// it filled, once, when the function starts; a block env of seastack.hcl sets the
// variables, and generate checks that each environment does.
//
// Each exported field has a variable: MAX_AGE for MaxAge, or the one that its tag
// names, as in env:"AGE", which has no prefix; env:"-" is none. A field tagged
// default:"5m" may be left out in seastack.hcl. A field is a string, a bool, a number,
// a time.Duration, a *url.URL, a config.Secret, which is never printed, or an
// encoding.TextUnmarshaler; or a slice of these, with commas between the elements.
type Config struct {
	// Prefix stands before the names of the fields: SEARCH_ makes SEARCH_MAX_AGE.
	// Default: none.
	Prefix string `key:"prefix"`
}

var prefixRE = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

func (c *Config) check(r *report) {
	if c.Prefix != "" && (!prefixRE.MatchString(c.Prefix) || strings.HasPrefix(c.Prefix, "SEASTACK_")) {
		r.add(diag.BadValue, "prefix", quote(c.Prefix)+" cannot begin the name of a variable: capitals, digits and _, "+
			"starting with a capital; and not SEASTACK_", "write one such as SEARCH_")
	}
}

// Package names reads and writes the names of functions, their versions and
// aliases, and their ARNs. It does not know which of them exist.
package names

import (
	"regexp"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Latest is the version of a function that can be changed.
const Latest = "$LATEST"

// Reference names a function, and a version or an alias of it. The qualifier is
// empty for the function itself.
type Reference struct{ Name, Qualifier string }

// Key returns the key of r in collections of what belongs to it.
func (r Reference) Key() string { return Prefix(r.Name) + r.Qualifier }

// Prefix returns what the keys of a function's references start with.
func Prefix(name string) string { return name + ":" }

// Qualified returns r with the qualifier Latest if it has none.
func (r Reference) Qualified() Reference {
	if r.Qualifier == "" {
		r.Qualifier = Latest
	}
	return r
}

const namePattern = `(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`

var (
	nameExpr      = regexp.MustCompile("^" + namePattern + "$")
	qualifierExpr = regexp.MustCompile(`^(\$LATEST|[a-zA-Z0-9-_]+)$`)
	numberExpr    = regexp.MustCompile(`^[0-9]+$`)
)

// Names are the names of one account in one region.
type Names struct{ env *wire.Env }

// New returns the names of env's account and region.
func New(env *wire.Env) Names { return Names{env} }

// Parse reads a name, a partial ARN or an ARN, each with or without a qualifier.
// qualifier is the one that stands elsewhere in the request, if any.
func (n Names) Parse(name, qualifier string) (Reference, error) {
	m := nameExpr.FindStringSubmatch(name)
	if m == nil {
		var v apierror.Violations
		v.Add(name, "functionName", "Member must satisfy regular expression pattern: "+namePattern)
		return Reference{}, v.Err()
	}
	region, account := strings.TrimSuffix(m[3], ":"), strings.TrimSuffix(m[5], ":")
	if region != "" && region != n.env.Region {
		return Reference{}, apierror.NotFound("Functions from '%s' are not reachable in this region ('%s')", region, n.env.Region)
	}
	if account != "" && account != n.env.Account {
		return Reference{}, apierror.Denied("the local cloud has no account %s", account)
	}
	r := Reference{Name: m[7], Qualifier: m[9]}
	if len(r.Name) > 64 {
		var v apierror.Violations
		v.Add(r.Name, "functionName", "Member must have length less than or equal to 64")
		return Reference{}, v.Err()
	}
	return r.with(qualifier)
}

func (r Reference) with(qualifier string) (Reference, error) {
	switch {
	case qualifier == "":
		return r, nil
	case !qualifierExpr.MatchString(qualifier):
		var v apierror.Violations
		v.Add(qualifier, "qualifier", `Member must satisfy regular expression pattern: (|[a-zA-Z0-9$_-]+)`)
		return r, v.Err()
	case r.Qualifier != "" && r.Qualifier != qualifier:
		return r, apierror.Invalid("The derived qualifier from the function name does not match the specified qualifier.")
	}
	r.Qualifier = qualifier
	return r, nil
}

// Target returns the function that a request names in its path and its query.
func (n Names) Target(c *wire.Call) (Reference, error) {
	return n.Parse(c.Path["FunctionName"], c.Query.Get("Qualifier"))
}

// ARN returns the ARN of a function, or of a version or an alias of it.
func (n Names) ARN(r Reference) string {
	a := n.env.ARN("lambda", "function:"+r.Name)
	if r.Qualifier != "" {
		a += ":" + r.Qualifier
	}
	return a
}

// MappingARN returns the ARN of an event source mapping.
func (n Names) MappingARN(uuid string) string {
	return n.env.ARN("lambda", "event-source-mapping:"+uuid)
}

// Resource returns IAM's resource of an operation on a function.
func (n Names) Resource(c *wire.Call) string {
	r, err := n.Target(c)
	if err != nil {
		return "*" // the operation itself reports what is wrong
	}
	return n.ARN(r)
}

// Time returns a time as the API writes those of functions.
func Time(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000-0700") }

// IsVersion reports whether a qualifier names a version, not an alias.
func IsVersion(qualifier string) bool { return qualifier == Latest || IsNumber(qualifier) }

// IsNumber reports whether a qualifier names a published version.
func IsNumber(qualifier string) bool { return numberExpr.MatchString(qualifier) }

// IsFIFO reports whether an ARN is that of a FIFO queue.
func IsFIFO(arn string) bool { return ServiceOf(arn) == "sqs" && strings.HasSuffix(arn, ".fifo") }

// ServiceOf returns the service of an ARN, "" if arn is none.
func ServiceOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return ""
	}
	return parts[2]
}

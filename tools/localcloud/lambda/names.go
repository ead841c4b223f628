package lambda

import (
	"regexp"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

const latest = "$LATEST"

// reference names a function, and a version or an alias of it.
type reference struct{ Name, Qualifier string }

const namePattern = `(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`

var (
	nameExpr      = regexp.MustCompile("^" + namePattern + "$")
	qualifierExpr = regexp.MustCompile(`^(\$LATEST|[a-zA-Z0-9-_]+)$`)
	versionExpr   = regexp.MustCompile(`^[0-9]+$`)
)

// parse reads a name, a partial ARN or an ARN, each with or without a
// qualifier, beside the qualifier that stands elsewhere in a request.
func (s *Service) parse(name, qualifier string) (reference, error) {
	m := nameExpr.FindStringSubmatch(name)
	if m == nil {
		var v violations
		v.add(name, "functionName", "Member must satisfy regular expression pattern: "+namePattern)
		return reference{}, v.err()
	}
	region, account := strings.TrimSuffix(m[3], ":"), strings.TrimSuffix(m[5], ":")
	if region != "" && region != s.env.Region {
		return reference{}, notFound("Functions from '%s' are not reachable in this region ('%s')", region, s.env.Region)
	}
	if account != "" && account != s.env.Account {
		return reference{}, denied("the local cloud has no account %s", account)
	}
	r := reference{Name: m[7], Qualifier: m[9]}
	if len(r.Name) > 64 {
		var v violations
		v.add(r.Name, "functionName", "Member must have length less than or equal to 64")
		return reference{}, v.err()
	}
	return r.with(qualifier)
}

func (r reference) with(qualifier string) (reference, error) {
	switch {
	case qualifier == "":
		return r, nil
	case !qualifierExpr.MatchString(qualifier):
		var v violations
		v.add(qualifier, "qualifier", `Member must satisfy regular expression pattern: (|[a-zA-Z0-9$_-]+)`)
		return r, v.err()
	case r.Qualifier != "" && r.Qualifier != qualifier:
		return r, invalid("The derived qualifier from the function name does not match the specified qualifier.")
	}
	r.Qualifier = qualifier
	return r, nil
}

// target reads the function that a request is about.
func (s *Service) target(c *wire.Call) (reference, error) {
	return s.parse(c.Path["FunctionName"], c.Query.Get("Qualifier"))
}

// arn gives the ARN of a function, or of a version or an alias of it.
func (s *Service) arn(r reference) string {
	a := s.env.ARN("lambda", "function:"+r.Name)
	if r.Qualifier != "" {
		a += ":" + r.Qualifier
	}
	return a
}

// functionResource gives IAM's resource of an operation on a function.
func (s *Service) functionResource(c *wire.Call) string {
	r, err := s.target(c)
	if err != nil {
		return "*" // the operation itself reports what is wrong
	}
	return s.arn(r)
}

// mappingARN gives the ARN of an event source mapping.
func (s *Service) mappingARN(uuid string) string {
	return s.env.ARN("lambda", "event-source-mapping:"+uuid)
}

func isVersion(qualifier string) bool {
	return qualifier == latest || versionExpr.MatchString(qualifier)
}

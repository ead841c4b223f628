package annotation

import (
	"regexp"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/diag"
)

// methods are those of a route of an HTTP API:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "ANY"}

func checkMethod(method string, r *report) {
	if !slices.Contains(methods, method) {
		r.add(diag.BadRoute, "METHOD", quote(method)+" is not a method of an HTTP API", didYouMean(method, methods))
	}
}

// segment is a part of a path between slashes.
type segment struct {
	name     string // without braces and plus when it is a variable
	variable bool
	greedy   bool
	at       int // offset in the path
}

func segments(path string) []segment {
	var all []segment
	at := 1
	for _, text := range strings.Split(strings.TrimPrefix(path, "/"), "/") {
		s := segment{name: text, at: at}
		if strings.HasPrefix(text, "{") && strings.HasSuffix(text, "}") {
			s.variable = true
			s.name, s.greedy = strings.CutSuffix(text[1:len(text)-1], "+")
		}
		all = append(all, s)
		at += len(text) + 1
	}
	return all
}

var (
	literals  = regexp.MustCompile(`^[A-Za-z0-9._~:@!$&'()*,;=-]+$`)
	variables = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9._-]*$`)
)

func checkPath(path string, r *report) {
	if !strings.HasPrefix(path, "/") {
		r.add(diag.BadRoute, "PATH", "path "+quote(path)+" does not start with a slash", "write /"+path)
		return
	}
	if path == "/" {
		return
	}
	seen := map[string]bool{}
	all := segments(path)
	for i, s := range all {
		last := i == len(all)-1
		if message, next := s.problem(last, seen); message != "" {
			r.addInside(diag.BadRoute, "PATH", s.at, "path "+quote(path)+": "+message, next)
		}
	}
}

// problem says what is wrong with a segment, and what to do.
func (s segment) problem(last bool, seen map[string]bool) (message, next string) {
	switch {
	case s.variable && !variables.MatchString(s.name):
		return quote(s.name) + " is not a variable's name", "write one as in {id}, or {path+} for all that is left"
	case s.variable && seen[s.name]:
		return "variable " + quote(s.name) + " occurs twice", "give each variable its own name"
	case s.greedy && !last:
		return "only the last segment can be {" + s.name + "+}, which takes all that is left", "move it to the end, or write {" + s.name + "}"
	case s.variable:
		seen[s.name] = true
	case s.name == "" && last:
		return "a slash at its end makes it another path", "remove the slash"
	case s.name == "":
		return "a segment is empty", "write one slash, not two"
	case strings.ContainsAny(s.name, "{}"):
		return "a variable must be a whole segment, not part of " + quote(s.name), "write one as in /interviews/{id}"
	case !literals.MatchString(s.name):
		return "segment " + quote(s.name) + " has characters that a route cannot have", "use letters, digits and - . _ ~; a query is read with a query:\"name\" field"
	}
	return "", ""
}

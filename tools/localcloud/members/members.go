// Package members keeps the rule that nothing which a client asks for is passed
// over in silence: an operation applies a member of its input, keeps it, or
// refuses it by its name. Services list their operations' members in a Table;
// Guard refuses what is not listed, and package memberstest compares a Table
// with the inputs of AWS's SDK. It knows no service.
package members

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Fate lists the members of one operation's input, by what becomes of them.
// A list is of paths, with white space between them. A path has the names of
// AWS's SDK for Go, with a dot between a member and a member of it; the
// elements of a list have no name of their own, and * is the key of a map:
//
//	Code.ZipFile FilterCriteria.Filters.Pattern RouteSettings.*.LoggingLevel
type Fate struct {
	Applied string // they do what they do on AWS
	Kept    string // they are shown again and do nothing; docs/localcloud.md says so
	Refused string // a request with one fails
	Query   string // names in the query string that are no member's name in any case
	Raw     bool   // the body is one member, and others are in the header
}

// Table is the Fate of each operation's input, by the operation's name.
type Table map[string]Fate

// Paths returns the paths of a list.
func Paths(list string) []string { return strings.Fields(list) }

// taken returns the paths that are not refused, in lower case: the protocols
// write the first letter of a name in either.
func (f Fate) taken() map[string]bool {
	all := map[string]bool{}
	for _, path := range append(Paths(f.Applied), Paths(f.Kept)...) {
		all[strings.ToLower(path)] = true
	}
	return all
}

// Guard returns the operations with a check before each: refuse makes the error
// for a request with a member that is neither applied nor kept. A member whose
// value is null, false or empty counts as not given.
func Guard(operations []wire.Operation, table Table, refuse func(member string) error) []wire.Operation {
	guarded := slices.Clone(operations)
	for i, op := range guarded {
		g := guard{fate: table[op.Name], taken: table[op.Name].taken()}
		guarded[i].Handle = func(ctx context.Context, c *wire.Call) (any, error) {
			if member := g.refused(c); member != "" {
				return nil, refuse(member)
			}
			return op.Handle(ctx, c)
		}
	}
	return guarded
}

// Unsupported is the message of an error for a member that is refused.
func Unsupported(member string) string {
	return fmt.Sprintf("%s is not supported by the local cloud", member)
}

type guard struct {
	fate  Fate
	taken map[string]bool // in lower case
}

// refused returns the first member of a call that is not taken, "" where all are.
func (g guard) refused(c *wire.Call) string {
	known := Paths(g.fate.Query)
	for _, name := range slices.Sorted(maps.Keys(c.Query)) {
		if c.Query.Get(name) != "" && !isSignature(name) && !g.taken[strings.ToLower(name)] && !slices.Contains(known, name) {
			return name
		}
	}
	if g.fate.Raw {
		return g.refusedInHeader(c.Header)
	}
	return g.refusedInBody(c.Body)
}

// refusedInHeader looks for members that are refused where a request has its
// other members in its header.
func (g guard) refusedInHeader(h http.Header) string {
	for _, member := range Paths(g.fate.Refused) {
		if h.Get(HeaderName(member)) != "" {
			return member
		}
	}
	return ""
}

// isSignature reports whether a parameter of a query is of a presigned URL.
func isSignature(name string) bool { return strings.HasPrefix(strings.ToLower(name), "x-amz-") }

var wordStart = regexp.MustCompile(`([a-z])([A-Z])`)

// HeaderName returns the header that carries a member, where one does:
// ClientContext is X-Amz-Client-Context.
func HeaderName(member string) string {
	return http.CanonicalHeaderKey("X-Amz-" + wordStart.ReplaceAllString(member, "$1-$2"))
}

func (g guard) refusedInBody(body []byte) string {
	if len(bytes.TrimSpace(body)) == 0 {
		return ""
	}
	var input map[string]any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if d.Decode(&input) != nil {
		return "" // the operation itself reports a body that is no JSON object
	}
	return g.refusedIn(input, "", "")
}

// refusedIn looks at a value: at is its path as AWS's SDK has it, in lower case,
// and shown is its path as the client has it.
func (g guard) refusedIn(value any, at, shown string) string {
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if member := g.refusedMember(v[name], at, shown, name); member != "" {
				return member
			}
		}
	case []any:
		for _, element := range v {
			if member := g.refusedIn(element, at, shown); member != "" {
				return member
			}
		}
	case nil:
	default:
		if v != "" && v != false {
			return shown
		}
	}
	return ""
}

func (g guard) refusedMember(value any, at, shown, name string) string {
	next, keyed := join(at, strings.ToLower(name)), join(at, "*")
	switch {
	case g.taken[next] || g.taken[keyed]:
		return ""
	case !g.within(next) && g.within(keyed):
		next = keyed
	}
	return g.refusedIn(value, next, join(shown, name))
}

// within reports whether a taken path leads through path.
func (g guard) within(path string) bool {
	for p := range g.taken {
		if strings.HasPrefix(p, path+".") {
			return true
		}
	}
	return false
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

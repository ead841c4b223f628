// Package members makes sure that no member of a request is silently ignored: an
// operation applies a member of its input, keeps it, or refuses it by name.
// Services list their operations' members in a Table; Guard refuses what is not
// listed, and package memberstest compares a Table with the inputs of AWS's SDK.
// It knows no service.
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

// Fate lists the members of one operation's input, by what the operation does
// with them. A list holds paths, separated by white space. A path holds names of
// AWS's SDK for Go, separated by dots; the elements of a list have no name, and *
// is the key of a map:
//
//	Code.ZipFile FilterCriteria.Filters.Pattern RouteSettings.*.LoggingLevel
type Fate struct {
	Applied string // they have the effect that they have on AWS
	Kept    string // they are stored and shown, without effect; docs/localcloud.md lists them
	Refused string // a request with one fails
	Query   string // other names in the query string
	Raw     bool   // the body is one member, and others are in the header
}

// Table is the Fate of each operation's input, by the operation's name.
type Table map[string]Fate

// Paths returns the paths of a list.
func Paths(list string) []string { return strings.Fields(list) }

// accepted returns the paths that are not refused, in lower case: the protocols
// differ in the case of a name's first letter.
func (f Fate) accepted() map[string]bool {
	all := map[string]bool{}
	for _, path := range append(Paths(f.Applied), Paths(f.Kept)...) {
		all[strings.ToLower(path)] = true
	}
	return all
}

// Guard returns the operations with a check before each: refuse returns the error
// for a request with a member that is neither applied nor kept. A member whose
// value is null, false or empty counts as absent.
func Guard(operations []wire.Operation, table Table, refuse func(member string) error) []wire.Operation {
	guarded := slices.Clone(operations)
	for i, op := range guarded {
		g := guard{fate: table[op.Name], accepted: table[op.Name].accepted()}
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
	fate     Fate
	accepted map[string]bool // in lower case
}

// refused returns the first member of a call that is not accepted, "" if all are.
func (g guard) refused(c *wire.Call) string {
	known := Paths(g.fate.Query)
	for _, name := range slices.Sorted(maps.Keys(c.Query)) {
		if c.Query.Get(name) != "" && !isSignature(name) && !g.accepted[strings.ToLower(name)] && !slices.Contains(known, name) {
			return name
		}
	}
	if g.fate.Raw {
		return g.refusedInHeader(c.Header)
	}
	return g.refusedInBody(c.Body)
}

// refusedInHeader returns a member in the header of a request that is refused, ""
// if there is none.
func (g guard) refusedInHeader(h http.Header) string {
	for _, member := range Paths(g.fate.Refused) {
		if h.Get(HeaderName(member)) != "" {
			return member
		}
	}
	return ""
}

// isSignature reports whether a query parameter is part of a presigned URL's
// signature.
func isSignature(name string) bool { return strings.HasPrefix(strings.ToLower(name), "x-amz-") }

var wordStart = regexp.MustCompile(`([a-z])([A-Z])`)

// HeaderName returns the header that carries a member, if one does: ClientContext
// is X-Amz-Client-Context.
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

// refusedIn returns the first refused member of a value. at is the value's path
// in AWS's SDK, in lower case; shown is its path in the request.
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
	case g.accepted[next] || g.accepted[keyed]:
		return ""
	case !g.within(next) && g.within(keyed):
		next = keyed
	}
	return g.refusedIn(value, next, join(shown, name))
}

// within reports whether an accepted path leads through path.
func (g guard) within(path string) bool {
	for p := range g.accepted {
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

package sns

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// fromForm returns the handle of an operation that takes forms: the operation
// itself sees a body of JSON, in which lists and maps are what they are.
func fromForm(handle func(context.Context, *wire.Call) (any, error)) func(context.Context, *wire.Call) (any, error) {
	return func(ctx context.Context, c *wire.Call) (any, error) {
		if len(c.Query) == 0 {
			return handle(ctx, c) // called by the local cloud itself
		}
		asked := *c
		var err error
		if asked.Body, err = json.Marshal(tree(c.Query).object()); err != nil {
			return nil, wire.Errorf(http.StatusBadRequest, "MalformedQueryString", "%v", err)
		}
		asked.Query = nil
		return handle(ctx, &asked)
	}
}

// node is a member of a form: a value, or more members.
type node struct {
	text    string
	members map[string]*node
}

// tree returns the members of a form. Empty ones count as absent, and those of the
// protocol itself are left out.
func tree(form url.Values) *node {
	root := &node{members: map[string]*node{}}
	for name := range form {
		if name == "Action" || name == "Version" || strings.HasPrefix(name, "X-Amz-") || form.Get(name) == "" {
			continue
		}
		at := root
		for part := range strings.SplitSeq(name, ".") {
			if at.members == nil {
				at.members = map[string]*node{}
			}
			if at.members[part] == nil {
				at.members[part] = &node{}
			}
			at = at.members[part]
		}
		at.text = form.Get(name)
	}
	return root
}

// value returns the node as JSON has it: a string, an object, a list (written as
// <Name>.member.<n>) or a map (<Name>.entry.<n>.key and .value, or Name and Value).
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#collections
func (n *node) value() any {
	if n == nil {
		return ""
	}
	if len(n.members) == 0 {
		return n.text
	}
	if list := n.members["member"]; list != nil && len(n.members) == 1 {
		all := []any{}
		for _, element := range list.numbered() {
			all = append(all, element.value())
		}
		return all
	}
	if entries := n.members["entry"]; entries != nil && len(n.members) == 1 {
		object := map[string]any{}
		for _, entry := range entries.numbered() {
			object[entry.either("key", "Name")] = entry.of("value", "Value").value()
		}
		return object
	}
	return n.object()
}

func (n *node) object() map[string]any {
	object := map[string]any{}
	for name, member := range n.members {
		object[name] = member.value()
	}
	return object
}

// numbered returns the members in the order of their numbers.
func (n *node) numbered() (all []*node) {
	number := func(name string) int { i, _ := strconv.Atoi(name); return i }
	names := make([]string, 0, len(n.members))
	for name := range n.members {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return number(a) - number(b) })
	for _, name := range names {
		all = append(all, n.members[name])
	}
	return all
}

func (n *node) of(name, other string) *node {
	if m := n.members[name]; m != nil {
		return m
	}
	return n.members[other]
}

func (n *node) either(name, other string) string {
	if m := n.of(name, other); m != nil {
		return m.text
	}
	return ""
}

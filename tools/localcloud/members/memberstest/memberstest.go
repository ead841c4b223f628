// Package memberstest compares a service's members.Table with the inputs of AWS's
// SDK for Go, so that a member that an upgrade of the SDK adds is not silently
// ignored.
package memberstest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seastack/seastack/tools/localcloud/members"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Check checks that each member of each operation's input has exactly one Fate in
// table, that the table has no other members, and that the members that it
// refuses are refused by name. client is the SDK's client of the service.
func Check(t *testing.T, service wire.Service, table members.Table, client any) {
	t.Helper()
	seen := map[string]bool{}
	for _, op := range service.Operations {
		seen[op.Name] = true
		t.Run(op.Name, func(t *testing.T) { checkOperation(t, op, table[op.Name], client) })
	}
	for name := range table {
		if !seen[name] {
			t.Errorf("the table has the operation %s, which the service has not", name)
		}
	}
}

func checkOperation(t *testing.T, op wire.Operation, fate members.Fate, client any) {
	method, ok := reflect.TypeOf(client).MethodByName(op.Name)
	if !ok {
		t.Fatalf("the SDK has no operation %s", op.Name)
	}
	listed := map[string]int{}
	for _, list := range []string{fate.Applied, fate.Kept, fate.Refused} {
		for _, path := range members.Paths(list) {
			listed[path]++
		}
	}
	real := paths(method.Type.In(2).Elem(), "", nil)
	for _, path := range real {
		if n := count(listed, path); n != 1 {
			t.Errorf("%s is listed %d times: list it once, as applied, kept or refused", path, n)
		}
	}
	for path := range listed {
		if !slices.ContainsFunc(real, func(r string) bool { return covers(path, r) }) {
			t.Errorf("%s is listed, and is no member of the input", path)
		}
	}
	for _, path := range members.Paths(fate.Refused) {
		checkRefused(t, op, path, fate.Raw)
	}
}

// count returns how often a path is listed, itself or as part of another.
func count(listed map[string]int, path string) (n int) {
	for have, times := range listed {
		if covers(have, path) {
			n += times
		}
	}
	return n
}

func covers(listed, path string) bool {
	return listed == path || strings.HasPrefix(path, listed+".")
}

// checkRefused sends the operation one member alone, in each place where a
// request may have it.
func checkRefused(t *testing.T, op wire.Operation, path string, raw bool) {
	t.Helper()
	for place, call := range calls(path, raw) {
		_, err := op.Handle(context.Background(), call)
		if err == nil || !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(members.Unsupported(path))) {
			t.Errorf("%s in the %s: got %v, want it refused by its name", path, place, err)
		}
	}
}

func calls(path string, raw bool) map[string]*wire.Call {
	if raw {
		return map[string]*wire.Call{"header": {Header: http.Header{members.HeaderName(path): {"value"}}}}
	}
	var value any = "value"
	parts := strings.Split(path, ".")
	for _, name := range slices.Backward(parts) {
		value = map[string]any{name: value}
	}
	body, err := json.Marshal(value)
	if err != nil {
		panic(err) // maps of strings always marshal
	}
	all := map[string]*wire.Call{"body": {Header: http.Header{}, Query: url.Values{}, Body: body}}
	if len(parts) == 1 {
		all["query"] = &wire.Call{Header: http.Header{}, Query: url.Values{path: {"value"}}}
	}
	return all
}

// paths returns the paths of all members of a type that have no members
// themselves.
func paths(t reflect.Type, at string, outer []reflect.Type) (all []string) {
	switch {
	case t.Kind() == reflect.Pointer:
		return paths(t.Elem(), at, outer)
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		return paths(t.Elem(), at, outer)
	case t.Kind() == reflect.Map && deep(t.Elem()):
		return paths(t.Elem(), at+".*", outer)
	case t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() || slices.Contains(outer, t):
		return []string{at}
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			continue // not a member of the API
		}
		all = append(all, paths(f.Type, strings.TrimPrefix(at+"."+f.Name, "."), append(outer, t))...)
	}
	return all
}

// deep reports whether a map's elements have members.
func deep(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]()
}

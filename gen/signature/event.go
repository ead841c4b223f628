package signature

import (
	"go/types"
	"strings"

	"github.com/seastack/seastack/gen/model"
)

// eventsPackage holds the types of what AWS's services send to a function, and
// of what they want as an answer.
const eventsPackage = "github.com/aws/aws-lambda-go/events"

// Event reports why a handler may not take or return what it does, when that is,
// or holds, a type of aws-lambda-go's events: behind an HTTP route it would be
// read from the JSON body, where a client could write whatever it likes, and
// would be answered as a body under status 200. Empty means that it may: a
// direct invocation's payload is the event itself, so all types are served there
// but those that stream.
func Event(kind model.TriggerKind, fit Fit) string {
	if fit.Adapter == "HTTPRaw" {
		return ""
	}
	if kind == model.HTTPTrigger {
		if path := eventIn(fit.In); path != "" {
			return "takes " + path + " from the JSON body, where the client could write whatever it likes"
		}
		if path := eventIn(fit.Out); path != "" {
			return "returns " + path + " as the JSON body of a response of status 200"
		}
	}
	if (kind == model.QueueTrigger || kind == model.EventTrigger) && isEvent(deref(fit.In)) {
		return "takes " + Text(fit.In) + " from the body of a message"
	}
	if fit.Out != nil && streams(fit.Out) {
		return "returns " + Text(fit.Out) + ", which streams"
	}
	return ""
}

// EventNext is what to do about an Event.
func EventNext(kind model.TriggerKind) string {
	if kind == model.HTTPTrigger {
		return "take an events.APIGatewayV2HTTPRequest and return an events.APIGatewayV2HTTPResponse, which is what an HTTP API sends and wants; " +
			"or take a struct with path, query, header and json tags. For other events write //seastack:function alone, and the trigger beside the stack's generated Terraform"
	}
	return "use a type of your own that is JSON"
}

// eventIn returns where a type of eventsPackage stands in a type; empty when there is none.
func eventIn(t types.Type) string {
	if t == nil {
		return ""
	}
	return findEvent(t, Text(t), map[types.Type]bool{})
}

func findEvent(t types.Type, path string, seen map[types.Type]bool) string {
	t = types.Unalias(t)
	if isEvent(t) {
		if path == Text(t) {
			return path
		}
		return path + " (" + Text(t) + ")"
	}
	if seen[t] {
		return ""
	}
	seen[t] = true
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return findEvent(u.Elem(), path, seen)
	case *types.Slice:
		return findEvent(u.Elem(), path+"[]", seen)
	case *types.Array:
		return findEvent(u.Elem(), path+"[]", seen)
	case *types.Map:
		return findEvent(u.Elem(), path+"[]", seen)
	case *types.Struct:
		for f := range u.Fields() {
			if found := findEvent(f.Type(), path+"."+f.Name(), seen); found != "" {
				return found
			}
		}
	}
	return ""
}

// isEvent reports whether a type is declared in eventsPackage, vendored or not.
func isEvent(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return false
	}
	path := n.Obj().Pkg().Path()
	return path == eventsPackage || strings.HasSuffix(path, "/vendor/"+eventsPackage)
}

func deref(t types.Type) types.Type {
	if t == nil {
		return types.Typ[types.Invalid]
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// streams reports whether a type, or a pointer to it, is an io.Reader.
func streams(t types.Type) bool {
	for _, t := range []types.Type{t, types.NewPointer(t)} {
		m := types.NewMethodSet(t).Lookup(nil, "Read")
		if m == nil {
			continue
		}
		f, ok := m.Type().(*types.Signature)
		bytes := types.NewSlice(types.Typ[types.Byte])
		if ok && f.Params().Len() == 1 && types.Identical(f.Params().At(0).Type(), bytes) && f.Results().Len() == 2 && isError(f.Results().At(1).Type()) {
			return true
		}
	}
	return false
}

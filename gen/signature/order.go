package signature

import (
	"go/types"
	"reflect"
)

// OrderTag is the key of the tags of a FIFO queue's message type: queue:"group"
// and queue:"deduplication".
const OrderTag = "queue"

// Order returns the fields of a message type that say how a FIFO queue orders its
// messages: the group's, and the deduplication's, which may be "". What is wrong
// with them is in problem.
func Order(t types.Type) (group, deduplication, problem string) {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return "", "", "it is no struct"
	}
	found := map[string]string{"group": "", "deduplication": ""}
	for i := range s.NumFields() {
		value, tagged := reflect.StructTag(s.Tag(i)).Lookup(OrderTag)
		if !tagged {
			continue
		}
		f := s.Field(i)
		first, known := found[value]
		switch {
		case !known:
			return "", "", "the field " + f.Name() + ` is tagged queue:"` + value + `", which is neither group nor deduplication`
		case first != "":
			return "", "", "the fields " + first + " and " + f.Name() + " are both its " + value
		case !f.Exported():
			return "", "", "the field " + f.Name() + " is not exported"
		case !orderable(f.Type()):
			return "", "", "the field " + f.Name() + " is " + Text(f.Type()) + ", which is neither a text, nor a whole number, nor an encoding.TextMarshaler"
		}
		found[value] = f.Name()
	}
	if found["group"] == "" {
		return "", "", `no field is tagged queue:"group"`
	}
	return found["group"], found["deduplication"], ""
}

// orderable reports whether a value of a type can be a group's ID.
func orderable(t types.Type) bool {
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&(types.IsString|types.IsInteger) != 0 {
		return true
	}
	m := types.NewMethodSet(t).Lookup(nil, "MarshalText")
	if m == nil {
		return false
	}
	f, ok := m.Type().(*types.Signature)
	return ok && encodes(f, false)
}

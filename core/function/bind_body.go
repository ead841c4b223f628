package function

import (
	"bytes"
	"maps"
	"reflect"
	"slices"

	"github.com/seastack/seastack/core/fault"
)

// bindBody fills what the JSON body holds, by the options strict.
func (p *plan) bindBody(body []byte, target reflect.Value, wrong *fault.Fields) error {
	if len(bytes.TrimSpace(body)) == 0 {
		if slices.ContainsFunc(p.body, func(m member) bool { return !m.optional }) {
			return badRequest("The request needs a JSON body.")
		}
		return nil
	}
	members, err := decodeObject(body)
	if err != nil {
		return err
	}
	for _, m := range p.body {
		raw, ok := members[m.name]
		delete(members, m.name)
		if !ok {
			continue
		}
		if err := decodeStrict(raw, target.FieldByIndex(m.index).Addr().Interface()); err != nil {
			addMemberError(wrong, m.name, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		wrong.Add(name, "is not known")
	}
	return nil
}

package signature

import (
	"go/types"

	"github.com/seastack/seastack/gen/envvar"
)

// secretType is the type of texts that are never printed.
const secretType = "github.com/seastack/seastack/core/config.Secret"

// Setting returns how core/config reads a field of a type: its kind, as in package
// variable, and whether it is a list; false where it cannot.
func Setting(t types.Type) (kind string, list, ok bool) {
	if kind, ok := settingKind(t); ok {
		return kind, false, true
	}
	s, isSlice := t.Underlying().(*types.Slice)
	if !isSlice || types.Identical(s.Elem().Underlying(), types.Typ[types.Byte]) {
		return "", false, false // bytes would be read as a list of numbers
	}
	kind, ok = settingKind(s.Elem())
	return kind, true, ok
}

func settingKind(t types.Type) (string, bool) {
	switch types.TypeString(types.Unalias(t), nil) {
	case secretType:
		return envvar.Secret, true
	case "time.Duration":
		return envvar.Duration, true
	case "*net/url.URL":
		return envvar.URL, true
	}
	_, pointer := types.Unalias(t).(*types.Pointer)
	if !pointer && !types.IsInterface(t) && implementsAny(t, "UnmarshalText") {
		return envvar.Text, true
	}
	b, ok := t.Underlying().(*types.Basic)
	if !ok || !envvar.Basic(b.Name()) {
		return "", false
	}
	return types.Typ[b.Kind()].Name(), true // uint8 for byte
}

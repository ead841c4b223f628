package config

import (
	"go/importer"
	"go/token"
	"go/types"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/seastack/seastack/gen/envvar"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/signature"
)

// TestTheGeneratorReadsAlike: what generate checks before a deployment is what a
// function does when it starts.
func TestTheGeneratorReadsAlike(t *testing.T) {
	texts := []string{
		"", " ", "0", "-1", "1", " 1", "127", "128", "255", "256", "65536", "2147483648", "4294967296", "9223372036854775808", "18446744073709551616",
		"1e3", "1e39", "NaN", "0x10", "1_000", "true", "TRUE", "t", "yes", "1s", "1h30m", "90", "https://example.com", "example.com", "/x", "mailto:a@b.c",
		"http://[::1", "1,2", "1, 2", "1,,2", ",", "true,false", "1s,2s", "https://a.b,https://c.d", "a", "é",
	}
	for _, v := range []any{
		"", true, 0, int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0), uint64(0), float32(0), float64(0),
		time.Duration(0), (*url.URL)(nil), Secret{}, []string{}, []bool{}, []int8{}, []uint16{}, []float32{}, []time.Duration{}, []*url.URL{}, []Secret{},
	} {
		typ := reflect.TypeOf(v)
		kind, list, ok := signature.Setting(typeOf(t, typ))
		if !ok {
			t.Errorf("the generator refuses %s", typ)
		}
		for _, text := range texts {
			if got, want := envvar.Fits(kind, list, text), parse(reflect.New(typ).Elem(), text); got != want {
				t.Errorf("%s, %q: the generator says %t, and the function %t", typ, text, got, want)
			}
		}
	}
}

// typeOf returns a type as the type checker has it.
func typeOf(t *testing.T, typ reflect.Type) types.Type {
	t.Helper()
	switch typ {
	case reflect.TypeFor[Secret]():
		p := types.NewPackage(typ.PkgPath(), "config")
		return types.NewNamed(types.NewTypeName(token.NoPos, p, "Secret", nil), types.NewStruct(nil, nil), nil)
	case reflect.TypeFor[time.Duration]():
		p, err := importer.Default().Import("time")
		if err != nil {
			t.Fatal(err)
		}
		return p.Scope().Lookup("Duration").Type()
	case reflect.TypeFor[url.URL]():
		p, err := importer.Default().Import("net/url")
		if err != nil {
			t.Fatal(err)
		}
		return p.Scope().Lookup("URL").Type()
	}
	switch typ.Kind() {
	case reflect.Slice:
		return types.NewSlice(typeOf(t, typ.Elem()))
	case reflect.Pointer:
		return types.NewPointer(typeOf(t, typ.Elem()))
	}
	return types.Universe.Lookup(typ.Kind().String()).Type()
}

func TestScreaming(t *testing.T) {
	for name, want := range map[string]string{
		"URL": "URL", "MaxAge": "MAX_AGE", "HTTPPort": "HTTP_PORT", "APIKey2": "API_KEY2", "A": "A", "UserID": "USER_ID", "Max_Age": "MAX_AGE",
	} {
		if got := screaming(name); got != want || got != names.Field(name) {
			t.Errorf("%s is %s, want %s; to the generator it is %s", name, got, want, names.Field(name))
		}
	}
}

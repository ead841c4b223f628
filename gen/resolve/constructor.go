package resolve

import (
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seastack/seastack/gen/signature"
)

// constructors are the functions of a package that build a type.
type constructors struct {
	fit   []*types.Func // an entrypoint can call them
	unfit []*types.Func // it cannot; unfit says why
}

// findConstructors looks through a package for functions whose first result is
// wanted, and for those that are named as the type's constructor would be.
func findConstructors(p *types.Package, t *types.Named, wanted func(types.Type) bool) constructors {
	var found constructors
	name := upperFirst(t.Obj().Name())
	for _, f := range funcs(p) {
		results := f.Signature().Results()
		builds := results.Len() > 0 && wanted(uninstantiated(f, results.At(0).Type(), t))
		named := f.Name() == "New"+name || f.Name() == "new"+name
		switch {
		case builds && unfit(f) == "":
			found.fit = append(found.fit, f)
		case builds || named:
			found.unfit = append(found.unfit, f)
		}
	}
	return found
}

// uninstantiated takes what a generic function returns for the type that is
// asked for, when both come of the same generic type: so that the function is
// found, and turned down for what it is.
func uninstantiated(f *types.Func, result types.Type, t *types.Named) types.Type {
	named, ok := base(result)
	if f.Signature().TypeParams().Len() == 0 || !ok || named.Origin() != t.Origin() {
		return result
	}
	if _, pointer := result.(*types.Pointer); pointer {
		return types.NewPointer(t)
	}
	return t
}

// preferred returns the constructor that is meant by its name or for want of
// others. With both New and New<Type> none is.
func (c constructors) preferred(typeName string) (*types.Func, bool) {
	if len(c.fit) == 1 {
		return c.fit[0], true
	}
	var named []*types.Func
	for _, f := range c.fit {
		if f.Name() == "New" || f.Name() == "New"+upperFirst(typeName) {
			named = append(named, f)
		}
	}
	if len(named) == 1 {
		return named[0], true
	}
	return nil, false
}

// unfit says why an entrypoint cannot call a function as a constructor.
func unfit(f *types.Func) string {
	s := f.Signature()
	switch r := s.Results(); {
	case !f.Exported():
		return "is not exported"
	case s.TypeParams().Len() > 0:
		return "is generic"
	case s.Variadic():
		return "is variadic"
	case r.Len() == 0:
		return "returns nothing"
	case r.Len() > 2, r.Len() == 2 && !types.Identical(r.At(1).Type(), types.Universe.Lookup("error").Type()):
		return "returns " + signature.Text(r)
	}
	return ""
}

// services are the constructors of a package that an interface may mean: for
// each type, New or New<Type>, or the only one.
func services(p *types.Package) []*types.Func {
	var found []*types.Func
	for _, f := range exportedFuncs(p) {
		if !strings.HasPrefix(f.Name(), "New") || unfit(f) != "" {
			continue
		}
		t, ok := base(f.Signature().Results().At(0).Type())
		if !ok || t.Obj().Pkg() != p {
			continue
		}
		result := f.Signature().Results().At(0).Type()
		all := findConstructors(p, t, func(r types.Type) bool { return types.Identical(r, result) })
		if c, ok := all.preferred(t.Obj().Name()); !ok || c == f {
			found = append(found, f)
		}
	}
	return found
}

func exportedFuncs(p *types.Package) []*types.Func {
	return slices.DeleteFunc(funcs(p), func(f *types.Func) bool { return !f.Exported() })
}

// funcs returns a package's functions, sorted by name.
func funcs(p *types.Package) []*types.Func {
	var all []*types.Func
	for _, name := range p.Scope().Names() {
		if f, ok := p.Scope().Lookup(name).(*types.Func); ok {
			all = append(all, f)
		}
	}
	return all
}

func upperFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// lowerCamel lowers a name's first word: Interviews, HTTPClient -> httpClient.
func lowerCamel(s string) string {
	runes := []rune(s)
	for i := range runes {
		if i > 0 && i+1 < len(runes) && unicode.IsLower(runes[i+1]) || !unicode.IsUpper(runes[i]) {
			break
		}
		runes[i] = unicode.ToLower(runes[i])
	}
	return string(runes)
}

// reserved are words that a variable of main cannot, or should not, have for
// its name.
func reserved(name string) bool {
	return token.IsKeyword(name) || types.Universe.Lookup(name) != nil || name == "ctx" || name == "main" || name == "init" || name == "_" || name == ""
}

package front

import (
	"cmp"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"github.com/seastack/seastack/gen/annotation"
	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/envvar"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/resolve"
	"github.com/seastack/seastack/gen/signature"
)

// configType reports a type that cannot be a configuration: for the reason of any
// type that is declared, or because it has no fields.
func (b *builder) configType(t *types.TypeName, message, next string) bool {
	if _, ok := t.Type().Underlying().(*types.Struct); !ok && message == "" {
		message = "the configuration " + t.Name() + " is not a struct, whose fields would be its variables"
		next = "use a struct"
	}
	if message != "" {
		b.add(diag.New(diag.BadConfigType, b.module.Position(t.Pos()), message, next))
	}
	return message == ""
}

// collectConfig adds a configuration and its variables.
func (b *builder) collectConfig(settings *annotation.Config, t *types.TypeName, ref model.TypeRef, at model.Position) {
	c := &model.Config{
		Payload: ref, Prefix: settings.Prefix, Variables: []model.Variable{}, Readers: []model.FunctionRef{}, Pos: at,
	}
	s := t.Type().Underlying().(*types.Struct)
	for i := range s.NumFields() {
		if v, ok := b.configField(settings.Prefix, t, s.Field(i), reflect.StructTag(s.Tag(i))); ok {
			c.Variables = append(c.Variables, v)
		}
	}
	key := resolve.TypeKey(t)
	b.declared["config"][key] = signature.Text(t.Type())
	b.configs[key] = c
}

// configField returns the variable of a field; false for one that has none.
func (b *builder) configField(
	prefix string, t *types.TypeName, f *types.Var, tag reflect.StructTag,
) (v model.Variable, ok bool) {
	name := tag.Get("env")
	if !f.Exported() || name == "-" {
		return v, false
	}
	v = model.Variable{
		Name: cmp.Or(name, prefix+names.Field(f.Name())), Field: signature.Text(t.Type()) + "." + f.Name(),
		Type: signature.Text(f.Type()), Pos: position(b.configPlace(t, f)),
	}
	if text, set := tag.Lookup("default"); set {
		v.Default = &text
	}
	v.Kind, v.List, ok = signature.Setting(f.Type())
	message, next := fieldProblem(v, ok)
	if message != "" {
		b.add(diag.New(diag.BadConfigField, b.configPlace(t, f), message, next))
	}
	return v, message == ""
}

// configPlace returns the position of a field, or that of its type where the field's
// source is not the module's own.
func (b *builder) configPlace(t *types.TypeName, f *types.Var) token.Position {
	if b.module.Has(f.Pos()) {
		return b.module.Position(f.Pos())
	}
	return b.module.Position(t.Pos())
}

// fieldProblem returns what is wrong with a field on its own; readable says that a
// text can be read into its type.
func fieldProblem(v model.Variable, readable bool) (message, next string) {
	if message, next := config.VariableProblem(v.Name); message != "" {
		return v.Field + ": " + message, strings.ReplaceAll(next, "choose another name", `name it by a tag, as in env:"OTHER"`)
	}
	switch {
	case !readable:
		return v.Field + " is " + v.Type + ", into which no text can be read",
			"give it one of the types that seastack annotations config lists, or methods of encoding.TextUnmarshaler; " +
				`or leave it out with env:"-"`
	case v.Default != nil && v.Kind == envvar.Secret:
		return v.Field + " is a secret, and its default stands in the code",
			"remove the tag default, and set " + v.Name + " in each environment"
	case v.Default != nil && !envvar.Fits(v.Kind, v.List, *v.Default):
		return "the default of " + v.Field + " cannot be read as " + v.Type, "correct the tag default"
	}
	return "", ""
}

// prefixes returns the prefixes of the configurations' variables.
func (b *builder) prefixes() map[string]string {
	all := map[string]string{}
	for key, c := range b.configs {
		all[key] = c.Prefix
	}
	return all
}

// readBy notes that a function reads configurations.
func (b *builder) readBy(ref model.FunctionRef, f *model.Function, readings []resolve.Reading) {
	for _, r := range readings {
		c := b.configs[resolve.TypeKey(r.Type)]
		if c == nil {
			continue // it has findings of its own
		}
		c.Readers = append(c.Readers, ref)
		for _, v := range c.Variables {
			v.Chain = r.Chain
			f.Variables = append(f.Variables, v)
		}
	}
	slices.SortFunc(f.Variables, func(x, y model.Variable) int {
		return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.Field, y.Field))
	})
}

// sortedConfigs returns the configurations, sorted by their types.
func (b *builder) sortedConfigs() []model.Config {
	var all []model.Config
	for _, c := range b.configs {
		slices.SortFunc(c.Readers, func(x, y model.FunctionRef) int {
			return cmp.Or(cmp.Compare(x.Stack, y.Stack), cmp.Compare(x.Function, y.Function))
		})
		all = append(all, *c)
	}
	slices.SortFunc(all, func(x, y model.Config) int {
		return cmp.Or(cmp.Compare(x.Payload.Package, y.Payload.Package), cmp.Compare(x.Payload.Name, y.Payload.Name))
	})
	return all
}

package check

import (
	"fmt"
	"slices"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/envvar"
	"github.com/seastack/seastack/gen/model"
)

// sharedVariables finds fields that read one variable, in one struct or as different
// types.
func sharedVariables(m model.Model) (list diag.List) {
	first := map[string]model.Variable{}
	for _, c := range m.Configs {
		own := map[string]bool{}
		for _, v := range c.Variables {
			other, taken := first[v.Name]
			if taken && (own[v.Name] || other.Type != v.Type) {
				list = append(list, diag.New(diag.VariableTaken, at(v.Pos),
					fmt.Sprintf("%s reads %s as %s, which another field reads as %s", v.Field, v.Name, v.Type, other.Type),
					`give one of them another variable, with a tag as in env:"OTHER" or with another prefix`,
					fmt.Sprintf("the other is %s at %s", other.Field, at(other.Pos))))
			}
			own[v.Name] = true
			if !taken {
				first[v.Name] = v
			}
		}
	}
	return list
}

// variables finds what functions read by config.Value, and an environment does not
// set or sets to another type.
func variables(m model.Model, cfg config.Config) (list diag.List) {
	for _, e := range cfg.Environments {
		each(m, func(s model.Stack, f model.Function) {
			set := e.Variables(s.Name, f.Name)
			for _, v := range f.Variables {
				value, ok := set[v.Name]
				switch {
				case !ok && v.Default == nil:
					list = append(list, missing(e, s, f, v))
				case ok && value.Kept() == "":
					list = append(list, inText(e, v, value)...)
				}
			}
		})
	}
	return list
}

func missing(e config.Environment, s model.Stack, f model.Function, v model.Variable) diag.Diagnostic {
	value, or := `"..."`, `, or give the field a tag default:"..."`
	if v.Kind == envvar.Secret {
		value, or = `secret("NAME")`, ""
	}
	return diag.New(diag.VariableMissing, at(v.Pos),
		fmt.Sprintf("%s/%s reads %s, which the environment %s does not set", s.Name, f.Name, v.Name, e.Name),
		fmt.Sprintf("write env { %s = %s } in %s: in the block environment %q, "+
			"or for this function alone in its blocks stack %q and function %q%s", v.Name, value, config.FileName, e.Name, s.Name, f.Name, or), needed(v)...)
}

// needed says how a function comes to read a variable.
func needed(v model.Variable) (lines []string) {
	for _, link := range slices.Backward(v.Chain) {
		lines = append(lines, "needed by "+link)
	}
	return lines
}

// inText finds a text in seastack.hcl that does not fit the field. It quotes no text.
func inText(e config.Environment, v model.Variable, value config.Variable) diag.List {
	where := diag.Diagnostic{
		File: config.FileName, Line: value.Line, Column: value.Column,
		Details: []string{v.Field + " is at " + at(v.Pos).String()},
	}
	switch {
	case v.Kind == envvar.Secret && !e.IsLocal():
		where.Code = diag.SecretInText
		where.Message = v.Name + " fills the secret " + v.Field + ", and its text stands here, in plans and in the state"
		where.Next = fmt.Sprintf(`write %s = secret("NAME") or parameter("NAME"), and take the text out of the history`, v.Name)
	case !envvar.Fits(v.Kind, v.List, value.Value):
		where.Code = diag.VariableType
		where.Message = fmt.Sprintf("the text of %s cannot be read as %s", v.Name, v.Type)
		where.Next = "write " + form(v.Kind, v.List)
	default:
		return nil
	}
	return diag.List{where}
}

// form says how the text of a kind is written.
func form(kind string, list bool) string {
	form := map[string]string{
		"bool":          "true or false",
		envvar.Duration: "a duration of Go's, such as 90s or 1h30m",
		envvar.URL:      "a whole URL, such as https://example.com",
	}[kind]
	if form == "" {
		form = "a number of the type " + kind
	}
	if list {
		return "elements with commas between them, each " + form
	}
	return form
}

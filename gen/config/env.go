package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/seastack/seastack/gen/diag"
)

// env is a block of environment variables, whose names are the block's attributes.
type env struct {
	Body hcl.Body `hcl:",remain"`
}

// kept is the type of what parameter() and secret() return.
var kept = cty.Object(map[string]cty.Type{"parameter": cty.String, "secret": cty.String, "key": cty.String})

// keptIn returns a function of HCL for values that are kept elsewhere. A second argument
// is the key of a secret.
func keptIn(kind string, keys *function.Parameter) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "name", Type: cty.String}}, VarParam: keys, Type: function.StaticReturnType(kept),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			values := map[string]cty.Value{"parameter": cty.StringVal(""), "secret": cty.StringVal(""), "key": cty.StringVal("")}
			values[kind] = args[0]
			if args[0].AsString() == "" {
				return cty.NilVal, function.NewArgErrorf(0, "the name is empty")
			}
			if len(args) > 2 {
				return cty.NilVal, function.NewArgErrorf(2, "secret takes a name and a key")
			}
			if len(args) == 2 {
				values["key"] = args[1]
			}
			return cty.ObjectVal(values), nil
		},
	})
}

var envContext = &hcl.EvalContext{Functions: map[string]function.Function{
	"parameter": keptIn("parameter", nil),
	"secret":    keptIn("secret", &function.Parameter{Name: "key", Type: cty.String}),
}}

// variables returns the block's variables; nil for a block that is not there. What is
// wrong with them is found by check.
func (e *env) variables() map[string]Variable {
	if e == nil {
		return nil
	}
	attributes, _ := e.Body.JustAttributes()
	all := map[string]Variable{}
	for name, a := range attributes {
		if v, ok := variableOf(a); ok {
			all[name] = v
		}
	}
	return all
}

func variableOf(a *hcl.Attribute) (v Variable, ok bool) {
	value, ds := a.Expr.Value(envContext)
	v.Line, v.Column = a.Range.Start.Line, a.Range.Start.Column
	switch {
	case ds.HasErrors() || value.IsNull() || !value.IsWhollyKnown():
		return v, false
	case value.Type() == cty.String:
		v.Value = value.AsString()
		return v, true
	case value.Type().Equals(kept):
		m := value.AsValueMap()
		v.Parameter, v.Secret, v.Key = m["parameter"].AsString(), m["secret"].AsString(), m["key"].AsString()
		return v, true
	}
	return v, false
}

// variableRE is what Lambda takes as a name.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
var variableRE = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]+$`)

// reserved are the names that Lambda sets itself.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
var reserved = []string{
	"AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
	"AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
	"AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT", "_HANDLER", "_X_AMZN_TRACE_ID",
}

// VariableProblem returns what is wrong with the name of a variable, and what to do;
// "" for one that functions can have.
func VariableProblem(name string) (message, next string) {
	switch {
	case slices.Contains(reserved, name):
		return name + " is set by Lambda itself", "choose another name"
	case !variableRE.MatchString(name):
		return quote(name) + " is not a name of an environment variable: " +
			"letters, digits and _, two at least, starting with a letter", "rename it"
	case strings.HasPrefix(name, "SEASTACK_"):
		return name + " begins like Seastack's own variables", "choose another name"
	}
	return "", ""
}

// check returns what is wrong with the variables.
func (e *env) check() (l diag.List) {
	if e == nil {
		return nil
	}
	attributes, ds := e.Body.JustAttributes()
	if ds.HasErrors() {
		var found diag.List
		if ok := asList(syntax(ds), &found); ok {
			l = append(l, found...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		add := func(message, next string) { l = append(l, finding(diag.BadVariable, a.Range, message, next)) }
		message, next := VariableProblem(name)
		switch v, ok := variableOf(a); {
		case message != "":
			add(message, next)
		case !ok:
			add("the value of "+name+" is not a text, a parameter or a secret", `write "...", parameter("/name"), secret("name") or secret("name", "key")`)
		case strings.ContainsAny(v.Secret+v.Parameter, "# "):
			add("the value of "+name+" is kept at a place that no name can be", "write the name as AWS has it")
		}
	}
	return l
}

func asList(err error, l *diag.List) bool {
	found, ok := err.(diag.List)
	*l = found
	return ok
}

package stackmodule

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
)

// setting is a setting of functions that environments can override.
type setting struct {
	name, typ   string
	description string // of the variable of the stack; "": there is none
	rule        string // a condition on the value, "%s"
	message     string
	annotated   func(model.Function) string // an expression
}

// settings are in the order in which a function's file has them. The rules are
// Lambda's: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
var settings = []setting{
	{
		name: "memory", typ: "number", description: "MB for each function of the stack",
		rule: "%[1]s >= 128 && %[1]s <= 10240", message: "Lambda takes 128 to 10240 MB.",
		annotated: func(f model.Function) string { return tf.Literal(f.Memory) },
	},
	{
		name: "timeout", typ: "number", description: "Seconds that each function of the stack may run",
		rule: "%[1]s >= 1 && %[1]s <= 900", message: "Lambda takes 1 to 900 seconds.",
		annotated: func(f model.Function) string { return tf.Literal(f.Timeout) },
	},
	{
		name: "storage", typ: "number", description: "MB of /tmp for each function of the stack",
		rule: "%[1]s >= 512 && %[1]s <= 10240", message: "Lambda takes 512 to 10240 MB.",
		annotated: func(f model.Function) string { return tf.Literal(cmp.Or(f.Storage, 512)) },
	},
	{
		name: "log_level", typ: "string", description: "Least level of logs of each function of the stack",
		rule: `contains(["DEBUG", "INFO", "WARN", "ERROR"], %[1]s)`, message: "Use DEBUG, INFO, WARN or ERROR.",
		annotated: func(f model.Function) string { return tf.Literal(strings.ToUpper(cmp.Or(f.Log, "info"))) },
	},
	{
		name: "tracing", typ: "bool", description: "Whether X-Ray records the invocations of each function of the stack",
		annotated: func(f model.Function) string { return tf.Literal(f.Tracing) },
	},
	{name: "concurrency", typ: "number", annotated: func(f model.Function) string { return orNull(f.Concurrent) }},
	{name: "provisioned", typ: "number", annotated: func(f model.Function) string { return orNull(f.Provisioned) }},
}

func orNull(n int) string {
	if n == 0 {
		return "null"
	}
	return tf.Literal(n)
}

// value returns a function's setting as the environment has it for the function,
// else for its stack, else as annotated.
func (s setting) value(f model.Function) string {
	own := fmt.Sprintf("try(var.functions[%s].%s, null)", tf.Literal(f.Name), s.name)
	if s.description != "" {
		own += ", var." + s.name
	}
	if s.annotated(f) == "null" {
		return own
	}
	return "coalesce(" + own + ", " + s.annotated(f) + ")"
}

// variable returns the stack's variable.
func (s setting) variable() tf.Variable {
	v := tf.Variable{Name: s.name, Type: s.typ, Default: "null", Description: s.description + "; null: what its annotation says."}
	if s.rule != "" {
		v.Condition = "var." + s.name + " == null ? true : " + fmt.Sprintf(s.rule, "var."+s.name)
		v.Message = tf.Literal(s.message)
	}
	return v
}

// functionsVariable returns the variable with the settings of single functions.
func functionsVariable(env string) tf.Variable {
	items := []tf.Item{{Key: "alarms", Value: "optional(bool)"}, {Key: "env", Value: "optional(" + env + ", {})"}}
	var rules, messages []string
	for _, s := range settings {
		items = append(items, tf.Item{Key: s.name, Value: "optional(" + s.typ + ")"})
		if s.rule != "" {
			rules = append(rules, fmt.Sprintf("(f.%[1]s == null ? true : %[2]s)", s.name, fmt.Sprintf(s.rule, "f."+s.name)))
			messages = append(messages, s.name+": "+s.message)
		}
	}
	return tf.Variable{
		Name: "functions", Default: "{}", Type: "map(" + tf.Call("object", items...) + ")",
		Description: "Settings of single functions, by name; null: what the stack's variable or the annotation says.",
		Condition:   "alltrue([for f in var.functions : " + strings.Join(rules, " && ") + "])",
		Message:     tf.Literal(strings.Join(messages, " ")),
	}
}

package stackmodule

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyfunction "github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/emit/functionmodule"
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
)

// Evaluated is what the module's expressions come to in an environment, without
// Terraform.
type Evaluated struct{}

// Environment returns the variables of a function in an environment, with the
// values that they will have there. What AWS makes up has a value of its length.
func (Evaluated) Environment(m model.Model, e config.Environment, s model.Stack, f model.Function) (map[string]string, error) {
	value, err := evaluate(tf.Object(environment(s, f)...), m, e, s, f)
	if err != nil {
		return nil, err
	}
	locals, err := functionLocals(m, e, s, f)
	if err != nil {
		return nil, err
	}
	variables := map[string]string{}
	for _, some := range []cty.Value{locals.GetAttr("env"), value} {
		for name, v := range some.AsValueMap() {
			variables[name] = v.AsString()
		}
	}
	return variables, nil
}

// functionLocals returns the locals of a function's module.
func functionLocals(m model.Model, e config.Environment, s model.Stack, f model.Function) (cty.Value, error) {
	stack, err := localValues(m, e, s)
	if err != nil {
		return cty.NilVal, err
	}
	locals := map[string]cty.Value{}
	for _, l := range functionmodule.Locals {
		v, err := expression(l.Value, map[string]cty.Value{
			"local": cty.ObjectVal(locals), "var": cty.ObjectVal(map[string]cty.Value{
				"env": envValue(e.Variables(s.Name, f.Name)), "stack": stack, "tracing": cty.BoolVal(e.Tracing(s.Name, f.Name, f.Tracing)),
			}),
		})
		if err != nil {
			return cty.NilVal, err
		}
		locals[l.Key] = v
	}
	return cty.ObjectVal(locals), nil
}

// envValue returns variables as the modules take them.
func envValue(variables map[string]config.Variable) cty.Value {
	all := map[string]cty.Value{}
	for name, v := range variables {
		value := map[string]cty.Value{"value": cty.StringVal(v.Value), "kept": cty.NullVal(cty.String)}
		if place := v.Kept(); place != "" {
			value = map[string]cty.Value{"value": cty.NullVal(cty.String), "kept": cty.StringVal(place)}
		}
		all[name] = cty.ObjectVal(value)
	}
	return cty.ObjectVal(all)
}

// Policy returns the policy of a function's role in an environment, as JSON.
func (Evaluated) Policy(m model.Model, e config.Environment, s model.Stack, f model.Function) ([]byte, error) {
	statements, err := evaluate(cmp.Or(grants(f), "[]"), m, e, s, f)
	if err != nil {
		return nil, err
	}
	locals, err := localValues(m, e, s)
	if err != nil {
		return nil, err
	}
	own, err := functionLocals(m, e, s, f)
	if err != nil {
		return nil, err
	}
	value, err := expression(functionmodule.Policy(), map[string]cty.Value{"local": own, "var": cty.ObjectVal(map[string]cty.Value{
		"grants": statements, "name": cty.StringVal(f.Name), "stack": locals,
	})})
	if err != nil {
		return nil, err
	}
	return ctyjson.Marshal(value, value.Type())
}

// evaluate evaluates an expression of the stack's module as Terraform would in
// the environment.
func evaluate(source string, m model.Model, e config.Environment, s model.Stack, f model.Function) (cty.Value, error) {
	locals, err := localValues(m, e, s)
	if err != nil {
		return cty.NilVal, err
	}
	return expression(source, map[string]cty.Value{"local": locals, "var": variableValues(m, e, f)})
}

// expression evaluates an expression with the variables.
func expression(source string, variables map[string]cty.Value) (cty.Value, error) {
	parsed, ds := hclsyntax.ParseExpression([]byte(source), "", hcl.InitialPos)
	if ds.HasErrors() {
		return cty.NilVal, ds
	}
	value, ds := parsed.Value(&hcl.EvalContext{
		Variables: variables,
		Functions: functions,
	})
	if ds.HasErrors() {
		return cty.NilVal, ds
	}
	return value, nil
}

// functions are those of Terraform's that the modules use.
var functions = map[string]ctyfunction.Function{
	"concat": stdlib.ConcatFunc, "distinct": stdlib.DistinctFunc, "jsonencode": stdlib.JSONEncodeFunc, "length": stdlib.LengthFunc,
	"merge": stdlib.MergeFunc, "sort": stdlib.SortFunc, "split": stdlib.SplitFunc, "trimprefix": stdlib.TrimPrefixFunc, "values": stdlib.ValuesFunc,
	"startswith": ctyfunction.New(&ctyfunction.Spec{
		Params: []ctyfunction.Parameter{{Name: "text", Type: cty.String}, {Name: "prefix", Type: cty.String}},
		Type:   ctyfunction.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(strings.HasPrefix(args[0].AsString(), args[1].AsString())), nil
		},
	}),
}

// place is where an environment's resources are.
type place struct{ partition, suffix, region, account string }

// placeOf returns the partition and the domain of an environment's region.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func placeOf(e config.Environment) place {
	p := place{"aws", "amazonaws.com", e.Region, e.Account}
	switch {
	case strings.HasPrefix(e.Region, "cn-"):
		p.partition, p.suffix = "aws-cn", "amazonaws.com.cn"
	case strings.HasPrefix(e.Region, "us-gov-"):
		p.partition = "aws-us-gov"
	}
	return p
}

func (p place) arn(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", p.partition, service, p.region, p.account, resource)
}

// localValues returns the locals that policies refer to.
func localValues(m model.Model, e config.Environment, s model.Stack) (cty.Value, error) {
	p := placeOf(e)
	prefix := names.Stack(m.Project, e.Name, s.Name)
	statements := []cty.Value{}
	if e.Network != nil {
		for _, st := range networkStatements() {
			v, err := constant(st.String(), p.arn("lambda", "function:"+prefix))
			if err != nil {
				return cty.NilVal, err
			}
			statements = append(statements, v)
		}
	}
	return cty.ObjectVal(map[string]cty.Value{
		"name_prefix":          cty.StringVal(prefix),
		"invoked_arn_prefix":   cty.StringVal(p.arn("lambda", "function:"+names.Shared(m.Project, e.Name))),
		"log_group_arn_prefix": cty.StringVal(p.arn("logs", "log-group:"+names.LogGroup(prefix))),
		"network_statements":   cty.TupleVal(statements),
		"parameter_arn_prefix": cty.StringVal(p.arn("ssm", "parameter")),
		"secret_arn_prefix":    cty.StringVal(p.arn("secretsmanager", "secret")),
	}), nil
}

// constant evaluates a statement of the network's policy.
func constant(statement, functions string) (cty.Value, error) {
	actions := make([]cty.Value, len(networkActions))
	for i, a := range networkActions {
		actions[i] = cty.StringVal(a)
	}
	return expression(statement, map[string]cty.Value{"local": cty.ObjectVal(map[string]cty.Value{
		"function_arn_prefix": cty.StringVal(functions), "network_actions": cty.TupleVal(actions),
	})})
}

// secretSuffix is as long as what Secrets Manager adds to a secret's name.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
const secretSuffix = "-XXXXXX"

// variableValues returns the variables that a function's expressions refer to.
func variableValues(m model.Model, e config.Environment, f model.Function) cty.Value {
	p := placeOf(e)
	queues := map[string]cty.Value{}
	for _, q := range m.Queues {
		name := names.Shared(m.Project, e.Name, names.Queue(q, q.Name))
		queues[q.Name] = cty.ObjectVal(map[string]cty.Value{
			"arn": cty.StringVal(p.arn("sqs", name)),
			"url": cty.StringVal(fmt.Sprintf("https://sqs.%s.%s/%s/%s", p.region, p.suffix, p.account, name)),
		})
	}
	buckets := map[string]cty.Value{}
	for _, bucket := range use.FunctionBuckets(f) {
		name := names.Bucket(names.Shared(m.Project, e.Name), bucket, e.Account)
		buckets[bucket] = cty.ObjectVal(map[string]cty.Value{"arn": cty.StringVal("arn:" + p.partition + ":s3:::" + name), "name": cty.StringVal(name)})
	}
	secrets := map[string]cty.Value{}
	for _, g := range use.Granted(f, model.SecretReadGrant) {
		name := names.Shared(m.Project, e.Name, g.Resource) + secretSuffix
		secrets[g.Resource] = cty.ObjectVal(map[string]cty.Value{"arn": cty.StringVal(p.arn("secretsmanager", "secret:"+name))})
	}
	letters := map[string]cty.Value{}
	if use.FunctionDeadLetters(f) {
		letters[f.Name] = cty.ObjectVal(map[string]cty.Value{
			"arn": cty.StringVal(p.arn("sqs", names.Shared(m.Project, e.Name, names.DeadLetters(f.Name)))),
		})
	}
	values := map[string]cty.Value{
		"buckets":      cty.ObjectVal(buckets),
		"dead_letters": cty.ObjectVal(letters),
		"secrets":      cty.ObjectVal(secrets),
		"environment":  cty.StringVal(e.Name),
		"queues":       cty.ObjectVal(queues),
		"event_bus": cty.ObjectVal(map[string]cty.Value{
			"arn":    cty.StringVal(p.arn("events", "event-bus/"+names.Shared(m.Project, e.Name))),
			"name":   cty.StringVal(names.Shared(m.Project, e.Name)),
			"source": cty.StringVal(m.Project),
		}),
	}
	for _, s := range names.Stores() {
		values[s.Input] = cty.ObjectVal(map[string]cty.Value{
			"secret_arn": cty.StringVal(p.arn("secretsmanager", "secret:"+names.Shared(m.Project, e.Name, s.Secret)+secretSuffix)),
		})
	}
	return cty.ObjectVal(values)
}

package run

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"golang.org/x/sync/errgroup"

	"github.com/seastack/seastack/gen/config"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/gen/use"
)

// deployed is a function as it is deployed, whose place another takes on this machine.
type deployed struct {
	stack    string
	function model.Function
	name     string                                 // on AWS
	config   *lambda.GetFunctionConfigurationOutput // of the alias
	role     aws.Config                             // with the role's rights
}

func (d deployed) id() string { return d.stack + "/" + d.function.Name }

func (d deployed) variables() map[string]string {
	if d.config.Environment == nil {
		return map[string]string{}
	}
	return d.config.Environment.Variables
}

// parallel is how many functions are looked at at once.
const parallel = 8

// lookUp reads the configurations of deployed functions, and assumes their roles. All
// that is missing is reported.
func (r *runner) lookUp(ctx context.Context, who developer) error {
	client := lambda.NewFromConfig(who.cfg)
	found := make([]error, len(r.functions))
	var group errgroup.Group
	group.SetLimit(parallel)
	for i := range r.functions {
		group.Go(func() error {
			found[i] = r.lookUpOne(ctx, client, who, &r.functions[i])
			return nil
		})
	}
	_ = group.Wait() // the errors are in found
	var all diag.List
	for _, err := range found {
		if err != nil {
			all = append(all, diag.Findings(err)...)
		}
	}
	return all.Err()
}

func (r *runner) lookUpOne(ctx context.Context, client *lambda.Client, who developer, d *deployed) (err error) {
	env := r.options.Environment.Name
	d.config, err = client.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &d.name, Qualifier: aws.String(names.Alias)})
	var none *types.ResourceNotFoundException
	switch {
	case errors.As(err, &none):
		return diag.Diagnostic{Code: diag.NotDeployed, Message: d.id() + " is not deployed to " + env + ": there is no function " + d.name,
			Next: "deploy it first: seastack apply --env " + env + " --stack " + d.stack}
	case err != nil:
		return cannotReadDeployed(d.id(), env, err)
	}
	d.role = who.assume(aws.ToString(d.config.Role))
	if _, err := d.role.Credentials.Retrieve(ctx); err != nil {
		return roleRefused(d.id(), env, aws.ToString(d.config.Role), who, err)
	}
	return nil
}

func cannotReadDeployed(id, env string, err error) error {
	return diag.Diagnostic{Code: diag.CannotReadDeployed, Message: "the configuration of " + id + " in " + env + " cannot be read",
		Details: []string{lastCause(err)}, Next: "see to it that you may call lambda:GetFunctionConfiguration and sqs:GetQueueUrl, and run the command again"}
}

// different returns the variables that the code here reads and the deployed function
// does not have, and those of Seastack's own that only the deployed function has.
func (d deployed) different() (missing, more []string) {
	have, want := d.variables(), map[string]bool{}
	for _, g := range d.function.Grants {
		for _, name := range variablesOf(g) {
			want[name] = true
		}
	}
	for _, v := range d.function.Variables {
		if _, kept := have[names.KeptVariables]; v.Default == nil && !kept {
			want[v.Name] = true
		}
	}
	for name := range want {
		if _, ok := have[name]; !ok {
			missing = append(missing, name)
		}
	}
	for name := range have {
		if strings.HasPrefix(name, "SEASTACK_") && !want[name] && !slices.Contains(always, name) {
			more = append(more, name)
		}
	}
	slices.Sort(missing)
	slices.Sort(more)
	return missing, more
}

// always are variables that functions may have whatever their handles are.
var always = []string{names.EnvironmentVariable, names.StackVariable, names.FunctionVariable, names.KeptVariables, config.ProfileKeyVariable}

// variablesOf returns the variables by which a function finds what it has a grant on.
func variablesOf(g model.Grant) []string {
	for _, s := range names.Stores() {
		if g.Kind == s.Grant {
			return []string{s.Variable}
		}
	}
	switch g.Kind {
	case model.QueueSendGrant:
		return []string{names.QueueVariable(g.Resource)}
	case model.EventPublishGrant:
		return []string{names.EventBusVariable, names.EventSourceVariable}
	case model.SecretReadGrant:
		return []string{names.SecretVariable(g.Resource)}
	case model.InvokeGrant:
		return []string{names.InvokeVariable(g.Resource)}
	case model.BucketReadGrant, model.BucketWriteGrant:
		return bucketVariables(g)
	}
	return nil
}

func bucketVariables(g model.Grant) (all []string) {
	for _, b := range use.FunctionBuckets(model.Function{Grants: []model.Grant{g}}) {
		all = append(all, names.BucketVariable(b))
	}
	return all
}

// difference returns the note on a function whose handles are not those of the deployed
// one; "" where they are.
func (d deployed) difference() string {
	missing, more := d.different()
	var parts []string
	if len(missing) > 0 {
		parts = append(parts, "it lacks "+strings.Join(missing, ", "))
	}
	if len(more) > 0 {
		parts = append(parts, "only it has "+strings.Join(more, ", "))
	}
	if len(parts) == 0 {
		return ""
	}
	return d.id() + " does not have the handles of the deployed function, whose role it runs with: " + strings.Join(parts, "; ")
}

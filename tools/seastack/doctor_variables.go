package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/seastack/seastack/gen/config"
)

// maxParameters is how many parameters one call of SSM describes.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
const maxParameters = 10

// keptValues looks for the parameters and the secrets that an environment's variables
// are kept in. It reads no value in the clear.
func keptValues(ctx context.Context, cfg aws.Config, env config.Environment) finding {
	parameters, secrets := places(env)
	missing, err := missingParameters(ctx, ssm.NewFromConfig(cfg), parameters)
	for _, name := range secrets {
		if _, e := secretsmanager.NewFromConfig(cfg).DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &name}); e != nil {
			missing = append(missing, "secret "+name)
		}
	}
	if err == nil && len(missing) > 0 {
		err = fmt.Errorf("functions do not start without %s", strings.Join(missing, ", "))
	}
	return judged("variables", fmt.Sprintf("%d parameters, %d secrets", len(parameters), len(secrets)), err,
		"make them, as docs/configuration.md says, or take them out of the env blocks of "+config.FileName)
}

// places returns the parameters and the secrets of an environment's variables, sorted.
func places(env config.Environment) (parameters, secrets []string) {
	all := []map[string]config.Variable{env.Env}
	for _, s := range env.Stacks {
		all = append(all, s.Env)
		for _, f := range s.Functions {
			all = append(all, f.Env)
		}
	}
	of := map[string]map[string]bool{"parameter": {}, "secret": {}}
	for _, variables := range all {
		for _, v := range variables {
			of["parameter"][v.Parameter], of["secret"][v.Secret] = true, true
		}
	}
	sorted := func(set map[string]bool) []string {
		delete(set, "")
		return slices.Sorted(maps.Keys(set))
	}
	return sorted(of["parameter"]), sorted(of["secret"])
}

func missingParameters(ctx context.Context, client *ssm.Client, wanted []string) (missing []string, err error) {
	for some := range slices.Chunk(wanted, maxParameters) {
		out, err := client.GetParameters(ctx, &ssm.GetParametersInput{Names: some})
		if err != nil {
			return nil, err
		}
		for _, name := range out.InvalidParameters {
			missing = append(missing, "parameter "+name)
		}
	}
	return missing, nil
}

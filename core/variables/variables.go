// Package variables sets the environment variables of a function whose values are
// kept elsewhere: in parameters of Systems Manager's Parameter Store, or in secrets of
// Secrets Manager. Their values are in no configuration of the function, no plan and
// no state of Terraform; its role may read these and no others.
//
// Generated main functions call Resolve before anything else, where seastack.hcl has
// such a variable. Constructors see the values; initializers of packages, which run
// before, do not. A value that changes is seen by instances that start afterwards.
package variables

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/seastack/seastack/core/internal/awsconf"
)

// variable holds where the values are, as JSON: {"TOKEN": "secret:shop-token"}.
const variable = "SEASTACK_VARIABLES"

// timeout bounds all of Resolve, which is a part of the function's start: Lambda
// ends one that takes 10 seconds.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
const timeout = 8 * time.Second

// Resolve sets the variables, and returns their names, sorted. Errors name a variable
// and where its value is expected, and never a value.
func Resolve(ctx context.Context) ([]string, error) {
	text := os.Getenv(variable)
	if text == "" {
		return nil, nil
	}
	var places map[string]string
	if err := json.Unmarshal([]byte(text), &places); err != nil {
		return nil, fmt.Errorf("variables: %s is not the JSON object that it must be", variable)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	cfg, err := awsconf.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("variables: %w", err)
	}
	values, err := read(ctx, cfg, places)
	if err != nil {
		return nil, err
	}
	var names []string
	for name, value := range values {
		if err := os.Setenv(name, value); err != nil {
			return nil, fmt.Errorf("variables: %s cannot be set: %w", name, err)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names, nil
}

// The kinds of places.
const (
	parameterPlace = "parameter:" // and the parameter's name
	secretPlace    = "secret:"    // and the secret's name or ARN, and after a # a member of its JSON
)

// read returns the values of variables, by their places.
func read(ctx context.Context, cfg aws.Config, places map[string]string) (map[string]string, error) {
	parameters, secrets := map[string]string{}, map[string]string{}
	for name, place := range places {
		switch {
		case strings.HasPrefix(place, parameterPlace):
			parameters[name] = strings.TrimPrefix(place, parameterPlace)
		case strings.HasPrefix(place, secretPlace):
			secrets[name] = strings.TrimPrefix(place, secretPlace)
		default:
			return nil, fmt.Errorf("variables: the value of %s is at %s, which is no place that is known", name, place)
		}
	}
	values := map[string]string{}
	return values, errors.Join( // of all of them, and not only of the first
		readParameters(ctx, ssm.NewFromConfig(cfg), parameters, values),
		readSecrets(ctx, secretsmanager.NewFromConfig(cfg), secrets, values),
	)
}

// maxParameters is how many parameters one call returns.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
const maxParameters = 10

func readParameters(ctx context.Context, client *ssm.Client, wanted, values map[string]string) error {
	found := map[string]string{}
	for some := range slices.Chunk(distinct(wanted), maxParameters) {
		out, err := client.GetParameters(ctx, &ssm.GetParametersInput{Names: some, WithDecryption: aws.Bool(true)})
		if err != nil {
			return fmt.Errorf("variables: the parameters %s cannot be read: %w", strings.Join(some, ", "), err)
		}
		for _, p := range out.Parameters {
			found[aws.ToString(p.Name)] = aws.ToString(p.Value)
		}
	}
	var missing []error
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		parameter := wanted[name]
		value, ok := found[parameter]
		if !ok {
			missing = append(missing, fmt.Errorf("variables: %s is to be the parameter %s, and there is none of this name; make it with: "+
				"aws ssm put-parameter --name %s --type SecureString --value VALUE", name, parameter, parameter))
		}
		values[name] = value
	}
	return errors.Join(missing...)
}

func readSecrets(ctx context.Context, client *secretsmanager.Client, wanted, values map[string]string) error {
	type answer struct {
		text string
		err  error
	}
	found := map[string]answer{}
	var wrong []error
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		secret, key, within := strings.Cut(wanted[name], "#")
		a, asked := found[secret]
		if !asked {
			a.text, a.err = readSecret(ctx, client, secret)
			found[secret] = a
		}
		if a.err == nil && within {
			a.text, a.err = member(a.text, secret, key)
		}
		if a.err != nil {
			wrong = append(wrong, fmt.Errorf("variables: %s: %w", name, a.err))
		}
		values[name] = a.text
	}
	return errors.Join(wrong...)
}

func readSecret(ctx context.Context, client *secretsmanager.Client, secret string) (string, error) {
	out, err := client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &secret})
	if err != nil {
		return "", fmt.Errorf("the secret %s cannot be read: %w", secret, err)
	}
	return aws.ToString(out.SecretString), nil
}

// member returns a member of a secret's JSON object.
func member(text, secret, key string) (string, error) {
	var members map[string]any
	if json.Unmarshal([]byte(text), &members) != nil {
		return "", fmt.Errorf("the secret %s is no JSON object, so that it has no %q", secret, key)
	}
	value, ok := members[key]
	if !ok {
		return "", fmt.Errorf("the secret %s has no %q", secret, key)
	}
	if s, ok := value.(string); ok {
		return s, nil
	}
	raw, err := json.Marshal(value)
	return string(raw), err
}

// distinct returns the values of a map, sorted, each once.
func distinct(m map[string]string) []string {
	var all []string
	for _, v := range m {
		all = append(all, v)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

package database

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	smtypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/names"
)

// PutSecret stores the database's URL in the secret that the functions read, unless it
// is there already. Terraform never sees it.
func PutSecret(ctx context.Context, cfg aws.Config, arn, url string) error {
	return PutURL(ctx, cfg, arn, names.Database, url)
}

// PutURL is PutSecret for any of the secrets.
func PutURL(ctx context.Context, cfg aws.Config, arn string, s names.Store, url string) error {
	return put(ctx, cfg, arn, map[string]string{s.Member: url})
}

// PutInto is PutSecret for the database itself.
func (d Database) PutInto(ctx context.Context, cfg aws.Config, id string, s names.Store) error {
	value := map[string]string{s.Member: d.config.ConnString()}
	if d.ca != "" {
		value["ca"] = d.ca
	}
	return put(ctx, cfg, id, value)
}

func put(ctx context.Context, cfg aws.Config, arn string, value map[string]string) error {
	want, err := json.Marshal(value)
	if err != nil {
		return err
	}
	client := secretsmanager.NewFromConfig(cfg)
	have, err := client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &arn})
	var none *smtypes.ResourceNotFoundException
	if err != nil && !errors.As(err, &none) {
		return err
	}
	if err == nil && aws.ToString(have.SecretString) == string(want) {
		return nil
	}
	_, err = client.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: &arn, SecretString: aws.String(string(want))})
	return err
}

// FromSecret returns the database that a secret of Secrets Manager names, by its
// name or ARN, as its owner.
func FromSecret(ctx context.Context, cfg aws.Config, id string, s names.Store) (Database, error) {
	out, err := secretsmanager.NewFromConfig(cfg).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &id})
	var none *smtypes.ResourceNotFoundException
	if errors.As(err, &none) {
		return Database{}, diag.Diagnostic{Code: diag.NoDatabaseURL, Message: "the secret " + id + " has no value: nobody has put the database's URL there",
			Next: `put it: aws secretsmanager put-secret-value --secret-id ` + id + ` --secret-string '{"` + s.Member + `":"postgres://..."}'`}
	}
	if err != nil {
		return Database{}, err
	}
	c, err := db.OwnerConfig(aws.ToString(out.SecretString), s.Member)
	if err != nil {
		return Database{}, diag.Diagnostic{Code: diag.NoDatabaseURL, Message: "the secret " + id + " is of no use: " + err.Error(),
			Next: "docs/configuration.md says what the secret holds"}
	}
	var extra struct{ CA string }
	if err := json.Unmarshal([]byte(aws.ToString(out.SecretString)), &extra); err != nil { // OwnerConfig has read it
		return Database{}, err
	}
	return Database{config: c, ca: extra.CA, next: "see to it that the secret " + id + " is right and this machine reaches its server; docs/configuration.md tells of tunnels"}, nil
}

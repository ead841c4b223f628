package db

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/seastack/seastack/core/internal/awsconf"
)

// secretVariable names the variable that holds the secret's ARN.
const secretVariable = "SEASTACK_DATABASE_SECRET"

// credentials are what the secret holds.
type credentials struct {
	Primary string `json:"primary"`
	Replica string `json:"replica"`
	Owner   string `json:"owner"` // of the tables, for tools; empty: the primary
	CA      string `json:"ca"`    // PEM; empty: the system's roots
}

// url returns the URL for a role.
func (c credentials) url(r role) string {
	switch {
	case r == replicaRole && c.Replica != "":
		return c.Replica
	case r == ownerRole && c.Owner != "":
		return c.Owner
	}
	return c.Primary
}

// source knows the credentials. Reading them again may give newer ones.
type source interface {
	read(ctx context.Context) (credentials, error)
}

// staticSource is credentials that never change.
type staticSource credentials

func (s staticSource) read(context.Context) (credentials, error) { return credentials(s), nil }

// newStaticSource checks the URL, so that a wrong one is an error at once.
func newStaticSource(url string) (source, error) {
	if _, _, err := connConfig(credentials{Primary: url}, primaryRole, false); err != nil {
		return nil, err
	}
	return staticSource{Primary: url}, nil
}

func sourceFromEnvironment(ctx context.Context) (source, error) {
	if arn := os.Getenv(secretVariable); arn != "" {
		return newSecretSource(ctx, arn)
	}
	if url := os.Getenv("DATABASE_URL"); url != "" {
		return newStaticSource(url)
	}
	return nil, fmt.Errorf("database: the environment has neither %s nor DATABASE_URL", secretVariable)
}

// secretSource reads a secret of Secrets Manager.
type secretSource struct {
	arn    string
	client *secretsmanager.Client
}

// secretTimeout bounds one reading of the secret, the SDK's own tries included.
const secretTimeout = 5 * time.Second

func newSecretSource(ctx context.Context, arn string) (source, error) {
	cfg, err := awsconf.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	return &secretSource{arn: arn, client: secretsmanager.NewFromConfig(cfg)}, nil
}

func (s *secretSource) read(ctx context.Context) (credentials, error) {
	ctx, cancel := context.WithTimeout(ctx, secretTimeout)
	defer cancel()
	out, err := s.client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &s.arn})
	if err != nil {
		return credentials{}, fmt.Errorf("read the database's secret: %w", err)
	}
	if out.SecretString == nil {
		return credentials{}, errors.New("the database's secret holds no text")
	}
	return parseCredentials(*out.SecretString)
}

// parseCredentials keeps the secret's text out of its errors, and so out of logs.
func parseCredentials(text string) (credentials, error) {
	var c credentials
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return credentials{}, errors.New("the database's secret is not the JSON object that it must be")
	}
	if c.Primary == "" {
		return credentials{}, errors.New(`the database's secret has no "primary"`)
	}
	return c, nil
}

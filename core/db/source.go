package db

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/seastack/seastack/core/internal/awsconf"
)

// place is where the environment says how to connect.
type place struct {
	secret string // variable with the ARN of a secret
	url    string // variable with a URL, where there is no secret; empty: none
	member string // of the secret, without which it is of no use
}

// The places of the URLs. A function that has the secret of the replica alone has
// no other way to the database.
var (
	databasePlace  = place{secret: "SEASTACK_DATABASE_SECRET", url: "DATABASE_URL", member: "primary"}
	replicaPlace   = place{secret: "SEASTACK_REPLICA_SECRET", member: "replica"}
	analyticsPlace = place{secret: "SEASTACK_ANALYTICS_SECRET", url: "ANALYTICS_DATABASE_URL", member: "analytics"}
)

// credentials are what a secret holds.
type credentials struct {
	Primary   string `json:"primary"`
	Replica   string `json:"replica"`
	Analytics string `json:"analytics"`
	Owner     string `json:"owner"` // of the tables, for tools; empty: who writes
	CA        string `json:"ca"`    // PEM; empty: the system's roots
}

// url returns the URL for a role.
func (c credentials) url(r role) string {
	switch r {
	case replicaRole:
		return cmp.Or(c.Replica, c.Primary)
	case analyticsRole:
		return c.Analytics
	case ownerRole:
		return cmp.Or(c.Owner, c.Primary, c.Analytics)
	default:
		return c.Primary
	}
}

// has reports whether there is a URL of that name.
func (c credentials) has(member string) bool {
	switch member {
	case "replica":
		return c.Replica != ""
	case "analytics":
		return c.Analytics != ""
	}
	return c.Primary != ""
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
	c := credentials{Primary: url, Analytics: url}
	if _, _, err := connConfig(c, primaryRole, false); err != nil {
		return nil, err
	}
	return staticSource(c), nil
}

// read returns the source that the environment names.
func (p place) read(ctx context.Context) (source, error) {
	if arn := os.Getenv(p.secret); arn != "" {
		return newSecretSource(ctx, arn, p.member)
	}
	if url := os.Getenv(p.url); p.url != "" && url != "" {
		return newStaticSource(url)
	}
	return nil, fmt.Errorf("database: the environment has neither %s nor %s", p.secret, p.url)
}

// replicaSource returns the source of the replica's URL: a secret of its own, or
// that of the database.
func replicaSource(ctx context.Context) (source, error) {
	if os.Getenv(replicaPlace.secret) != "" {
		return replicaPlace.read(ctx)
	}
	return databasePlace.read(ctx)
}

// secretSource reads a secret of Secrets Manager.
type secretSource struct {
	arn    string
	member string // that it must have
	client *secretsmanager.Client
}

// secretTimeout bounds one reading of the secret, the SDK's own tries included.
const secretTimeout = 5 * time.Second

func newSecretSource(ctx context.Context, arn, member string) (source, error) {
	cfg, err := awsconf.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	return &secretSource{arn: arn, member: member, client: secretsmanager.NewFromConfig(cfg)}, nil
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
	return parseCredentials(*out.SecretString, s.member)
}

// parseCredentials reads a secret that must have a member. It keeps the secret's text
// out of its errors, and so out of logs.
func parseCredentials(text, member string) (credentials, error) {
	var c credentials
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return credentials{}, errors.New("the database's secret is not the JSON object that it must be")
	}
	if !c.has(member) {
		return credentials{}, fmt.Errorf("the database's secret has no %q", member)
	}
	return c, nil
}

package database

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// TestSibling makes a database beside another one, by the secret that names the
// server, and removes it while somebody is connected to it.
func TestSibling(t *testing.T) {
	const name = "shop-preview-7"
	cfg := cloudtest.AWSConfig(t, cloudtest.Start(t))
	client := secretsmanager.NewFromConfig(cfg)
	for secret, value := range map[string]*string{
		"server": aws.String(`{"primary":"postgres://127.0.0.1:1/none","owner":"` + dbtest.URL(t) + `"}`), "own": nil,
	} {
		if _, err := client.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: &secret, SecretString: value}); err != nil {
			t.Fatal(err)
		}
	}
	server, err := FromSecret(t.Context(), cfg, "server", names.Database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Drop(t.Context(), name) })
	for range 2 { // a run that was stopped is run again
		if err := server.Create(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	sibling, err := server.Sibling(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := sibling.PutInto(t.Context(), cfg, "own", names.Database); err != nil {
		t.Fatal(err)
	}
	own, err := FromSecret(t.Context(), cfg, "own", names.Database)
	if err != nil {
		t.Fatal(err)
	}
	pool := own.open()
	defer pool.Close()
	var database string
	if err := pool.QueryRowContext(t.Context(), "SELECT current_database()").Scan(&database); err != nil || database != name {
		t.Errorf("the secret leads to %q, %v", database, err)
	}
	for range 2 {
		if err := server.Drop(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	if err := pool.PingContext(t.Context()); err == nil {
		t.Error("the database is still there")
	}
}

// TestSecretOfNoUse says what is wrong with the secret, and never what is in it.
func TestSecretOfNoUse(t *testing.T) {
	cfg := cloudtest.AWSConfig(t, cloudtest.Start(t))
	client := secretsmanager.NewFromConfig(cfg)
	for name, value := range map[string]string{"empty": "", "text": "hunter2", "other": `{"replica":"postgres://u:hunter2@h/d"}`, "bad": `{"primary":"postgres://u:hunter2@[h/d"}`} {
		in := &secretsmanager.CreateSecretInput{Name: &name}
		if value != "" {
			in.SecretString = &value
		}
		if _, err := client.CreateSecret(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{"none": "has no value", "empty": "has no value", "text": "not the JSON object", "other": `has no "primary"`, "bad": "must have the form"} {
		_, err := FromSecret(t.Context(), cfg, name, names.Database)
		var found diag.Diagnostic
		if !errors.As(err, &found) || found.Code != diag.NoDatabaseURL || !strings.Contains(found.Message, want) || found.Next == "" || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
